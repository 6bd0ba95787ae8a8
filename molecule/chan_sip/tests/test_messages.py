"""Messages to the PBX over chan_sip are answered."""

from __future__ import annotations

from lab.phone import Phone
from lab.proof import Lab
from lab.sip_message import RUSSELL, send_message, wait_for_message


def test_a_message_to_the_pbx_is_answered(lab: Lab, russell: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "pbx", "Totally sending a message") == 202
    assert wait_for_message(russell) == ("pbx", lab.facts["messages"]["reply"])


def test_the_sender_is_notified_if_nobody_is_reached(lab: Lab, russell: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "109", "hello") == 202
    assert wait_for_message(russell)[1].startswith("There is nobody called 109 here.")
