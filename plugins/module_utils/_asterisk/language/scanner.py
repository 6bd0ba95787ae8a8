# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is code and what is comment in a line of an Asterisk configuration file.

Private to the collection switchboard.pbx; it may change without notice.
Follows C(config_text_file_load()) in Asterisk's C(main/config.c), its quirks included.
"""

from __future__ import annotations

import dataclasses
import typing as t

# Asterisk reads lines into 8192 bytes, the closing zero among them.
MAX_LINE_BYTES = 8190
MAX_NESTED_COMMENTS = 128
BLANKS = "".join(map(chr, range(33)))


class Problem(t.NamedTuple):
    """Something that Asterisk would refuse, drop or misread: where, why, and what to do about it."""

    line: int
    reason: str
    cure: str


@dataclasses.dataclass
class Comments:
    """The block comments that are open: the line in which each began, the innermost last."""

    open: list[int] = dataclasses.field(default_factory=list)


class Code(t.NamedTuple):
    """The code of a line: its text, comments and blanks around it taken off, and each character's place."""

    text: str
    places: list[int]

    def part(self, start: int, end: int | None = None) -> Code:
        """Return a part of the code, blanks around it taken off."""
        text, places = self.text[start:end], self.places[start:end]
        skipped = len(text) - len(text.lstrip(BLANKS))
        text = text.strip(BLANKS)
        return Code(text, places[skipped : skipped + len(text)])


def scan_line(raw: str, number: int, comments: Comments, problems: list[Problem]) -> Code:
    """Return the code in a physical line and keep *comments* up to date for the next one."""
    if not comments.open and ";" not in raw and number > 1:
        return Code(raw, list(range(len(raw)))).part(0)
    line = _Scanner(raw, number, comments, problems).run()
    return Code("".join(char for char, _place in line), [place for _char, place in line]).part(0)


class _Scanner:
    """The state of reading one line: *window* is where the search for the next semicolon begins."""

    def __init__(self, raw: str, number: int, comments: Comments, problems: list[Problem]) -> None:
        self.line = [(char, place) for place, char in enumerate(raw)]
        if number == 1 and raw.startswith("\ufeff"):
            del self.line[0]
        self.number = number
        self.open = comments.open
        self.problems = problems
        self.window = 0
        self.in_code = not self.open
        # Where the code ended when a block comment began behind it.
        self.cut: int | None = None

    def run(self) -> list[tuple[str, int]]:
        while True:
            place = next((i for i in range(self.window, len(self.line)) if self.line[i][0] == ";"), None)
            if place is None or not self._semicolon(place):
                break
        if not self.in_code:
            return []
        return self.line if self.cut is None else self.line[: self.cut]

    def _semicolon(self, place: int) -> bool:
        """Deal with the semicolon at *place*; False ends the line."""
        after = "".join(char for char, _place in self.line[place + 1 : place + 4])
        before = "".join(char for char, _place in self.line[max(self.window, place - 2) : place])
        if before.endswith("\\"):
            # The pair counts as one character, found where its backslash stands.
            self.line[place - 1 : place + 1] = [(";", self.line[place - 1][1])]
            self.window = place
        elif after.startswith("--") and not after.startswith("---"):
            return self._begin(place)
        elif before == "--" and self.open:
            self._end(place)
        elif self.open:
            self.window = place + 1
        else:
            if before == "--":
                reason = "'--;' closes a block comment that was never opened, and Asterisk drops what follows"
                cure = "put ';--' where the comment begins, or write '--\\;' if a semicolon is meant"
                self.problems.append(Problem(self.number, reason, cure))
            del self.line[place:]
            return False
        return True

    def _begin(self, place: int) -> bool:
        if len(self.open) >= MAX_NESTED_COMMENTS:
            reason = f"block comments are nested deeper than {MAX_NESTED_COMMENTS}"
            self.problems.append(Problem(self.number, reason, "nest fewer"))
            return False
        if self.in_code and not self.open:
            self.cut = place
        self.open.append(self.number)
        self.window = place + 3
        return True

    def _end(self, place: int) -> None:
        self.open.pop()
        self.window = place + 1
        if self.open:
            return
        if self.in_code and self.cut is not None:
            # The code goes on behind the comment as if that were not there.
            del self.line[self.cut : self.window]
            self.window, self.cut = self.cut, None
        else:
            del self.line[: self.window]
            self.window, self.in_code = 0, True
