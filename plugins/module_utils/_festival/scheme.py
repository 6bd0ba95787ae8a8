# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reader for Scheme text that finds the top-level forms and checks that they are complete.

Private to the collection switchboard.pbx; it may change without notice.
The dialect is Festival's (SIOD): strings with backslash escapes, comments after C(;), quotes.
"""

from __future__ import annotations

import typing as t

TYPOGRAPHIC_QUOTES = {
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u00b4": "'",
}
WHITESPACE = " \t\r\n\f\v"
DELIMITERS = WHITESPACE + "();\"'"


class Form(t.NamedTuple):
    """A top-level form: the offsets of its start and of the text after it."""

    start: int
    end: int


class SchemeError(Exception):
    """Scheme text that is not valid: position, reason and cure."""

    def __init__(self, text: str, offset: int, reason: str, cure: str) -> None:
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        self.reason = reason
        self.cure = cure
        super().__init__(f"line {self.line}, column {self.column}: {reason}; {cure}")


def forms(text: str) -> list[Form]:
    """Return the top-level forms in order; SchemeError if parentheses, strings or quotes are not complete."""
    reader = _FormReader(text)
    offset = 0
    while offset < len(text):
        if text[offset] in WHITESPACE:
            offset += 1
        elif text[offset] == ";":
            offset = _line_end(text, offset)
        else:
            offset = reader.token(offset)
    reader.finish()
    return reader.found


class _FormReader:
    """The forms read so far, and the open parentheses, the current form and a quote before its datum."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Form] = []
        self.open: list[int] = []
        self.start: int | None = None
        self.quote: int | None = None

    def token(self, offset: int) -> int:
        """Read the token at *offset* and return the offset after it."""
        char = self.text[offset]
        if char in TYPOGRAPHIC_QUOTES:
            reason = f"the typographic quote {char} is not valid in Scheme"
            raise SchemeError(self.text, offset, reason, f"write {TYPOGRAPHIC_QUOTES[char]} instead")
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
            self.open.append(offset)
            return offset + 1
        end = _string_end if char == '"' else _atom_end
        return self._complete(end(self.text, offset))

    def finish(self) -> None:
        """Raise SchemeError if anything is open at the end of the text."""
        if self.open:
            cure = "add the missing ')'"
            raise SchemeError(self.text, self.open[0], "this '(' is never closed", cure)
        self._check_quote()

    def _close(self, offset: int) -> None:
        if not self.open:
            cure = "remove it, or add the missing '('"
            raise SchemeError(self.text, offset, "this ')' closes nothing", cure)
        self._check_quote()
        self.open.pop()

    def _check_quote(self) -> None:
        if self.quote is not None:
            cure = "remove it, or add what it quotes"
            raise SchemeError(self.text, self.quote, "this quote has nothing to quote", cure)

    def _complete(self, end: int) -> int:
        if not self.open and self.start is not None:
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
    raise SchemeError(text, start, "this string is never closed", "add the missing '\"'")


def _atom_end(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] not in DELIMITERS and text[offset] not in TYPOGRAPHIC_QUOTES:
        offset += 1
    return offset
