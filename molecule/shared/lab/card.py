"""What a person needs to use the lab: hosts, phones, extensions, console, removal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
PROGRAMS = {"Asterisk": "asterisk", "slapd": "slapd", "Festival": "festival"}
MEANINGS = {
    "festival": "the Festival server speaks",
    "text2wave": "text2wave speaks",
    "say": "Gosub(say,s,1(text)) speaks",
    "voicemail": "listen to your mailbox",
}
LABEL_WIDTH = 11

Section = tuple[str, list[str]]


def by_number(extensions: dict[str, str]) -> list[tuple[str, str]]:
    """Return names and numbers of the extensions, sorted by number."""
    return sorted(extensions.items(), key=lambda pair: pair[1])


def card(facts: dict[str, Any], scenario: str = "default", bold: Callable[[str], str] = str) -> str:
    """Return instructions for using the lab; *bold* emphasizes a label."""
    lines: list[str] = []
    previous: list[str] = []
    for label, content in _sections(facts, "" if scenario == "default" else f" SCENARIO={scenario}"):
        if len(content) > 1 or len(previous) != 1:
            lines.append("")
        for number, line in enumerate(content):
            start = bold(f"{label:{LABEL_WIDTH}}") if number == 0 else " " * LABEL_WIDTH
            lines.append(f"  {start} {line}".rstrip())
        previous = content
    return "\n".join(lines)


def _sections(facts: dict[str, Any], scenario: str) -> Iterator[Section]:
    shell = _relative(facts["hosts"][0]["ssh"])
    pbx = next(host["address"] for host in facts["hosts"] if host["sip"] != "none")
    yield "hosts", [_host(host) for host in facts["hosts"]]
    yield "phones", [f"SIP at {pbx}, port 5060, from this machine", *_phones(facts["phones"])]
    yield "dial", [*_extensions(facts), "or the extension of another phone"]
    if messages := facts["messages"]:
        yield "messages", list(_messages(messages))
        if chat := messages["chat"]:
            yield "chat", list(_chat(chat))
    yield "directory", [f"{facts['ldap_uri']}, people below {facts['people_dn']}"]
    if facts["ldap_ca"]:
        yield "", [f"CA certificate: {_relative(facts['ldap_ca'])}"]
    yield "console", [f"{shell} -t asterisk -r"]
    yield "shell", [shell]
    yield "report", [f"make report{scenario}: what phones hear, as a page with sounds"]
    yield (
        "change",
        [f"edit molecule/{scenario.partition('=')[2] or 'default'}/inventory, then make lab{scenario}"],
    )
    yield "remove", [f"make lab-down{scenario}"]


def _host(host: dict[str, str]) -> str:
    # The upstream version is enough here.
    versions = [(name, re.match(r"[\w.]*", host[key])) for name, key in PROGRAMS.items()]
    runs = [f"{name} {version[0]}" for name, version in versions if version and version[0]]
    return f"{host['name']:10} {host['address']:15} {', '.join(runs)}".rstrip()


def _phones(phones: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{'user':10} {'extension':10} password"
    for entry in phones:
        mailbox = entry.get("voicemail")
        note = f"   mailbox {mailbox['mailbox']}, PIN {mailbox['pin']}" if mailbox else ""
        yield f"{entry['user']:10} {entry['extension']:10} {entry['password']}{note}"


def _extensions(facts: dict[str, Any]) -> Iterator[str]:
    for name, number in by_number(facts["extensions"]):
        engine = f" ({facts['engine']})" if name == "say" else ""
        yield f"{number:10} {MEANINGS[name]}{engine}"


def _messages(messages: dict[str, Any]) -> Iterator[str]:
    yield "by SIP from a phone, to"
    yield f"{messages['alias']:14} the PBX answers; «{messages['call_word']}» makes it call you"
    yield f"{'an extension':14} the person's phone, otherwise chat"
    yield f"{'a name':14} the person's chat, otherwise the phone"


def _chat(chat: dict[str, Any]) -> Iterator[str]:
    yield f"XMPP with TLS at {chat['server']}, domain {chat['domain']}"
    yield f"{chat['pbx']} is the PBX; begin a message with «102: » to reach a person"
    yield f"CA certificate: {_relative(chat['certificate'])}"
    for user, password in chat["people"].items():
        yield f"{user}@{chat['domain']}".ljust(32) + password


def _relative(text: str) -> str:
    return text.replace(f"{PROJECT}/", "")
