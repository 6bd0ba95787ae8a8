# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SIP MESSAGE requests: SIPp sends them with any body, and the trace of a phone shows the received ones.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from .._module import RunCommand
from .phone import Account, Phone, PhoneError

# Sent first without credentials, and again with them after the server's challenge.
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
# SIPp ends a password at a space or a bracket, and interprets quotes and semicolons.
SENDABLE = re.compile(r"[!#-:<-Z^-~]+")
CHALLENGE = '  <recv response="401" auth="true"/>\n'
FINAL_RESPONSES = """\
  <recv response="202" optional="true" next="end"/>
  <recv response="401" optional="true" next="end"/>
  <recv response="403" optional="true" next="end"/>
  <recv response="404" optional="true" next="end"/>
  <recv response="405" optional="true" next="end"/>
  <recv response="415" optional="true" next="end"/>
  <recv response="501" timeout="8000"/>
  <label id="end"/>
"""


def send_message(
    run_command: RunCommand,
    account: Account,
    to: str,
    body: bytes | str,
    *,
    name: str = "",
    authenticate: bool = True,
) -> int:
    """Send a message to the user *to*, with *name* as display name, and return the final SIP status.

    Raises PhoneError if there is no answer, or SIPp cannot send the password.
    """
    if authenticate and not SENDABLE.fullmatch(account.password):
        raise PhoneError(
            f"the password of {account.user} contains a character that SIPp cannot send; set another password"
        )
    sender = f'"{name}" <sip:{account.user}@[remote_ip]>' if name else f"<sip:{account.user}@[remote_ip]>"
    with tempfile.TemporaryDirectory(prefix="switchboard-message-") as folder:
        body_file = Path(folder) / "body"
        body_file.write_bytes(body.encode() if isinstance(body, str) else body)
        credentials = f"[authentication username={account.user} password={account.password}]\n"
        fields = {"to": to, "sender": sender, "body": body_file}
        steps = REQUEST.format(number=1, credentials="", **fields)
        if authenticate:
            steps += CHALLENGE + REQUEST.format(number=2, credentials=credentials, **fields)
        scenario = Path(folder) / "scenario.xml"
        scenario.write_text(
            f'<?xml version="1.0"?>\n<scenario name="message">\n{steps}{FINAL_RESPONSES}</scenario>\n'
        )
        trace = Path(folder) / "trace"
        command = ["sipp", account.server, "-sf", str(scenario), "-m", "1", "-nostdin", "-timeout", "10s"]
        command += ["-trace_msg", "-message_file", str(trace)]
        # By TCP, as a datagram is too small for a message of 10 kB, or by UDP to a server without TCP. TCP is tried
        # again, because Asterisk sometimes closes a new connection: it takes it for one that ended 32 seconds ago.
        for transport in ("t1", "t1", "u1"):
            _code, output, errors = run_command([*command, "-t", transport], errors="surrogate_then_replace")
            if "closed the socket" not in errors:
                break
        traced = trace.read_text(errors="replace") if trace.exists() else ""
    answers = re.findall(r"^SIP/2\.0 ([2-6]\d\d) ", traced, re.MULTILINE)
    if not answers:
        raise PhoneError(f"no answer to a message to {to}:\n{output[-500:]}{errors[-500:]}")
    return int(answers[-1])


def received_messages(running: Phone) -> list[tuple[str, str]]:
    """Return the sender's user part and the body of each message that a phone with C(trace) has received."""
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
    """Wait until the phone has received a message and return the last one; PhoneError if none arrives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if messages := received_messages(running):
            return messages[-1]
        time.sleep(0.05)
    raise PhoneError(f"the phone received no message within {seconds} s")
