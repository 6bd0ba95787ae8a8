"""Test a lab: phones register with the passwords in the directory, call, and hear speech."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .hosts import PROJECT, HostSet
from .phone import Account, PhoneError, call, phone, register
from .sip_message import send_message, wait_for_message
from .sound import Sound
from .xmpp import ChatAccount, chat

LAB_FILE = PROJECT / "build" / "lab.json"
# "Hello World" alone is audible for about half a second.
SPEECH_SECONDS = 0.4
PROGRAMS = {"Asterisk": "asterisk", "slapd": "slapd", "Festival": "festival"}
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


def by_number(lab: Lab) -> list[tuple[str, str]]:
    """Return names and numbers of the extensions, sorted by number."""
    return sorted(lab.facts["extensions"].items(), key=lambda pair: pair[1])


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
    for name, extension in by_number(lab):
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
    print(f"    {name} ".ljust(64, "."), end=" ", flush=True)
    try:
        print(check(*arguments), flush=True)
    except (PhoneError, ProofError) as error:
        print("FAILED", flush=True)
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
        return f"{_speech(heard)}; the other side {_speech(called.heard())}"


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


def table(lab: Lab, down: str) -> str:
    """Return instructions for using the lab: hosts, phones, extensions, console, removal."""
    lines = ["", "hosts"]
    for host in lab.facts["hosts"]:
        runs = [f"{name} {host[key]}" for name, key in PROGRAMS.items() if host[key]]
        lines.append(f"    {host['name']:12} {host['address']:15} {', '.join(runs)}".rstrip())
    lines.append(f"phones (SIP at {lab.pbx}, port 5060)")
    for entry in lab.facts["phones"]:
        lines.append(f"    {entry['user']:12} extension {entry['extension']:6} password {entry['password']}")
        if mailbox := entry.get("voicemail"):
            lines.append(f"    {'':12} mailbox   {mailbox['mailbox']:6} PIN {mailbox['pin']}")
    lines.append("extensions to dial")
    for name, number in by_number(lab):
        lines.append(f"    {number:12} {name}{' (' + lab.facts['engine'] + ')' if name == 'say' else ''}")
    if messages := lab.facts["messages"]:
        lines.append("messages by SIP from a phone")
        lines.append(f"    {messages['alias']:12} the PBX; «{messages['call_word']}» makes it call you")
        lines.append(
            f"    {'an extension':12} the person's phone, otherwise chat; a name: chat, otherwise phone"
        )
        if talk := messages["chat"]:
            lines.append(f"chat (XMPP with TLS at {talk['server']}, domain {talk['domain']})")
            lines.append(f"    {talk['pbx']} is the PBX; begin a message with «102: » to reach a person")
            lines.append(f"    CA certificate: {Path(talk['certificate']).relative_to(PROJECT)}")
            for user, password in talk["people"].items():
                lines.append(f"    {user}@{talk['domain']}".ljust(40) + f"password {password}")
    shell = lab.facts["hosts"][0]["ssh"]
    lines += [
        "an Asterisk console",
        f"    {shell} -t asterisk -r",
        "the directory",
        f"    {lab.facts['ldap_uri']}, people below {lab.facts['people_dn']}",
        *([f"    CA certificate: {lab.facts['ldap_ca']}"] if lab.facts["ldap_ca"] else []),
        "removing the lab",
        f"    {down}",
        f"facts for programs: {Path(LAB_FILE).relative_to(PROJECT)}",
    ]
    return "\n".join(lines)
