# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The warnings and errors that Asterisk writes to its log files during a run.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t

from ..language.redaction import redact_pair
from .cli_parsers import strip_colours

LOG_NAMES = ("messages.log", "messages", "full", "full.log")
MAX_LINES = 100
_LEVEL = re.compile(r"\b(WARNING|ERROR)\[\d+\]")


def end_positions(directory: str) -> dict[str, int]:
    """Return the current size of each of Asterisk's log files, by path."""
    positions = {}
    for name in LOG_NAMES:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            positions[path] = os.path.getsize(path)
    return positions


def logged_since(positions: t.Mapping[str, int]) -> list[str]:
    """Return the distinct warnings and errors logged after *positions* from end_positions(), secrets redacted."""
    for path, position in positions.items():
        try:
            with open(path, "rb") as file:
                # A rotated log is read from its start.
                file.seek(position if os.fstat(file.fileno()).st_size >= position else 0)
                return warnings_and_errors(file.read().decode("utf-8", "replace"))
        except OSError:
            continue
    return []


def warnings_and_errors(text: str) -> list[str]:
    """Return the distinct warnings and errors in the text of a log, secrets redacted."""
    lines: dict[str, None] = {}
    for line in strip_colours(text).splitlines():
        if _LEVEL.search(line):
            # Time and thread id are removed, so that equal messages are equal lines.
            message = re.sub(r"^\[[^\]]*\]\s*", "", line)
            lines[redact_pair("", re.sub(r"\[\d+\]", "", message, count=1), "log")[1]] = None
    return [line.replace(" (changed)", "") for line in lines][:MAX_LINES]
