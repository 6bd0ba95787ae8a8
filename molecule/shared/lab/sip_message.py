"""SIP messages, as the collection sends and sees them."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.message import (
    received_messages,
    send_message,
    wait_for_message,
)

__all__ = ["received_messages", "send_message", "wait_for_message"]
