# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Received messages are read from the SIP trace of a phone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import message
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import Account, PhoneError

MESSAGE = """\
MESSAGE sip:rbryant@192.0.2.7:5060 SIP/2.0
From: "Jim" <sip:102@192.0.2.1>;tag=1
Call-ID: {call}
Content-Length: {length}

{body}\x1b[36;1m
SIP/2.0 200 OK
"""


def printed(*messages: tuple[str, str]) -> SimpleNamespace:
    texts = [MESSAGE.format(call=call, body=body, length=len(body.encode())) for call, body in messages]
    return SimpleNamespace(printed="registered\n" + "".join(texts))


def test_each_message_is_returned_once_with_its_sender_and_all_lines() -> None:
    running = printed(("a", "first\nsecond ü"), ("b", "third"), ("a", "first\nsecond ü"))
    assert message.received_messages(running) == [("102", "first\nsecond ü"), ("102", "third")]


def test_a_message_that_does_not_arrive_is_an_error() -> None:
    with pytest.raises(PhoneError, match="no message within"):
        message.wait_for_message(printed(), 0.1)


CLOSED = "TCP connection, remote peer probably closed the socket"


class Sipp:
    """Stands for SIPp: the first runs end with these errors, and the next one traces an answer."""

    def __init__(self, *failures: str) -> None:
        self.failures = list(failures)
        self.transports: list[str] = []

    def __call__(self, command: list[str], **_options: object) -> tuple[int, str, str]:
        self.transports.append(command[command.index("-t") + 1])
        if self.failures:
            return 255, "", self.failures.pop(0)
        Path(command[command.index("-message_file") + 1]).write_text("SIP/2.0 202 Accepted\n")
        return 0, "", ""


@pytest.mark.parametrize(
    ("failures", "transports"),
    [
        ([], ["t1"]),
        ([f"Broken pipe on {CLOSED}\n"], ["t1", "t1"]),
        ([f"Error on {CLOSED}: Connection refused\n"] * 2, ["t1", "t1", "u1"]),
    ],
)
def test_a_message_is_sent_by_tcp_again_after_a_closed_connection_and_at_last_by_udp(
    failures: list[str], transports: list[str]
) -> None:
    sipp = Sipp(*failures)
    assert message.send_message(sipp, Account("rbryant", "s3cret", "192.0.2.1"), "102", "hello") == 202
    assert sipp.transports == transports


def test_a_message_without_an_answer_is_an_error() -> None:
    with pytest.raises(PhoneError, match="no answer to a message to 102"):
        message.send_message(Sipp("timed out"), Account("rbryant", "s3cret", "192.0.2.1"), "102", "hello")
