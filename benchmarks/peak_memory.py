# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program and record its peak resident memory: peak_memory.py FILE PROGRAM ARGUMENT...

Small on purpose: the memory of a process before it executes another program counts toward that program's peak.
"""

from __future__ import annotations

import os
import resource
import sys


def main(log: str, *command: str) -> int:
    """Run *command*; append the kilobytes to the file *log*; return the exit code."""
    exit_code = os.spawnvp(os.P_WAIT, command[0], command)  # noqa: S606  a shell would count, too
    with open(log, "a", encoding="ascii") as stream:  # noqa: PTH123  pathlib takes memory
        stream.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
    return exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
