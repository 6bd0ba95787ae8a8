# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A softphone for checks and tests: the program baresip, which records the audio that it receives.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import json
import re
import socket
import tempfile
import threading
import time
import typing as t
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .._module import RunCommand
from .sound import Sound, measure_file, write_tone

CONFIG = """\
poll_method epoll
sip_listen 0.0.0.0:0
call_local_timeout 30
call_max_calls 4
audio_player aufile,{folder}/heard.wav
audio_source aufile,{folder}/said.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
snd_path {folder}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""
ANSWER_SECONDS = 15.0
# The longest password that baresip reads from standard input.
PROMPT_BYTES = 62
# The length of the audio that the phone sends, after which a call ends.
CALL_SECONDS = 60.0
# The interval between keys when someone dials fast.
KEY_SECONDS = 0.4


class PhoneError(Exception):
    """The phone did not do what was expected; the message ends with its output."""


@dataclass(frozen=True)
class Account:
    """The account of a phone; *server* is a host or an address, with a port if it is not 5060.

    The phone answers every call automatically, unless *answers* is false: then it rings.
    """

    user: str
    password: str
    server: str
    answers: bool = True

    def line(self, register_seconds: int) -> str:
        """Return the line for baresip's file of accounts.

        Baresip asks for a missing password, and reads it as it is: in the file, a semicolon or blank would end it.
        """
        secret = ""
        if len(self.password.encode()) > PROMPT_BYTES:
            if not re.fullmatch(r"[!#-:<-~]+", self.password):
                raise PhoneError(
                    f"the password of {self.user} is longer than {PROMPT_BYTES} bytes and contains a character that "
                    "baresip cannot read in a file; set another password"
                )
            secret = f";auth_pass={self.password}"
        return (
            f"<sip:{self.user}@{self.server}>;auth_user={self.user}{secret}"
            f";regint={register_seconds};answermode={'auto' if self.answers else 'manual'};audio_codecs=pcmu\n"
        )


class Phone:
    """A running softphone."""

    def __init__(
        self,
        run_command: RunCommand,
        folder: Path,
        account: Account,
        register_seconds: int,
        commands: list[str],
        *,
        trace: bool = False,
    ) -> None:
        self._folder = folder
        self._control = _free_port()
        (folder / "config").write_text(CONFIG.format(folder=folder, control=self._control))
        (folder / "accounts").write_text(account.line(register_seconds))
        (folder / "password").write_text(f"{account.password}\n")
        write_tone(folder / "said.wav", CALL_SECONDS)
        arguments = ["baresip", "-4", "-f", str(folder), *(["-s"] if trace else [])]
        for command in commands:
            arguments += ["-e", command]
        self._output = folder / "output"
        self._output.touch()
        self._started: Future[t.Any] = Future()
        self._thread = threading.Thread(target=self._run, args=(run_command, arguments), daemon=True)
        self._thread.start()
        self._process = self._started.result()

    @property
    def printed(self) -> str:
        """The output of the phone so far."""
        return self._output.read_text(errors="replace")

    def wait_for(self, pattern: str, seconds: float = ANSWER_SECONDS) -> re.Match[str]:
        """Wait for a pattern in the output of the phone and return the first match; PhoneError if there is none."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.printed):
                return found
            if not self._thread.is_alive():
                if found := re.search(pattern, self.printed):
                    return found
                break
            time.sleep(0.05)
        raise PhoneError(f"the phone did not print /{pattern}/ within {seconds} s:\n{self.printed}")

    def registration(self, seconds: float = ANSWER_SECONDS) -> int:
        """Return the SIP status code of the answer to REGISTER."""
        return int(self.wait_for(r"\{\d+/\w+/\w+\} (\d{3}) |reg: .*? (\d{3}) \w+", seconds).expand(r"\1\2"))

    def heard(self) -> Sound:
        """Return measurements of the audio that the phone received in its last call."""
        recording = self.recording()
        return measure_file(recording) if recording else Sound(0.0, 0.0, -120.0)

    def recording(self) -> Path | None:
        """Return the WAV file of the last call, which exists as long as the phone."""
        recordings = sorted(self._folder.glob("dump-*-dec.wav"))
        return recordings[-1] if recordings else None

    def press(self, keys: str) -> None:
        """Send keys (0-9, *, #) as DTMF in the call, one after the other."""
        for key in keys:
            self._send_command({"command": "sndcode", "params": key})
            time.sleep(KEY_SECONDS)

    def reject(self) -> None:
        """Reject the incoming call as busy."""
        self._send_command({"command": "hangup"})

    def hang_up(self) -> None:
        """End the phone; its calls end with BYE, and only then are its recordings complete."""
        self._process.terminate()
        self._thread.join(5)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join()

    def _send_command(self, command: dict[str, str]) -> None:
        request = json.dumps(command)
        with socket.create_connection(("127.0.0.1", self._control), timeout=5) as control:
            control.sendall(f"{len(request)}:{request},".encode())
            control.recv(4096)

    def _run(self, run_command: RunCommand, arguments: list[str]) -> None:
        # In a thread, as run_command() returns when the phone ends; the callback gets the process at its start.
        run_command(
            ["sh", "-c", 'cd "$0" && exec "$@" >output 2>&1 <password', str(self._folder), *arguments],
            before_communicate_callback=self._started.set_result,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def phone(
    run_command: RunCommand, account: Account, *commands: str, register_seconds: int = 60, trace: bool = False
) -> Iterator[Phone]:
    """A phone that runs within the block; with *register_seconds* 0 it does not register.

    With *trace* it prints all SIP messages that it sends and receives, including text messages.
    """
    with tempfile.TemporaryDirectory(prefix="switchboard-phone-") as folder:
        running = Phone(run_command, Path(folder), account, register_seconds, list(commands), trace=trace)
        try:
            yield running
        finally:
            running.hang_up()


def register(run_command: RunCommand, account: Account) -> int:
    """Register once and return the SIP status code of the answer: 200, or 401 if it is refused."""
    with phone(run_command, account) as running:
        return running.registration()


def call(
    run_command: RunCommand, account: Account, extension: str, seconds: float = 20.0, keep: Path | None = None
) -> Sound:
    """Call an extension, listen until the other side hangs up, for at most *seconds*, and measure the audio."""
    with phone(run_command, account, f"/dial {extension}") as running:
        running.wait_for(r"Call established")
        with suppress(PhoneError):
            running.wait_for(r"terminated \(duration|session closed", seconds)
        running.hang_up()
        heard = running.heard()
        if keep and (recording := running.recording()):
            keep.write_bytes(recording.read_bytes())
        return heard
