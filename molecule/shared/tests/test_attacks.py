"""Attacks by people with a phone and by strangers: impersonation, access to services of the host, and floods."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab.phone import Account, Phone, phone, register
from lab.phone_entries import HA1_OF_STRANGER, REACHABLE, phone_entry
from lab.proof import Lab
from lab.raw_sip import RawSip
from lab.sip_message import RUSSELL, ZOE, received_messages, send_message, wait_for_message
from lab.wait import wait_until
from testinfra.host import Host

PER_MINUTE = 60


@pytest.fixture(autouse=True)
def counters(pbx: Host) -> Iterator[None]:
    """Forget the messages that were sent before, and afterwards those of the attack."""
    forget = "asterisk -rx 'database deltree messages'; asterisk -rx 'database deltree messages-call'"
    pbx.run_expect([0], forget)
    yield
    pbx.run_expect([0], forget)


@pytest.mark.parametrize(
    "claimed",
    ["\uff5agross", "%EF%BD%9Agross", "zgross\u00ad", "zg(ross", "zgross%20", "z:gross", "zgross;x"],
)
def test_nobody_is_reached_under_a_name_that_filtering_would_change(
    lab: Lab, russell: Phone, claimed: str
) -> None:
    """The directory takes a wide letter for a plain one, so the phone has authenticated as zgross."""
    zoe = lab.account(ZOE)
    with RawSip(zoe, from_user=claimed) as attacker:
        attacker.send("MESSAGE", lab.facts["phones"][RUSSELL]["extension"], body="It is me, gross")
    assert send_message(zoe, lab.facts["phones"][RUSSELL]["extension"], "the last") == 202
    wait_for_message(russell)
    assert {sender for sender, _body in received_messages(russell)} <= {lab.facts["phones"][ZOE]["extension"]}


@pytest.mark.parametrize("name", ["p\uff42x", "z(gross", "10%EF%BC%93"])
def test_a_message_to_a_name_that_filtering_would_change_reaches_nobody(
    lab: Lab, russell: Phone, zoe: Phone, name: str
) -> None:
    with RawSip(lab.account(RUSSELL)) as attacker:
        attacker.send("MESSAGE", name, body="psst")
    assert send_message(lab.account(RUSSELL), "103", "the last") == 202
    wait_for_message(zoe)
    assert [body for _sender, body in received_messages(zoe)] == ["the last"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:1314;transport=tcp",
        "localhost:389",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "169.254.1.1",
        "224.0.1.75",
        "255.255.255.255",
        "[::1]:1314",
        "[::ffff:127.0.0.1]:1314",
    ],
)
def test_a_phone_cannot_name_an_address_of_the_host_itself_as_its_own(
    pbx: Host, lab: Lab, address: str
) -> None:
    account = lab.account(RUSSELL)
    with RawSip(account) as attacker:
        status = attacker.send("REGISTER", contact=f"<sip:x@{address}>", expires="60")
    # chan_sip takes the address that the request came from instead.
    assert status == (200 if lab.pbx_host["sip"] == "chan_sip" else 403)
    known = pbx.check_output("asterisk -rx 'pjsip show contacts'; asterisk -rx 'sip show peers'")
    assert address.partition(";")[0] not in known
    assert register(account) == 200


def test_forty_requests_for_a_call_make_one_call(pbx: Host, lab: Lab, russell: Phone) -> None:
    with RawSip(lab.account(RUSSELL)) as sender:
        for _number in range(40):
            assert sender.send("MESSAGE", "pbx", body="call me") == 202
    russell.wait_for(r"Call established")
    channels = int(
        re.findall(r"(\d+) active channel", pbx.check_output("asterisk -rx 'core show channels count'"))[0]
    )
    assert channels <= 3
    russell.wait_for(r"terminated \(duration|session closed", 20)
    bodies = [body for _sender, body in received_messages(russell)]
    assert bodies.count("Calling you at 101.") == 1
    assert bodies.count("You are already being called.") == 39
    assert len(re.findall(r"^INVITE sip", russell.printed, re.MULTILINE)) == 1
    assert wait_until(lambda: "messages-call" not in pbx.check_output("asterisk -rx 'database show'"))


def test_a_flood_of_messages_is_passed_on_up_to_the_limit(lab: Lab, russell: Phone, zoe: Phone) -> None:
    with RawSip(lab.account(RUSSELL)) as sender:
        for number in range(PER_MINUTE + 20):
            assert sender.send("MESSAGE", "103", body=f"number {number}") == 202
    assert wait_until(lambda: len(received_messages(russell)) > 0)
    # A minute may have ended in the middle.
    assert PER_MINUTE <= len(received_messages(zoe)) < PER_MINUTE + 20
    assert received_messages(russell)[0][1].startswith(f"You sent more than {PER_MINUTE} messages")


def test_a_reply_of_the_pbx_is_not_answered(lab: Lab, russell: Phone) -> None:
    for body in (
        "You are already being called.",
        "There is nobody called x here. Your message was not delivered.",
    ):
        assert send_message(lab.account(RUSSELL), "pbx", body) == 202
    assert send_message(lab.account(RUSSELL), "pbx", "hello") == 202
    wait_for_message(russell)
    assert len(received_messages(russell)) == 1


def test_the_directory_says_who_calls_and_not_the_phone(pbx: Host, lab: Lab) -> None:
    reachable = REACHABLE[lab.pbx_host["sip"]].format(uid="stranger")
    entry = phone_entry(pbx, lab, "stranger", reachable + HA1_OF_STRANGER)
    with entry, phone(lab.account(ZOE), trace=True) as called:
        assert called.registration() == 200
        with RawSip(Account("stranger", "known", lab.pbx), display_name="The Boss") as caller:
            status = caller.send(
                "INVITE",
                "103",
                diversion='"The Boss" <sip:100@example.org>;reason=unconditional',
                p_asserted_identity='"The Boss" <sip:100@example.org>',
                remote_party_id='"The Boss" <sip:100@example.org>;party=calling',
            )
        assert status == 200
        heard = called.wait_for(r"(?ms)^INVITE sip.*?^\s*$").group()
    assert "Boss" not in heard
    assert "<sip:100@" not in heard
    assert re.search(r"^From: .*<sip:stranger@", heard, re.MULTILINE)
