# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edits of the lines of a file that leave its comments, also those over several lines, as they are.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

from .parser import Document
from .scanner import BLANKS, Comments, scan_line


class Edits:
    """The edits of a document; lines are numbered from 0, and *end* ends each new line."""

    def __init__(self, document: Document, end: str) -> None:
        self.end = end
        self._lines = [line.raw for line in document.lines]
        # How many block comments are open before each line, and after the last one.
        self._comments = (0, *document.comments)
        self._removed: set[int] = set()
        self._before: dict[int, list[str]] = {}
        self._within: dict[int, list[str]] = {}

    def replace(self, index: int, raw: str) -> None:
        """Replace a line."""
        self._lines[index] = raw

    def replace_code(self, index: int, code: str) -> None:
        """Replace the code of a line."""
        head, _code, tail = self._parts(index)
        self._lines[index] = head + code + tail

    def remove(self, start: int, stop: int) -> None:
        """Remove the lines from *start* to *stop*; of comments that reach beyond them, their part is kept."""
        whole = [index for index in range(start, stop + 1) if not self._comments[index]]
        for index in range(start, stop):
            if whole and whole[0] <= index < whole[-1]:
                self._lines[index] = ""
            self._removed.add(index)

    def insert_before(self, index: int, lines: list[str]) -> None:
        """Insert *lines* before the code of a line."""
        place = self._within if self._comments[index] else self._before
        place.setdefault(index, []).extend(lines)

    def insert_after(self, index: int, stop: int, lines: list[str]) -> None:
        """Insert *lines* after a line and the block comment that it opens, if that is possible before *stop*."""
        free = next((place for place in range(index + 1, stop + 1) if not self._comments[place]), None)
        if free is None:
            self._within.setdefault(index, []).extend(lines)
        else:
            self._before.setdefault(free, []).extend(lines)

    def text(self) -> str:
        """Return the text of the file after the edits."""
        pieces: list[str] = []
        for index, raw in enumerate(self._lines):
            pieces += self._before.get(index, [])
            lines = self._within.get(index, [])
            if not lines and index not in self._removed:
                pieces.append(raw)
                continue
            head, code, tail = self._parts(index)
            head += "" if index in self._removed else code
            if lines:
                pieces += [head.rstrip(BLANKS) + self.end if head.strip(BLANKS) else "", *lines]
                head, tail = "", tail.lstrip(" \t")
            pieces.append(head + tail)
        pieces = [piece for piece in [*pieces, *self._before.get(len(self._lines), [])] if piece]
        for number, piece in enumerate(pieces[:-1]):
            if not piece.endswith("\n"):
                pieces[number] = piece + self.end
        return "".join(pieces)

    def _parts(self, index: int) -> tuple[str, str, str]:
        """Return what a line has before its code, its code and what is after it."""
        raw = self._lines[index]
        code = scan_line(raw, index + 1, Comments([0] * self._comments[index]), [])
        if not code.text:
            return raw, "", ""
        last = code.positions[-1]
        # An escaped semicolon counts as one character.
        stop = last + (1 if raw[last] == code.text[-1] else 2)
        return raw[: code.positions[0]], raw[code.positions[0] : stop], raw[stop:]
