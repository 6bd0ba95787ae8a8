# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parsers for the output of Asterisk's console commands.

Private to the collection switchboard.pbx; it may change without notice.
The formats are those of C(main/cli.c), C(main/asterisk.c) and C(res_pjsip) in Asterisk 16 to 22.
"""

from __future__ import annotations

import re
import typing as t

_MODULE = re.compile(
    r"(?P<name>\S+)\s+(?P<description>.*?)\s+(?P<uses>\d+)\s+(?P<status>Running|Not Running)\b"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NOT_CONNECTED = "Unable to connect to remote asterisk"

# Part of the output of C(module reload), and the outcome that it means.
_OUTCOMES = (
    ("reloaded successfully", "reloaded"),
    ("request queued", "queued"),
    ("already in progress", "busy"),
    ("does not support reloads", "unsupported"),
    ("reported a reload failure", "failed"),
    ("was not properly initialized", "not initialised"),
    ("No such module", "unknown"),
)


def strip_colours(text: str) -> str:
    """Return the text without the escape sequences for colours."""
    return _COLOUR.sub("", text)


def modules(text: str) -> dict[str, bool]:
    """Return the modules in the output of C(module show), and whether each is running."""
    found = (_MODULE.match(line) for line in strip_colours(text).splitlines())
    return {match["name"]: match["status"] == "Running" for match in found if match}


def reload_outcome(text: str) -> str:
    """Return the outcome of C(module reload NAME) as one of the names in _OUTCOMES, else C(unclear)."""
    return next((outcome for message, outcome in _OUTCOMES if message in text), "unclear")


def calls(text: str) -> dict[str, int | None]:
    """Return from C(core show channels count) the active channels and calls, and the processed calls."""

    def count(label: str) -> int | None:
        # With a limit set, Asterisk prints "1 of 20 max active calls".
        match = re.search(rf"^(\d+)(?: of \d+ max)? {label}s?\b", strip_colours(text), re.MULTILINE)
        return int(match[1]) if match else None

    return {
        "channels": count("active channel"),
        "active": count("active call"),
        "processed": count("call"),
    }


def version(text: str) -> str | None:
    """Return the version number in the output of C(core show version), such as C(22.10.1)."""
    # Without suffixes of a distribution, such as +dfsg or ~cs6.
    match = re.search(r"Asterisk (?:GIT-|certified/)?(\d+(?:\.\d+)+(?:-[a-z]+\d*)?)", strip_colours(text))
    return match[1] if match else None


def setting(text: str, name: str) -> str | None:
    """Return the value of the setting *name* in the output of C(core show settings)."""
    match = re.search(rf"^\s*{re.escape(name)}:[ \t]*(.*?)[ \t]*$", strip_colours(text), re.MULTILINE)
    return match[1] if match else None


def endpoints(text: str) -> list[dict[str, t.Any]]:
    """Return the endpoints in the output of C(pjsip show endpoints), with state and contacts."""
    result: list[dict[str, t.Any]] = []
    for line in strip_colours(text).splitlines():
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
    """Return the contacts in the output of C(pjsip show contacts), with AOR and state."""
    lines = (line.strip().partition(":") for line in strip_colours(text).splitlines())
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
    """Return the peers in the output of C(sip show peers), with address and state."""
    result = []
    for line in strip_colours(text).splitlines():
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
    """Return the output of C(realtime show ldap status) as data; None if the driver is not loaded or not connected."""
    match = re.search(
        r"Connected to '([^']*)', baseDN (.*?)(?: with username (.*?))? +for (.*)", strip_colours(text)
    )
    if not match:
        return None
    url, base_dn, bind_dn, connected_for = match.groups()
    return {"url": url, "base_dn": base_dn, "bind_dn": bind_dn, "connected_for": connected_for}


def http_servers(text: str) -> set[str]:
    """Return which WebSocket transports, C(ws) and C(wss), are served, from the output of C(http show status)."""
    bound = re.findall(r"^(HTTPS )?Server Enabled and Bound to", strip_colours(text), re.MULTILINE)
    return {"wss" if https else "ws" for https in bound}
