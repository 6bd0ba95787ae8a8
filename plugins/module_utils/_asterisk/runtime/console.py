# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The console of a running Asterisk.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import shutil
import time
import typing as t

from ..._module import ModuleError, RunCommand
from .cli_parsers import NOT_CONNECTED

Runner = t.Callable[[t.Sequence[str], float], "tuple[int, str]"]

# Exit codes of timeout(1) if it ended or killed the program.
TIMED_OUT = (124, 137)


class NotRunning(ModuleError):
    """Asterisk's console does not answer."""


class TimedOut(ModuleError):
    """A program did not end in time."""


def make_runner(run_command: RunCommand) -> Runner:
    """Return a function that runs a program with a time limit and returns its exit code and output.

    It raises ModuleError if the program is missing or takes too long.
    """

    def run(command: t.Sequence[str], timeout: float) -> tuple[int, str]:
        if not shutil.which(command[0]):
            cure = "install Asterisk, or set 'binary' to the path of its program"
            raise NotRunning(f"{command[0]} cannot be run; {cure}.")
        limited = ["timeout", "--kill-after=5", f"{timeout:g}", *command]
        code, output, errors = run_command(limited, errors="surrogate_then_replace")
        if code in TIMED_OUT:
            cure = "look at Asterisk's log, or set a longer 'timeout'"
            raise TimedOut(f"'{' '.join(command)}' did not end within {timeout:g} s; {cure}.")
        return code, output + errors

    return run


class Console:
    """Runs console commands with the program *binary*, each for at most *timeout* seconds."""

    def __init__(
        self,
        binary: str,
        timeout: float,
        runner: Runner,
        sleep: t.Callable[[float], object] = time.sleep,
    ) -> None:
        self.binary = binary
        self.timeout = timeout
        self._runner = runner
        self.sleep = sleep

    def run(self, command: str, seconds: float | None = None) -> str:
        """Run a console command and return its output; NotRunning if Asterisk does not answer."""
        code, text = self._runner([self.binary, "-rx", command], seconds or self.timeout)
        if NOT_CONNECTED in text:
            cure = "start the service, and look at its log if it does not stay up"
            raise NotRunning(f"Asterisk does not answer on its console ('{self.binary} -rx'); {cure}.")
        if code and not text.strip():
            cure = "run the task as root or as Asterisk's own user"
            raise NotRunning(f"'{self.binary} -rx' failed with exit code {code}; {cure}.")
        return text

    def run_program(self, command: t.Sequence[str]) -> tuple[int, str]:
        """Run another program of this host and return its exit code and output."""
        return self._runner(command, self.timeout)

    def wait_until_booted(self, seconds: float) -> None:
        """Wait until Asterisk has loaded all its modules; NotRunning if it does not answer in *seconds*."""
        waited = 0.0
        while True:
            try:
                self.run("core waitfullybooted")
                return
            except NotRunning:
                if waited >= seconds:
                    raise
            self.sleep(1)
            waited += 1
