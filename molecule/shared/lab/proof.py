"""Test a lab: phones register with the passwords in the directory, call, and hear speech."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .card import by_number
from .hosts import PROJECT, HostSet
from .phone import Account, PhoneError, call, phone, register
from .sip_message import send_message, wait_for_message
from .sound import Sound
from .xmpp import ChatAccount, chat

LAB_FILE = PROJECT / "build" / "lab.json"
# "Hello World" alone is audible for about half a second.
SPEECH_SECONDS = 0.4
# Extensions that speak.
SPEAKING = ("festival", "text2wave", "say")


class ProofError(Exception):
    """A test of the lab failed; the message contains the reason."""


@dataclass(frozen=True)
class Lab:
    """The content of build/lab.json."""

    facts: dict[str, Any]

    @property
    def pbx_host(self) -> dict[str, str]:
        """The first host that serves SIP: its name, address, versions and SIP driver."""
        return next(host for host in self.facts["hosts"] if host["sip"] != "none")

    @property
    def pbx(self) -> str:
        """The address of the host that serves SIP."""
        return self.pbx_host["address"]

    @property
    def refusal(self) -> int:
        """The SIP status for a wrong password."""
        return 403 if self.pbx_host["sip"] == "chan_sip" else 401

    def write(self, path: Path) -> None:
        """Write the facts as JSON, readable only by their owner because they contain passwords."""
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.facts, indent=2, ensure_ascii=False) + "\n")

    def account(self, number: int, password: str | None = None) -> Account:
        user = self.facts["phones"][number]
        return Account(user["user"], password or user["password"], self.pbx)


def describe(hosts: HostSet) -> Lab:
    """Collect the facts about a provisioned set of hosts."""
    stored = json.loads((hosts.folder / "facts.json").read_text())
    described = [_describe_host(hosts, host.name, host.address, host.container) for host in hosts.hosts()]
    slapd = next(host["address"] for host in described if host["slapd"])
    phones = [
        {"user": user["uid"], "password": user["password"], "extension": user["extension"]}
        | ({"voicemail": user["voicemail"]} if "voicemail" in user else {})
        for user in stored["users"]
        if user.get("extension")
    ]
    facts = {
        "hosts": described,
        "phones": phones,
        "extensions": stored["extensions"],
        "base_dn": stored["base_dn"],
        "people_dn": stored["people_dn"],
        "ldap_uri": stored["ldap_uri"] if stored["ldap_uri"].startswith("ldaps:") else f"ldap://{slapd}",
        "ldap_ca": str(hosts.folder / "ca.pem") if (hosts.folder / "ca.pem").exists() else "",
        "engine": stored["engine"],
        "messages": stored.get("messages", {}),
    }
    return Lab(facts)


def _describe_host(hosts: HostSet, name: str, address: str, container: str) -> dict[str, str]:
    probe = (
        "asterisk -V 2>/dev/null | sed 's/^Asterisk //'; echo ---; "
        "/usr/sbin/slapd -VV 2>&1 | grep -o 'slapd [0-9.]*' | cut -d' ' -f2; echo ---; "
        "asterisk -rx 'module show like chan_' 2>/dev/null | grep -o -E 'chan_(pjsip|sip)' | sort | head -n 1; "
        "echo ---; festival --version 2>/dev/null | sed -n 's/.*Synthesis System: *\\([0-9.]*\\).*/\\1/p'"
    )
    done = subprocess.run(
        [*hosts.ssh_command(name).split(), probe],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    asterisk, slapd, channel, festival = (part.strip() for part in done.stdout.split("---"))
    sip = {"chan_pjsip": "pjsip", "chan_sip": "chan_sip"}.get(channel, "none")
    return {
        "name": name,
        "address": address,
        "container": container,
        "ssh": hosts.ssh_command(name),
        "asterisk": asterisk,
        "slapd": slapd,
        "festival": festival,
        "sip": sip,
    }


def prove(lab: Lab) -> None:
    """Run the tests and print each; raises ProofError at the first failure."""
    phones = lab.facts["phones"]
    for number, person in enumerate(phones):
        user = person["user"]
        _step(f"{user} registers with the directory's password", _status, lab.account(number), 200)
        _step(
            f"{user} is refused with a wrong password",
            _status,
            lab.account(number, "not-the-password"),
            lab.refusal,
        )
    caller = lab.account(0)
    for name, extension in by_number(lab.facts["extensions"]):
        if name in SPEAKING:
            spoken = f"{name}, by {lab.facts['engine']}" if name == "say" else name
            _step(f"{caller.user} calls {extension} ({spoken})", _speech_at, caller, extension)
    if len(phones) > 1:
        _step(f"{caller.user} calls {phones[1]['user']} at {phones[1]['extension']}", _conversation, lab)
    if messages := lab.facts["messages"]:
        _step(f"{caller.user} sends a message to {messages['alias']}", _answered, caller, messages)
        for user in list(messages["chat"].get("people", {}))[:1]:
            _step(f"{user} sends a message in chat", _answered_in_chat, user, messages)


def _step(name: str, check: Callable[..., str], *arguments: object) -> None:
    print(f"==> {name}", flush=True)
    try:
        print(f"<== {check(*arguments)}", flush=True)
    except (PhoneError, ProofError) as error:
        raise ProofError(f"{name}: {error}") from error


def _status(account: Account, expected: int) -> str:
    status = register(account)
    if status != expected:
        raise ProofError(f"the server answered {status}, not {expected}")
    return str(status)


def _speech_at(account: Account, extension: str) -> str:
    return _speech(call(account, extension))


def _speech(sound: Sound) -> str:
    if sound.audible_seconds < SPEECH_SECONDS:
        raise ProofError(
            f"only {sound.audible_seconds:.2f} s of sound in {sound.seconds:.1f} s; expected {SPEECH_SECONDS} s"
        )
    return f"{sound.audible_seconds:.1f} s of sound, peak {sound.peak_dbfs:.0f} dBFS"


def _conversation(lab: Lab) -> str:
    with phone(lab.account(1)) as called:
        called.registration()
        heard = call(lab.account(0), lab.facts["phones"][1]["extension"], seconds=3)
        called.hang_up()
        sounds = [heard, called.heard()]
    for sound in sounds:
        _speech(sound)
    return "sound in both directions: {:.1f} s, {:.1f} s".format(*(sound.audible_seconds for sound in sounds))


def _answered(account: Account, messages: dict[str, Any]) -> str:
    with phone(account, trace=True) as running:
        running.registration()
        status = send_message(account, messages["alias"], "hello")
        if status != 202:
            raise ProofError(f"the server answered {status}, not 202")
        sender, body = wait_for_message(running)
        if (sender, body) != (messages["alias"], messages["reply"]):
            raise ProofError(f"{sender} answered «{body}», not «{messages['reply']}»")
        return f"answered «{body}»"


def chat_account(messages: dict[str, Any], user: str) -> ChatAccount:
    """Return the account of a person at the XMPP server of the lab."""
    facts = messages["chat"]
    return ChatAccount(
        f"{user}@{facts['domain']}", facts["people"][user], facts["server"], Path(facts["certificate"])
    )


def _answered_in_chat(user: str, messages: dict[str, Any]) -> str:
    with chat(chat_account(messages, user)) as client:
        client.send(messages["chat"]["pbx"], "hello")
        sender, body = client.received()
    if (sender, body) != (messages["chat"]["pbx"], messages["reply"]):
        raise ProofError(f"{sender} answered «{body}», not «{messages['reply']}»")
    return f"answered «{body}»"
