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
from contextlib import suppress

from ..language.redaction import redact_pair
from .cli_parsers import strip_colours

LOG_NAMES = ("messages.log", "messages", "full", "full.log")
MAX_LINES = 100
_LOG_FILE = re.compile(f"({'|'.join(map(re.escape, LOG_NAMES))})([.-][0-9.-]+)?")
_LEVEL = re.compile(r"\b(WARNING|ERROR)\[\d+\]")


def end_positions(directory: str) -> dict[int, int]:
    """Return the current size of each of Asterisk's log files, by inode, which stays the same when a log is rotated."""
    return {state.st_ino: state.st_size for _path, state in _log_files(directory)}


def logged_since(directory: str, positions: t.Mapping[int, int], journal: str = "") -> list[str]:
    """Return the distinct warnings and errors logged after *positions* from end_positions(), secrets redacted.

    *journal*: the same from the journal, for logs that go to syslog.
    """
    texts = []
    for path, state in _log_files(directory):
        position = positions.get(state.st_ino, 0)
        with suppress(OSError), open(path, "rb") as file:
            # A log that was truncated is read from its start.
            file.seek(position if state.st_size >= position else 0)
            texts.append(file.read().decode("utf-8", "replace"))
    return warnings_and_errors("\n".join([*texts, journal]))


def _log_files(directory: str) -> list[tuple[str, os.stat_result]]:
    """Return the log files and their rotated, uncompressed predecessors, the oldest first."""
    found = []
    with suppress(OSError):
        for name in filter(_LOG_FILE.fullmatch, os.listdir(directory)):
            path = os.path.join(directory, name)
            with suppress(OSError):
                found.append((path, os.stat(path)))
    return sorted(found, key=lambda entry: entry[1].st_mtime)


def warnings_and_errors(text: str) -> list[str]:
    """Return the distinct warnings and errors in the text of a log, secrets redacted."""
    lines: dict[str, None] = {}
    for line in strip_colours(text).splitlines():
        if _LEVEL.search(line):
            # Time and thread id are removed, so that equal messages are equal lines.
            message = re.sub(r"^\[[^\]]*\]\s*", "", line)
            lines[redact_pair("", re.sub(r"\[\d+\]", "", message, count=1), "log")[1]] = None
    return [line.replace(" (changed)", "") for line in lines][:MAX_LINES]
