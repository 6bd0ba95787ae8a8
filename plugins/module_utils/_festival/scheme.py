# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads Scheme text as far as it takes to know where its forms begin and end, and whether they do.

Private to the collection switchboard.pbx; it may change without notice.
The dialect is Festival's (SIOD): strings with backslash escapes, comments from C(;) on, quotes.
"""

from __future__ import annotations

import typing as t

CURLY = {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u00b4": "'"}
BLANKS = " \t\r\n\f\v"
DELIMITERS = BLANKS + "();\"'"


class Form(t.NamedTuple):
    """A form at top level: where it begins, and where the text behind it begins."""

    start: int
    end: int


class SchemeError(Exception):
    """Scheme text that Festival could not read: where, why and what to do about it."""

    def __init__(self, text: str, offset: int, reason: str, cure: str) -> None:
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        self.reason = reason
        self.cure = cure
        super().__init__(f"line {self.line}, column {self.column}: {reason}; {cure}")


def forms(text: str) -> list[Form]:
    """Return the forms at top level in order; SchemeError where parentheses, strings or quotes are wrong."""
    reader = _Reader(text)
    offset = 0
    while offset < len(text):
        if text[offset] in BLANKS:
            offset += 1
        elif text[offset] == ";":
            offset = _line_end(text, offset)
        else:
            offset = reader.token(offset)
    reader.finish()
    return reader.found


class _Reader:
    """The forms found so far and what is open: parentheses, the form at hand, a quote before its datum."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Form] = []
        self.opened: list[int] = []
        self.start: int | None = None
        self.quote: int | None = None

    def token(self, offset: int) -> int:
        """Deal with the token at *offset* and return where the next may begin."""
        char = self.text[offset]
        if char in CURLY:
            reason = f"the typographic quote {char} means nothing to Scheme"
            raise SchemeError(self.text, offset, reason, f"write {CURLY[char]} instead")
        if self.start is None:
            self.start = offset
        if char == "'":
            self.quote = offset
            return offset + 1
        if char == ")":
            self._close(offset)
            return self._complete(offset + 1)
        self.quote = None
        if char == "(":
            self.opened.append(offset)
            return offset + 1
        end = _string_end if char == '"' else _atom_end
        return self._complete(end(self.text, offset))

    def finish(self) -> None:
        """Refuse what is still open at the end of the text."""
        if self.opened:
            cure = "add the ')' that is missing"
            raise SchemeError(self.text, self.opened[0], "this '(' is never closed", cure)
        self._refuse_quote()

    def _close(self, offset: int) -> None:
        if not self.opened:
            cure = "remove it, or add the '(' that it closes"
            raise SchemeError(self.text, offset, "this ')' closes nothing", cure)
        self._refuse_quote()
        self.opened.pop()

    def _refuse_quote(self) -> None:
        if self.quote is not None:
            cure = "remove it, or add what it quotes"
            raise SchemeError(self.text, self.quote, "this quote has nothing to quote", cure)

    def _complete(self, end: int) -> int:
        if not self.opened and self.start is not None:
            self.found.append(Form(self.start, end))
            self.start = None
        return end


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _string_end(text: str, start: int) -> int:
    offset = start + 1
    while offset < len(text):
        if text[offset] == "\\":
            offset += 2
        elif text[offset] == '"':
            return offset + 1
        else:
            offset += 1
    raise SchemeError(text, start, "this string is never closed", "add the '\"' at its end")


def _atom_end(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] not in DELIMITERS and text[offset] not in CURLY:
        offset += 1
    return offset
