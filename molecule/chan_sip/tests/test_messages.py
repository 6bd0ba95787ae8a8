"""SIP MESSAGE over chan_sip: for those who prove their password, answered, passed on, and harmless."""

from __future__ import annotations

from checks.messages import (
    RUSSELL,
    russell,
    test_a_hostile_message_reaches_a_phone_as_it_is_and_does_nothing,
    test_a_message_without_a_password_or_with_a_wrong_one_is_refused,
    test_a_name_before_the_address_makes_nobody_somebody_else,
    test_a_phone_writes_to_another_by_extension_and_gets_the_answer,
    zoe,
)
from lab.phone import Phone
from lab.proof import Lab
from lab.sip_message import send_message, wait_for_message

__all__ = [
    "russell",
    "test_a_hostile_message_reaches_a_phone_as_it_is_and_does_nothing",
    "test_a_message_without_a_password_or_with_a_wrong_one_is_refused",
    "test_a_name_before_the_address_makes_nobody_somebody_else",
    "test_a_phone_writes_to_another_by_extension_and_gets_the_answer",
    "zoe",
]


def test_a_message_to_the_pbx_is_answered(lab: Lab, russell: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "pbx", "Totally sending a message") == 202
    assert wait_for_message(russell) == ("pbx", lab.facts["messages"]["reply"])


def test_the_sender_is_told_when_nobody_is_reached(lab: Lab, russell: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "109", "hello") == 202
    assert wait_for_message(russell)[1].startswith("There is nobody called 109 here.")
