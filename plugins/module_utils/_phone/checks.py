# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator wants to know after a change, asked by real phones.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import sys
import time
import typing as t
from pathlib import Path

from .._module import ModuleError, RedactingModule
from . import chat, message
from .listen import available, listen, unknown_words, words
from .phone import Account, PhoneError, call, missing_program, phone, register
from .sound import Sound

# "Hello World" alone is audible for about half a second.
SPEECH_SECONDS = 0.4
# Samples at full scale are a sign of clipping.
CLIPPED_DBFS = -0.1
REFUSED = (401, 403)
ACCEPTED = 202
GREETING = "A test of messages"
WRONG_PASSWORD = "switchboard-not-the-password"  # noqa: S105 - it is meant to be wrong


class Check(t.NamedTuple):
    """One question: what is asked, whether the answer is right, the answer, seconds it took, and a recording."""

    name: str
    ok: bool
    result: str
    seconds: float
    recording: str = ""


Outcome = t.Tuple[bool, str, str]


def judge(sound: Sound, expected: str, heard: str | None, recognised: bool) -> tuple[bool, str]:
    """Whether what was heard is speech, unclipped and (where *recognised*) the expected phrase; and in words."""
    measured = f"{sound.audible_seconds:.1f} s of sound, peak {sound.peak_dbfs:.0f} dBFS"
    if sound.audible_seconds < SPEECH_SECONDS:
        return False, f"silence: {measured}"
    if sound.peak_dbfs > CLIPPED_DBFS:
        return False, f"too loud, speech is clipped: {measured}"
    if expected and recognised:
        if heard != words(expected):
            return False, f"heard '{heard or 'none of the phrases'}', not '{words(expected)}': {measured}"
        return True, f"heard '{heard}', {measured}"
    return True, measured


def judge_answer(sender: str, body: str, expected_sender: str, expected: str) -> Outcome:
    """Whether a message that came back is the right answer of the right one; and in words."""
    if sender != expected_sender:
        return False, f"{sender} answered, not {expected_sender}: '{body[:200]}'", ""
    if expected and body != expected:
        return False, f"answered '{body[:200]}', not '{expected}'", ""
    return True, f"answered '{body[:200]}'", ""


def brief(error: Exception, secrets: t.Iterable[str]) -> str:
    """An error in at most 300 characters, in one line, without the passwords."""
    text = str(error)
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = " ".join(text.split())
    return text if len(text) <= 300 else f"{text[:80]} … {text[-210:]}"


def file_name(text: str) -> str:
    """A name for a recording, safe in every file system."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:60]


class Checker:
    """Runs checks with phones at one server and keeps their answers."""

    def __init__(
        self,
        server: str,
        accounts: list[dict[str, t.Any]],
        folder: Path,
        recognise: bool,
        secrets: t.Iterable[str] = (),
    ) -> None:
        self.checks: list[Check] = []
        self.accounts = [Account(entry["user"], entry["password"], server) for entry in accounts]
        self._secrets = [*secrets, *(account.password for account in self.accounts)]
        self._server = server
        self._folder = folder
        self._recognise = recognise

    def ask(self, name: str, question: t.Callable[..., Outcome], *arguments: t.Any) -> None:
        """Ask one question; a phone that fails is an answer, too."""
        started = time.monotonic()
        try:
            ok, result, recording = question(*arguments)
        except PhoneError as error:
            ok, result, recording = False, brief(error, self._secrets), ""
        self.checks.append(Check(name, ok, result, round(time.monotonic() - started, 2), recording))

    def registers(self, account: Account) -> Outcome:
        status = register(account)
        return status == 200, f"the server answered {status}", ""

    def is_refused(self, account: Account) -> Outcome:
        status = register(Account(account.user, WRONG_PASSWORD, self._server))
        return status in REFUSED, f"the server answered {status}", ""

    def hears(
        self, account: Account, extension: str, phrase: str, phrases: list[str], seconds: int
    ) -> Outcome:
        recording = self._folder / f"{file_name('call ' + extension)}.wav"
        sound = call(account, extension, seconds, keep=recording)
        known = self._recognise and bool(phrase) and not unknown_words(phrase)
        heard = listen(str(recording), phrases) if known and recording.exists() else None
        ok, result = judge(sound, phrase, heard, known)
        if phrase and not known:
            result += f"; what was said ('{phrase}') was not checked"
        return ok, result, str(recording) if recording.exists() else ""

    def talk(self, caller: Account, called: Account, extension: str) -> Outcome:
        recording = self._folder / f"{file_name(f'{caller.user} and {called.user}')}.wav"
        with phone(called) as answering:
            answering.registration()
            here = call(caller, extension, seconds=3, keep=recording)
            answering.hang_up()
            there = answering.heard()
        ok = min(here.audible_seconds, there.audible_seconds) >= SPEECH_SECONDS
        result = f"heard {here.audible_seconds:.1f} s here and {there.audible_seconds:.1f} s there"
        return ok, result, str(recording) if recording.exists() else ""

    def is_answered(self, account: Account, to: str, reply: str) -> Outcome:
        with phone(account, trace=True) as running:
            running.registration()
            status = message.send_message(account, to, GREETING)
            if status != ACCEPTED:
                return False, f"the server answered {status}", ""
            return judge_answer(*message.wait_for_message(running), to, reply)

    def may_not_write(self, account: Account, to: str) -> Outcome:
        wrong = Account(account.user, WRONG_PASSWORD, self._server)
        status = message.send_message(wrong, to, GREETING)
        return status in REFUSED, f"the server answered {status}", ""

    def writes(self, sender: Account, receiver: Account, extension: str) -> Outcome:
        with phone(receiver, trace=True) as running:
            running.registration()
            status = message.send_message(sender, extension, GREETING)
            if status != ACCEPTED:
                return False, f"the server answered {status}", ""
            who, body = message.wait_for_message(running)
            return body == GREETING, f"{receiver.user} got '{body[:200]}' from {who}", ""

    def chats(self, entry: dict[str, t.Any], reply: str) -> Outcome:
        jid = entry["jid"]
        server = entry["server"] or jid.partition("@")[2].partition("/")[0]
        certificate = Path(entry["ca_path"]) if entry["ca_path"] else None
        account = chat.ChatAccount(jid, entry["password"], server, certificate)
        with chat.chat(account) as client:
            client.send(entry["to"], GREETING)
            return judge_answer(*client.received(), entry["to"], reply)


def check_programs(options: t.Mapping[str, t.Any]) -> None:
    """Raise ModuleError if a program is missing that the checks need."""
    if missing := missing_program():
        raise ModuleError(
            f"{missing} is not installed on this host, and the phones are driven through it; "
            "install it (Debian: baresip-core)."
        )
    if options["messages"] and (missing := message.missing_program()):
        raise ModuleError(
            f"{missing} is not installed on this host, and messages are sent with it; "
            "install it (Debian: sip-tester) or leave out 'messages'."
        )
    if options["chats"] and not chat.available():
        raise ModuleError(
            f"slixmpp is not installed for {sys.executable}, and chat is spoken with it; "
            "install it (pip install slixmpp) or leave out 'chats'."
        )


def check(module: RedactingModule) -> dict[str, t.Any]:
    """Run the checks that a module's parameters ask for."""
    options = module.params
    if module.check_mode:
        return {"changed": False, "checks": [], "passed": True, "skipped": True}
    check_programs(options)
    folder = Path(options["recordings"])
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    secrets = [entry["password"] for entry in options["chats"]]
    checker = Checker(options["server"], options["accounts"], folder, available(), secrets)
    accounts = checker.accounts
    for account in accounts:
        checker.ask(f"{account.user} registers", checker.registers, account)
        checker.ask(f"{account.user} is refused with a wrong password", checker.is_refused, account)
    phrases = [entry["phrase"] for entry in options["calls"] if entry["phrase"]]
    for entry in options["calls"]:
        number, phrase, named = (
            entry["extension"],
            entry["phrase"],
            f" ({entry['name']})" if entry["name"] else "",
        )
        question = f"{accounts[0].user} calls {number}{named}"
        checker.ask(question, checker.hears, accounts[0], number, phrase, phrases, options["timeout"])
    extension = options["accounts"][1]["extension"] if len(accounts) > 1 else None
    if extension:
        question = f"{accounts[0].user} talks with {accounts[1].user} at {extension}"
        checker.ask(question, checker.talk, accounts[0], accounts[1], extension)
    if written := options["messages"]:
        to, reply = written["to"], written["reply"]
        checker.ask(f"{accounts[0].user} writes to {to}", checker.is_answered, accounts[0], to, reply)
        question = f"{accounts[0].user} may not write with a wrong password"
        checker.ask(question, checker.may_not_write, accounts[0], to)
        if extension:
            question = f"{accounts[0].user} writes to {accounts[1].user} at {extension}"
            checker.ask(question, checker.writes, accounts[0], accounts[1], extension)
        for entry in options["chats"]:
            question = f"{entry['jid']} writes to {entry['to']} in chat"
            checker.ask(question, checker.chats, entry, reply)
    return {
        "changed": False,
        "checks": [entry._asdict() for entry in checker.checks],
        "passed": all(entry.ok for entry in checker.checks),
        "recognised": available(),
    }
