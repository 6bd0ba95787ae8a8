"""Messages between phones: for those who prove their password, passed on as they are, and harmless."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab.phone import Account, Phone, phone
from lab.proof import Lab
from lab.sip_message import received_messages, send_message, wait_for_message
from testinfra.host import Host

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


@pytest.fixture
def russell(lab: Lab) -> Iterator[Phone]:
    with phone(lab.account(RUSSELL), trace=True) as running:
        assert running.registration() == 200
        yield running


@pytest.fixture
def zoe(lab: Lab) -> Iterator[Phone]:
    with phone(lab.account(ZOE), trace=True) as running:
        assert running.registration() == 200
        yield running


@pytest.mark.parametrize("to", ["pbx", "103", "s", "zgross"])
def test_a_message_without_a_password_or_with_a_wrong_one_is_refused(lab: Lab, zoe: Phone, to: str) -> None:
    wrong = lab.account(RUSSELL, "not-the-password")
    assert send_message(lab.account(RUSSELL), to, "hello", authenticate=False) == 401
    assert send_message(wrong, to, "hello") == lab.refusal
    assert send_message(Account("nobody", "x", lab.pbx), to, "hello") == lab.refusal
    assert received_messages(zoe) == []


def test_a_phone_writes_to_another_by_extension_and_gets_the_answer(
    lab: Lab, russell: Phone, zoe: Phone
) -> None:
    assert send_message(lab.account(RUSSELL), "103", "Lunch?") == 202
    sender, body = wait_for_message(zoe)
    assert (sender, body) == ("101", "Lunch?")
    assert send_message(lab.account(ZOE), sender, "Gladly.") == 202
    assert wait_for_message(russell) == ("103", "Gladly.")


def test_a_name_before_the_address_makes_nobody_somebody_else(lab: Lab, zoe: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "103", "It is me", name="xmpp:jim <sip:jvanmeg@pbx> (x") == 202
    assert wait_for_message(zoe) == ("101", "It is me")


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_message_reaches_a_phone_as_it_is_and_does_nothing(
    pbx: Host, lab: Lab, zoe: Phone, body: str
) -> None:
    assert send_message(lab.account(RUSSELL), "103", body) == 202
    assert wait_for_message(zoe) == ("101", body)
    assert pbx.run("find / -xdev -name 'owned*'").stdout == ""
