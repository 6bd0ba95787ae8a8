# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Received messages are read from the SIP trace of a phone."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import message
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import PhoneError

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


def test_udp_is_used_for_a_server_without_tcp() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert message._transport(address) == "u1"
        server.listen()
        assert message._transport(address) == "t1"
