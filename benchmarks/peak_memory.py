# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program and notes the peak of its resident memory: peak_memory.py FILE PROGRAM ARGUMENT...

Small on purpose: what a process holds before it becomes another program counts into the peak of that one.
"""

from __future__ import annotations

import os
import resource
import sys


def main(note: str, *command: str) -> int:
    """Run *command*; append the kilobytes to the file *note*; return the exit code."""
    child = os.spawnvp(os.P_WAIT, command[0], command)  # noqa: S606  no shell is the point
    with open(note, "a", encoding="ascii") as stream:  # noqa: PTH123  pathlib would take memory
        stream.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
    return child


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
