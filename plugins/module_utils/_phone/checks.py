# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module phone_check: runs checks of a telephone system with real phones.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
import typing as t
from pathlib import Path

from .._module import ModuleError, RedactingModule, RunCommand
from . import chat, message
from .listen import available, listen, normalise, unknown_words
from .phone import Account, PhoneError, call, phone, register
from .sound import Sound

# "Hello World" alone is audible for about half a second.
SPEECH_SECONDS = 0.4
# A peak at full scale means that samples are clipped.
CLIPPED_DBFS = -0.1
REFUSED = (401, 403)
ACCEPTED = (202,)
GREETING = "A test of messages"
WRONG_PASSWORD = "switchboard-not-the-password"  # noqa: S105 - wrong on purpose


class Check(t.NamedTuple):
    """One check: name, whether it passed, result as text, duration in seconds, and the path of a recording.

    *skipped*: why what was heard was not compared with the expected phrase; empty if it was.
    """

    name: str
    ok: bool
    result: str
    seconds: float
    recording: str = ""
    skipped: str = ""


class Verdict(t.NamedTuple):
    """Whether a check passed, its result as text, the path of a recording, and why a phrase was not compared."""

    ok: bool
    result: str
    recording: str = ""
    skipped: str = ""


def assess_sound(sound: Sound, expected: str, heard: str | None, recognised: bool) -> tuple[bool, str]:
    """Return whether the sound is unclipped speech (if *recognised*, the expected phrase), and the result as text."""
    measured = f"{sound.audible_seconds:.1f} s of sound, peak {sound.peak_dbfs:.0f} dBFS"
    if sound.audible_seconds < SPEECH_SECONDS:
        return False, f"silence: {measured}"
    if sound.peak_dbfs > CLIPPED_DBFS:
        return False, f"too loud, speech is clipped: {measured}"
    if expected and recognised:
        if heard != normalise(expected):
            return False, f"heard '{heard or 'none of the phrases'}', not '{normalise(expected)}': {measured}"
        return True, f"heard '{heard}', {measured}"
    return True, measured


def assess_status(status: int, expected: t.Container[int]) -> Verdict:
    """Return whether a SIP status is an expected one, as a verdict."""
    return Verdict(status in expected, f"the server answered {status}")


def assess_reply(sender: str, body: str, expected_sender: str, expected: str) -> Verdict:
    """Return whether a reply has the expected sender and body, as a verdict."""
    if sender != expected_sender:
        return Verdict(False, f"{sender} answered, not {expected_sender}: '{body[:200]}'")
    if expected and body != expected:
        return Verdict(False, f"answered '{body[:200]}', not '{expected}'")
    return Verdict(True, f"answered '{body[:200]}'")


def summarise(error: Exception, secrets: t.Iterable[str]) -> str:
    """Return the message of an error in one line of at most 300 characters, without passwords."""
    text = str(error)
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = " ".join(text.split())
    return text if len(text) <= 300 else f"{text[:80]} … {text[-210:]}"


def file_name(text: str) -> str:
    """Return a file name for a recording that is safe in every file system."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:60]


class Checker:
    """Runs checks with phones at one server and collects the results."""

    def __init__(
        self,
        run_command: RunCommand,
        server: str,
        accounts: list[dict[str, t.Any]],
        folder: Path,
        *,
        recognise: bool,
        secrets: t.Iterable[str] = (),
    ) -> None:
        self.checks: list[Check] = []
        self.accounts = [Account(entry["user"], entry["password"], server) for entry in accounts]
        self._secrets = [*secrets, *(account.password for account in self.accounts)]
        self._run_command = run_command
        self._server = server
        self._folder = folder
        self._recognise = recognise

    def run(self, name: str, check: t.Callable[..., Verdict], *arguments: t.Any) -> None:
        """Run one check and add its result; an error of a phone is a failed check."""
        started = time.monotonic()
        try:
            verdict = check(*arguments)
        except PhoneError as error:
            verdict = Verdict(False, summarise(error, self._secrets))
        seconds = round(time.monotonic() - started, 2)
        self.checks.append(
            Check(name, verdict.ok, verdict.result, seconds, verdict.recording, verdict.skipped)
        )

    def check_registration(self, account: Account) -> Verdict:
        return assess_status(register(self._run_command, account), (200,))

    def check_wrong_password(self, account: Account) -> Verdict:
        return assess_status(
            register(self._run_command, Account(account.user, WRONG_PASSWORD, self._server)), REFUSED
        )

    def check_call(
        self, account: Account, extension: str, phrase: str, phrases: list[str], seconds: int
    ) -> Verdict:
        recording = self._folder / f"{file_name('call ' + extension)}.wav"
        sound = call(self._run_command, account, extension, seconds, keep=recording)
        skipped = self._why_not_recognised(phrase)
        known = bool(phrase) and not skipped
        heard = listen(str(recording), phrases) if known and recording.exists() else None
        ok, result = assess_sound(sound, phrase, heard, known)
        if skipped:
            result += f"; the phrase '{phrase}' was not recognised: {skipped}"
        return Verdict(ok, result, str(recording) if recording.exists() else "", skipped)

    def _why_not_recognised(self, phrase: str) -> str:
        """Return why a phrase cannot be recognised, with the cure; empty if it can."""
        if not phrase:
            return ""
        if not self._recognise:
            return f"PocketSphinx is not installed for {sys.executable} (pip install pocketsphinx)"
        unknown = unknown_words(phrase)
        return f"PocketSphinx does not know {', '.join(unknown)} (choose other words)" if unknown else ""

    def check_conversation(self, caller: Account, called: Account, extension: str) -> Verdict:
        recording = self._folder / f"{file_name(f'{caller.user} and {called.user}')}.wav"
        with phone(self._run_command, called) as answering:
            answering.registration()
            by_caller = call(self._run_command, caller, extension, seconds=3, keep=recording)
            answering.hang_up()
            by_called = answering.heard()
        ok = min(by_caller.audible_seconds, by_called.audible_seconds) >= SPEECH_SECONDS
        result = f"heard {by_caller.audible_seconds:.1f} s and {by_called.audible_seconds:.1f} s"
        return Verdict(ok, result, str(recording) if recording.exists() else "")

    def check_reply(self, account: Account, to: str, reply: str) -> Verdict:
        with phone(self._run_command, account, trace=True) as running:
            running.registration()
            sent = assess_status(message.send_message(self._run_command, account, to, GREETING), ACCEPTED)
            if not sent[0]:
                return sent
            return assess_reply(*message.wait_for_message(running), to, reply)

    def check_message_with_wrong_password(self, account: Account, to: str) -> Verdict:
        wrong = Account(account.user, WRONG_PASSWORD, self._server)
        return assess_status(message.send_message(self._run_command, wrong, to, GREETING), REFUSED)

    def check_message(self, sender: Account, receiver: Account, extension: str) -> Verdict:
        with phone(self._run_command, receiver, trace=True) as running:
            running.registration()
            sent = assess_status(
                message.send_message(self._run_command, sender, extension, GREETING), ACCEPTED
            )
            if not sent[0]:
                return sent
            author, body = message.wait_for_message(running)
            return Verdict(body == GREETING, f"{receiver.user} got '{body[:200]}' from {author}")

    def check_chat(self, entry: dict[str, t.Any], reply: str) -> Verdict:
        jid = entry["jid"]
        server = entry["server"] or jid.partition("@")[2].partition("/")[0]
        certificate = Path(entry["ca_path"]) if entry["ca_path"] else None
        account = chat.ChatAccount(jid, entry["password"], server, certificate)
        with chat.chat(account) as client:
            client.send(entry["to"], GREETING)
            return assess_reply(*client.received(), entry["to"], reply)


def check_programs(options: t.Mapping[str, t.Any]) -> None:
    """Raise a ModuleError if a program or package that the checks need is not installed."""
    if not shutil.which("baresip"):
        raise ModuleError(
            "The softphone baresip is not installed on this host; install it (Debian: baresip-core)."
        )
    if options["messages"] and not shutil.which("sipp"):
        raise ModuleError(
            "The program sipp, which sends messages, is not installed on this host; "
            "install it (Debian: sip-tester) or omit 'messages'."
        )
    if options["chats"] and not chat.AVAILABLE:
        raise ModuleError(
            f"The XMPP library slixmpp is not installed for {sys.executable}; "
            "install it (pip install slixmpp) or omit 'chats'."
        )


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Run the checks that the options describe and return the module's result."""
    options = module.params
    if module.check_mode:
        return {"changed": False, "checks": [], "passed": True, "skipped": True}
    check_programs(options)
    folder = Path(options["recordings"])
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    secrets = [entry["password"] for entry in options["chats"]]
    checker = Checker(
        module.run_command,
        options["server"],
        options["accounts"],
        folder,
        recognise=available(),
        secrets=secrets,
    )
    for account in checker.accounts:
        checker.run(f"{account.user} registers", checker.check_registration, account)
        name = f"{account.user} is refused with a wrong password"
        checker.run(name, checker.check_wrong_password, account)
    extension = options["accounts"][1]["extension"] if len(checker.accounts) > 1 else None
    _run_calls(checker, options, extension)
    if options["messages"]:
        _run_messages(checker, options, extension)
    for reason in sorted({entry.skipped for entry in checker.checks if entry.skipped}):
        module.warn(f"What callers hear was not compared with the expected phrase: {reason}.")
    return {
        "changed": False,
        "checks": [entry._asdict() for entry in checker.checks],
        "passed": all(entry.ok for entry in checker.checks),
        "recognised": available(),
    }


def _run_calls(checker: Checker, options: t.Mapping[str, t.Any], extension: str | None) -> None:
    first, *others = checker.accounts
    phrases = [entry["phrase"] for entry in options["calls"] if entry["phrase"]]
    for entry in options["calls"]:
        name = f"{first.user} calls {entry['extension']}" + (f" ({entry['name']})" if entry["name"] else "")
        arguments = (entry["extension"], entry["phrase"], phrases, options["timeout"])
        checker.run(name, checker.check_call, first, *arguments)
    if extension:
        name = f"{first.user} talks with {others[0].user} at {extension}"
        checker.run(name, checker.check_conversation, first, others[0], extension)


def _run_messages(checker: Checker, options: t.Mapping[str, t.Any], extension: str | None) -> None:
    first, *others = checker.accounts
    to, reply = options["messages"]["to"], options["messages"]["reply"]
    checker.run(f"{first.user} writes to {to}", checker.check_reply, first, to, reply)
    name = f"{first.user} may not write with a wrong password"
    checker.run(name, checker.check_message_with_wrong_password, first, to)
    if extension:
        name = f"{first.user} writes to {others[0].user} at {extension}"
        checker.run(name, checker.check_message, first, others[0], extension)
    for entry in options["chats"]:
        name = f"{entry['jid']} writes to {entry['to']} in chat"
        checker.run(name, checker.check_chat, entry, reply)
