# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Asterisk's console says, read into data.

Private to the collection switchboard.pbx; it may change without notice.
Text in, data out. The texts are those of C(main/cli.c), C(main/asterisk.c) and C(res_pjsip), 16 to 22.
"""

from __future__ import annotations

import re
import typing as t

_MODULE = re.compile(
    r"(?P<name>\S+)\s+(?P<description>.*?)\s+(?P<uses>\d+)\s+(?P<status>Running|Not Running)\b"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NOT_CONNECTED = "Unable to connect to remote asterisk"

# What C(module reload) answers, by what it means for us.
_OUTCOMES = (
    ("reloaded successfully", "reloaded"),
    ("request queued", "queued"),
    ("already in progress", "busy"),
    ("does not support reloads", "unsupported"),
    ("reported a reload failure", "failed"),
    ("was not properly initialized", "not initialised"),
    ("No such module", "unknown"),
)


def plain(text: str) -> str:
    """Return the text without the escape sequences that colour it."""
    return _COLOUR.sub("", text)


def modules(text: str) -> dict[str, bool]:
    """Return from C(module show) which modules are known, and whether each is running."""
    found = (_MODULE.match(line) for line in plain(text).splitlines())
    return {match["name"]: match["status"] == "Running" for match in found if match}


def reload_outcome(text: str) -> str:
    """Return what C(module reload NAME) came to: one word of a fixed few, V(unclear) for anything else."""
    return next((outcome for words, outcome in _OUTCOMES if words in text), "unclear")


def active_channels(text: str) -> int | None:
    """Return the number of channels that C(core show channels count) tells, None if it tells none."""
    return calls(text)["channels"]


def calls(text: str) -> dict[str, int | None]:
    """Return from C(core show channels count) the channels and calls that are up and the calls so far."""

    def number(words: str) -> int | None:
        # With a limit set, Asterisk says "1 of 20 max active calls".
        match = re.search(rf"^(\d+)(?: of \d+ max)? {words}s?\b", plain(text), re.MULTILINE)
        return int(match[1]) if match else None

    return {
        "channels": number("active channel"),
        "active": number("active call"),
        "processed": number("call"),
    }


def version(text: str) -> str | None:
    """Return from C(core show version) the version alone, such as V(22.10.1)."""
    # What a distribution adds to the number (+dfsg, ~cs6) is not Asterisk's.
    match = re.search(r"Asterisk (?:GIT-|certified/)?(\d+(?:\.\d+)+(?:-[a-z]+\d*)?)", plain(text))
    return match[1] if match else None


def setting(text: str, name: str) -> str | None:
    """Return one line's value from C(core show settings)."""
    match = re.search(rf"^\s*{re.escape(name)}:[ \t]*(.*?)[ \t]*$", plain(text), re.MULTILINE)
    return match[1] if match else None


def endpoints(text: str) -> list[dict[str, t.Any]]:
    """Return from C(pjsip show endpoints) each endpoint's name, state and contacts."""
    result: list[dict[str, t.Any]] = []
    for line in plain(text).splitlines():
        kind, colon, rest = line.strip().partition(":")
        rest = rest.strip()
        if not colon or not rest or rest.startswith("<"):
            continue
        if kind == "Endpoint":
            match = re.match(r"(?P<name>\S+)\s+(?P<state>\S.*?)\s+(?P<channels>\d+) of (?P<limit>\S+)$", rest)
            if match:
                name, _slash, caller_id = match["name"].partition("/")
                result.append(
                    {
                        "name": name,
                        "caller_id": caller_id,
                        "state": match["state"],
                        "channels": int(match["channels"]),
                        "contacts": [],
                    }
                )
        elif kind == "Contact" and result:
            contact = _contact(rest)
            if contact:
                result[-1]["contacts"].append(contact)
    return result


def contacts(text: str) -> list[dict[str, t.Any]]:
    """Return from C(pjsip show contacts) each registered address with its AOR and state."""
    lines = (line.strip().partition(":") for line in plain(text).splitlines())
    found = (_contact(rest.strip()) for kind, _colon, rest in lines if kind == "Contact")
    return [contact for contact in found if contact]


def _contact(text: str) -> dict[str, t.Any] | None:
    fields = text.split()
    aor, slash, uri = fields[0].partition("/") if len(fields) == 4 else ("", "", "")
    if not slash or aor.startswith("<"):
        return None
    rtt = fields[3]
    milliseconds = float(rtt) if re.fullmatch(r"\d+(\.\d+)?", rtt) else None
    return {"aor": aor, "uri": uri, "status": fields[2], "rtt_ms": milliseconds}


def peers(text: str) -> list[dict[str, t.Any]]:
    """Return from C(sip show peers) each peer of chan_sip with its address and state."""
    result = []
    for line in plain(text).splitlines():
        fields = line.split()
        if len(fields) < 2 or not re.fullmatch(r"\(Unspecified\)|[0-9a-fA-F.:]+", fields[1]):
            continue
        status = re.search(r"\b(OK \(\d+ ms\)|UNREACHABLE|LAGGED|Unmonitored|UNKNOWN)", line)
        result.append(
            {
                "name": fields[0].partition("/")[0],
                "address": None if fields[1] == "(Unspecified)" else fields[1],
                "status": status[1] if status else None,
            }
        )
    return result


def ldap_status(text: str) -> dict[str, t.Any] | None:
    """Return what C(realtime show ldap status) tells; None where the driver is not loaded or connected."""
    match = re.search(r"Connected to '([^']*)', baseDN (.*?)(?: with username (.*?))? +for (.*)", plain(text))
    if not match:
        return None
    url, base_dn, bind_dn, connected_for = match.groups()
    return {"url": url, "base_dn": base_dn, "bind_dn": bind_dn, "connected_for": connected_for}
