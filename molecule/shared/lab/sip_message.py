"""SIP messages, sent and received by the code of the collection."""

from __future__ import annotations

from functools import partial

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import message as _message
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.message import (
    received_messages,
    wait_for_message,
)

from .phone import run_command

__all__ = ["HOSTILE", "RUSSELL", "ZOE", "received_messages", "send_message", "wait_for_message"]

send_message = partial(_message.send_message, run_command)

# Indexes of two people in the list of phones, and texts that must not do harm.
RUSSELL, ZOE = 0, 2
HOSTILE = [
    "say \"hello\" and 'goodbye'",
    "a ) closing, and ):System(touch /tmp/owned):x(",
    '")(system "touch /tmp/owned")("',
    "${SHELL(touch /tmp/owned)}$[1+1]${EXTEN}",
    "x; touch /tmp/owned; | & `touch /tmp/owned` $(touch /tmp/owned)",
    "one,two,,three\\,four\\n\\x41",
    "smile :) at 10:30 (or :-( at 11:45",
    "<body>&amp;]]></body>",
    "über 漢字 🎉",
]
