# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Asterisk logged since a moment: places in its log files, or the journal where it writes none.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t

from ..language.masking import masked_pair
from .cli_parsers import plain

LOG_NAMES = ("messages.log", "messages", "full", "full.log")
MAX_LINES = 100
_LEVEL = re.compile(r"\b(WARNING|ERROR)\[\d+\]")


def marks(directory: str) -> dict[str, int]:
    """Return where each of Asterisk's log files ends now."""
    found = {}
    for name in LOG_NAMES:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            found[path] = os.path.getsize(path)
    return found


def since(places: t.Mapping[str, int]) -> list[str]:
    """Return the warnings and errors logged since marks() gave *places*, secrets masked, each once."""
    for path, place in places.items():
        try:
            with open(path, "rb") as file:
                # A log that was rotated meanwhile begins anew.
                file.seek(place if os.fstat(file.fileno()).st_size >= place else 0)
                return notable(file.read().decode("utf-8", "replace"))
        except OSError:
            continue
    return []


def notable(text: str) -> list[str]:
    """Return the warnings and errors in a log's text, secrets masked, each once."""
    lines: dict[str, None] = {}
    for line in plain(text).splitlines():
        if _LEVEL.search(line):
            # Time and thread differ each time; what is said does not.
            said = re.sub(r"^\[[^\]]*\]\s*", "", line)
            lines[masked_pair("", re.sub(r"\[\d+\]", "", said, count=1), "log")[1]] = None
    return [line.replace(" (changed)", "") for line in lines][:MAX_LINES]
