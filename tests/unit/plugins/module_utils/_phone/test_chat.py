# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Received chat messages are kept in order, and a missing one is an error."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.chat import Chat, ChatAccount, ChatError


def test_a_message_is_returned_by_number_and_a_missing_one_is_an_error() -> None:
    client = Chat(ChatAccount("russell@example.org", "s3cret", "127.0.0.1"))
    for body in ("first", "second"):
        client._store({"from": SimpleNamespace(bare="pbx@example.org"), "body": body})
    assert client.received(1) == ("pbx@example.org", "second")
    with pytest.raises(ChatError, match="message number 2") as caught:
        client.received(2, seconds=0.1)
    client._loop.close()
    assert "s3cret" not in str(caught.value)
