# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The console of a running Asterisk.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import subprocess
import time
import typing as t

from ..._module import ModuleError
from .cli_parsers import NOT_CONNECTED

Runner = t.Callable[[t.Sequence[str], float], "tuple[int, str]"]


class NotRunning(ModuleError):
    """Asterisk's console does not answer."""


def run_program(command: t.Sequence[str], timeout: float) -> tuple[int, str]:
    """Run a program and return its exit code and output; ModuleError if it is missing or takes too long."""
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        cure = "install Asterisk, or set 'binary' to the path of its program"
        raise NotRunning(f"{command[0]} cannot be run ({error.strerror}); {cure}.") from error
    except subprocess.TimeoutExpired as error:
        cure = "look at Asterisk's log, or set a longer 'timeout'"
        raise ModuleError(f"'{' '.join(command)}' did not end within {timeout:g} s; {cure}.") from error
    return done.returncode, done.stdout.decode("utf-8", "replace")


class Console:
    """Runs console commands with the program *binary*, each for at most *timeout* seconds."""

    def __init__(
        self,
        binary: str = "asterisk",
        timeout: float = 60,
        runner: Runner = run_program,
        sleep: t.Callable[[float], object] = time.sleep,
    ) -> None:
        self.binary = binary
        self.timeout = timeout
        self._runner = runner
        self.sleep = sleep

    def run(self, command: str) -> str:
        """Run a console command and return its output; NotRunning if Asterisk does not answer."""
        code, text = self._runner([self.binary, "-rx", command], self.timeout)
        if NOT_CONNECTED in text:
            cure = "start the service, and look at its log if it does not stay up"
            raise NotRunning(f"Asterisk does not answer on its console ('{self.binary} -rx'); {cure}.")
        if code and not text.strip():
            cure = "run the task as root or as Asterisk's own user"
            raise NotRunning(f"'{self.binary} -rx' failed with exit code {code}; {cure}.")
        return text

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
