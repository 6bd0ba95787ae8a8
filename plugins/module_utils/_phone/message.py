# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SIP MESSAGE from outside: SIPp proves the password and sends any body, however odd; a phone shows what it got.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .phone import Account, Phone, PhoneError

# A request without credentials, and the same with them once the server has asked.
REQUEST = """\
  <send retrans="500"><![CDATA[
MESSAGE sip:{to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {sender};tag=[pid]t[call_number]
To: <sip:{to}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: {number} MESSAGE
Max-Forwards: 70
{credentials}Content-Type: text/plain;charset=UTF-8
Content-Length: [len]

[file name={body}]
]]></send>
"""
# SIPp reads a password up to a blank or a bracket, and takes a quote or a semicolon for its own.
SENDABLE = re.compile(r"[!#-:<-Z^-~]+")
ASKED = '  <recv response="401" auth="true"/>\n'
ANSWERED = """\
  <recv response="202" optional="true" next="end"/>
  <recv response="401" optional="true" next="end"/>
  <recv response="403" optional="true" next="end"/>
  <recv response="404" optional="true" next="end"/>
  <recv response="405" optional="true" next="end"/>
  <recv response="415" optional="true" next="end"/>
  <recv response="501" timeout="8000"/>
  <label id="end"/>
"""


def missing_program() -> str:
    """The name of the program that is missing on this host, or nothing."""
    return "" if shutil.which("sipp") else "sipp"


def send_message(
    account: Account, to: str, body: bytes | str, *, name: str = "", authenticate: bool = True
) -> int:
    """Send a message to a user part, with *name* before the sender's address, and return the final SIP status.

    Raises PhoneError if no answer comes, or SIPp cannot send the password.
    """
    if authenticate and not SENDABLE.fullmatch(account.password):
        raise PhoneError(
            f"the password of {account.user} has a character that SIPp cannot send; give a test phone another one"
        )
    sender = f'"{name}" <sip:{account.user}@[remote_ip]>' if name else f"<sip:{account.user}@[remote_ip]>"
    with tempfile.TemporaryDirectory(prefix="switchboard-message-") as folder:
        place = Path(folder)
        text = place / "body"
        text.write_bytes(body.encode() if isinstance(body, str) else body)
        credentials = f"[authentication username={account.user} password={account.password}]\n"
        fields = {"to": to, "sender": sender, "body": text}
        steps = REQUEST.format(number=1, credentials="", **fields)
        if authenticate:
            steps += ASKED + REQUEST.format(number=2, credentials=credentials, **fields)
        scenario = place / "scenario.xml"
        scenario.write_text(
            f'<?xml version="1.0"?>\n<scenario name="message">\n{steps}{ANSWERED}</scenario>\n'
        )
        call = ["sipp", account.server, "-sf", str(scenario), "-m", "1", "-nostdin", "-timeout", "10s"]
        trace = place / "trace"
        done = subprocess.run(
            [*call, "-t", _transport(account.server), "-trace_msg", "-message_file", str(trace)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        seen = trace.read_text(errors="replace") if trace.exists() else ""
    answers = re.findall(r"^SIP/2\.0 ([2-6]\d\d) ", seen, re.MULTILINE)
    if not answers:
        raise PhoneError(f"no answer to a message to {to}:\n{done.stdout[-500:]}{done.stderr[-500:]}")
    return int(answers[-1])


def _transport(server: str) -> str:
    """SIPp's word for TCP, since a message of 10 kB is more than a datagram carries; for UDP where there is no TCP."""
    host, _sep, port = server.partition(":")
    try:
        socket.create_connection((host, int(port or 5060)), timeout=5).close()
    except OSError:
        return "u1"
    return "t1"


def received_messages(running: Phone) -> list[tuple[str, str]]:
    """The user part of the sender and the body of each message that a phone with C(trace) has got so far."""
    found: dict[str, tuple[str, str]] = {}
    for head, rest in re.findall(
        r"^MESSAGE sip:(.*?)\n\n(.*?)(?=\n?\x1b\[36|\Z)", running.printed, re.DOTALL | re.MULTILINE
    ):
        fields = dict(re.findall(r"^([\w-]+): *(.*)$", head, re.MULTILINE))
        body = rest.encode()[: int(fields["Content-Length"])].decode()
        sender = re.search(r"<sip:([^@>]+)@", fields["From"])
        found.setdefault(fields["Call-ID"], (sender[1] if sender else "", body))
    return list(found.values())


def wait_for_message(running: Phone, seconds: float = 10.0) -> tuple[str, str]:
    """The last message that the phone got, once it has got one; a PhoneError when none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if got := received_messages(running):
            return got[-1]
        time.sleep(0.05)
    raise PhoneError(f"the phone got no message within {seconds} s")
