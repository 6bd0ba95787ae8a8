"""Messages between phones need a password, arrive unchanged, and do no harm, with either SIP driver."""

from __future__ import annotations

import pytest
from lab.phone import Account, Phone
from lab.proof import Lab
from lab.sip_message import HOSTILE, RUSSELL, ZOE, received_messages, send_message, wait_for_message
from testinfra.host import Host


@pytest.mark.parametrize("to", ["pbx", "103", "s", "zgross"])
def test_a_message_without_the_right_password_is_refused(lab: Lab, zoe: Phone, to: str) -> None:
    wrong = lab.account(RUSSELL, "not-the-password")
    assert send_message(lab.account(RUSSELL), to, "hello", authenticate=False) == 401
    assert send_message(wrong, to, "hello") == lab.refusal
    assert send_message(Account("nobody", "x", lab.pbx), to, "hello") == lab.refusal
    assert received_messages(zoe) == []


def test_a_phone_writes_to_another_by_extension_and_gets_an_answer(
    lab: Lab, russell: Phone, zoe: Phone
) -> None:
    assert send_message(lab.account(RUSSELL), "103", "Lunch?") == 202
    sender, body = wait_for_message(zoe)
    assert (sender, body) == ("101", "Lunch?")
    assert send_message(lab.account(ZOE), sender, "Gladly.") == 202
    assert wait_for_message(russell) == ("103", "Gladly.")


def test_a_display_name_does_not_change_the_sender(lab: Lab, zoe: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "103", "It is me", name="xmpp:jim <sip:jvanmeg@pbx> (x") == 202
    assert wait_for_message(zoe) == ("101", "It is me")


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_message_arrives_unchanged_and_does_no_harm(
    pbx: Host, lab: Lab, zoe: Phone, body: str
) -> None:
    assert send_message(lab.account(RUSSELL), "103", body) == 202
    assert wait_for_message(zoe) == ("101", body)
    assert pbx.run("find / -xdev -name 'owned*'").stdout == ""


def test_the_log_has_no_errors_of_dialplan_expressions_and_functions(pbx: Host) -> None:
    # Older releases call the file "messages".
    log = pbx.check_output(
        "cd /var/log/asterisk && if [ -e messages.log ]; then cat messages.log; else cat messages; fi"
    )
    assert log
    assert not [line for line in log.splitlines() if "ast_expr2" in line or "pbx_functions.c: Can't" in line]
