# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Separating code from comments in the lines of Asterisk configuration files.

Private to the collection switchboard.pbx; it may change without notice.
It follows C(config_text_file_load()) in Asterisk's C(main/config.c), including its quirks.
"""

from __future__ import annotations

import dataclasses
import typing as t

# Asterisk reads lines into 8192 bytes, including the line feed and the terminating NUL.
MAX_LINE_BYTES = 8190
MAX_NESTED_COMMENTS = 128
BLANKS = "".join(map(chr, range(33)))


class Problem(t.NamedTuple):
    """Something that Asterisk would reject, drop or misread: the line number, the reason and the cure."""

    line: int
    reason: str
    cure: str


@dataclasses.dataclass
class Comments:
    """The open block comments: the numbers of the lines that opened them, innermost last."""

    open: list[int] = dataclasses.field(default_factory=list)


class Code(t.NamedTuple):
    """The code of a line, without comments and surrounding blanks, and the position of each character."""

    text: str
    positions: list[int]

    def part(self, start: int, end: int | None = None) -> Code:
        """Return a part of the code without surrounding blanks."""
        text, positions = self.text[start:end], self.positions[start:end]
        skipped = len(text) - len(text.lstrip(BLANKS))
        text = text.strip(BLANKS)
        return Code(text, positions[skipped : skipped + len(text)])


def scan_line(raw: str, number: int, comments: Comments, problems: list[Problem]) -> Code:
    """Return the code in a physical line, and update *comments* for the next one."""
    if not comments.open and ";" not in raw and number > 1:
        return Code(raw, list(range(len(raw)))).part(0)
    line = _Scanner(raw, number, comments, problems).run()
    return Code("".join(char for char, _position in line), [position for _char, position in line]).part(0)


class _Scanner:
    """The scan of one line: *window* is where the search for the next semicolon starts."""

    def __init__(self, raw: str, number: int, comments: Comments, problems: list[Problem]) -> None:
        self.line = [(char, position) for position, char in enumerate(raw)]
        if number == 1 and raw.startswith("\ufeff"):
            del self.line[0]
        self.number = number
        self.open = comments.open
        self.problems = problems
        self.window = 0
        self.in_code = not self.open
        # The end of the code if a block comment follows it.
        self.cut: int | None = None

    def run(self) -> list[tuple[str, int]]:
        while True:
            position = next((i for i in range(self.window, len(self.line)) if self.line[i][0] == ";"), None)
            if position is None or not self._semicolon(position):
                break
        if not self.in_code:
            return []
        return self.line if self.cut is None else self.line[: self.cut]

    def _semicolon(self, position: int) -> bool:
        """Process the semicolon at *position*; return False if the line ends there."""
        after = "".join(char for char, _position in self.line[position + 1 : position + 4])
        before = "".join(char for char, _position in self.line[max(self.window, position - 2) : position])
        if before.endswith("\\"):
            # The pair counts as one character at the position of its backslash.
            self.line[position - 1 : position + 1] = [(";", self.line[position - 1][1])]
            self.window = position
        elif after.startswith("--") and not after.startswith("---"):
            return self._begin(position)
        elif before == "--" and self.open:
            self._end(position)
        elif self.open:
            self.window = position + 1
        else:
            if before == "--":
                reason = "'--;' closes a block comment that was never opened, and Asterisk drops what follows"
                cure = "put ';--' where the comment starts, or write '--\\;' for a literal semicolon"
                self.problems.append(Problem(self.number, reason, cure))
            del self.line[position:]
            return False
        return True

    def _begin(self, position: int) -> bool:
        if len(self.open) >= MAX_NESTED_COMMENTS:
            reason = f"block comments are nested deeper than {MAX_NESTED_COMMENTS}"
            self.problems.append(Problem(self.number, reason, "reduce the nesting"))
            return False
        if self.in_code and not self.open:
            self.cut = position
        self.open.append(self.number)
        self.window = position + 3
        return True

    def _end(self, position: int) -> None:
        self.open.pop()
        self.window = position + 1
        if self.open:
            return
        if self.in_code and self.cut is not None:
            # The code continues after the comment as if it were not there.
            del self.line[self.cut : self.window]
            self.window, self.cut = self.cut, None
        else:
            del self.line[: self.window]
            self.window, self.in_code = 0, True
