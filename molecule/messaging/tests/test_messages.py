"""Messages by SIP and XMPP reach the dialplan, are answered and forwarded both ways, and can trigger a call."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.hosts import PROJECT
from lab.phone import Phone
from lab.proof import SPEECH_SECONDS, Lab, chat_account
from lab.sip_message import HOSTILE, RUSSELL, received_messages, send_message, wait_for_message
from lab.xmpp import Chat, chat
from testinfra.host import Host

THANKS = "Thank you for messaging the Shift-Eight PBX"
NOT_PASSED_ON = "Your message was empty or longer than 1000 bytes, and was not passed on."
PBX = "pbx@chat.shifteight.org"
LOG = "/var/log/asterisk/messages-test.log"


@pytest.fixture
def russell_chats(lab: Lab) -> Iterator[Chat]:
    with chat(chat_account(lab.facts["messages"], "russell")) as client:
        yield client


@pytest.fixture
def jim_chats(lab: Lab) -> Iterator[Chat]:
    with chat(chat_account(lab.facts["messages"], "jim")) as client:
        yield client


@pytest.fixture
def verbose(pbx: Host) -> Iterator[str]:
    """A log file of what the dialplan says; from level 3 on Asterisk adds every step with its raw arguments."""
    pbx.run_expect([0], "asterisk -rx 'logger add channel messages-test.log verbose(2)'")
    yield LOG
    pbx.run(f"asterisk -rx 'logger remove channel messages-test.log'; rm -f {LOG}")


def test_a_chat_message_is_seen_in_the_dialplan_and_answered(
    pbx: Host, russell_chats: Chat, verbose: str
) -> None:
    russell_chats.send(PBX, "Totally sending a message")
    assert russell_chats.received() == (PBX, THANKS)
    seen = pbx.file(verbose).content_string
    assert "Got message from xmpp:russell@chat.shifteight.org/" in seen
    assert "destined for xmpp:pbx@chat.shifteight.org/asterisk with body Totally sending a message" in seen


def test_a_sip_message_is_seen_in_the_dialplan_and_answered(
    pbx: Host, lab: Lab, russell: Phone, verbose: str
) -> None:
    assert send_message(lab.account(RUSSELL), "pbx", "Totally sending a message") == 202
    assert wait_for_message(russell) == ("pbx", THANKS)
    seen = pbx.file(verbose).content_string
    assert "Got message from <sip:rbryant@" in seen
    assert "with body Totally sending a message" in seen


def test_an_unknown_sender_in_chat_gets_a_reply_but_reaches_nobody(lab: Lab, zoe: Phone) -> None:
    with chat(chat_account(lab.facts["messages"], "stranger")) as stranger:
        for number, body in enumerate(("hello", "103: psst", "call me")):
            stranger.send(PBX, body)
            assert stranger.received(number) == (PBX, THANKS)
    assert received_messages(zoe) == []


def test_a_phone_writes_to_chat_and_chat_answers(lab: Lab, russell: Phone, jim_chats: Chat) -> None:
    assert send_message(lab.account(RUSSELL), "jvanmeg", "Are you there?") == 202
    assert jim_chats.received() == (PBX, "101: Are you there?")
    jim_chats.send(PBX, "101: Yes: here")
    assert wait_for_message(russell) == ("jvanmeg", "Yes: here")


def test_an_extension_without_a_registered_phone_is_reached_in_chat(lab: Lab, jim_chats: Chat) -> None:
    assert send_message(lab.account(RUSSELL), "102", "No phone?") == 202
    assert jim_chats.received() == (PBX, "101: No phone?")


def test_a_name_without_chat_is_reached_on_the_phone(russell_chats: Chat, zoe: Phone) -> None:
    russell_chats.send(PBX, "zgross: Only a phone?")
    assert wait_for_message(zoe) == ("rbryant", "Only a phone?")


def test_the_sender_is_notified_if_nobody_is_reached(lab: Lab, russell: Phone, russell_chats: Chat) -> None:
    russell_chats.send(PBX, "109: hello")
    assert russell_chats.received()[1] == "There is nobody called 109 here. Your message was not delivered."
    russell_chats.send(PBX, "103: hello")
    assert russell_chats.received(1)[1] == "103 cannot be reached. Your message was not delivered."
    assert send_message(lab.account(RUSSELL), "somebody", "hello") == 202
    assert wait_for_message(russell)[1].startswith("There is nobody called somebody here.")


def test_what_the_dialplan_has_no_pattern_for_is_not_found(lab: Lab) -> None:
    assert send_message(lab.account(RUSSELL), "+", "hello") == 404


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_message_arrives_unchanged_in_chat_and_does_no_harm(
    pbx: Host, lab: Lab, jim_chats: Chat, russell_chats: Chat, body: str
) -> None:
    assert send_message(lab.account(RUSSELL), "jvanmeg", body) == 202
    assert jim_chats.received() == (PBX, f"101: {body}")
    russell_chats.send(PBX, f"jvanmeg: {body}")
    assert jim_chats.received(1) == (PBX, f"rbryant: {body}")
    assert pbx.run("find / -xdev -name 'owned*'").stdout == ""


def test_lines_stay_lines_but_forge_none_in_the_log(
    pbx: Host, lab: Lab, zoe: Phone, jim_chats: Chat, verbose: str
) -> None:
    body = "first\n[Jan  1 00:00:00] ERROR[1] forged: line\x1b[2J\x07"
    assert send_message(lab.account(RUSSELL), "103", body) == 202
    assert wait_for_message(zoe) == ("101", "first\n[Jan  1 00:00:00] ERROR[1] forged: line[2J")
    assert send_message(lab.account(RUSSELL), "jvanmeg", body) == 202
    assert jim_chats.received()[1].startswith("101: first\n[Jan  1")
    assert not [
        line for line in pbx.file(verbose).content_string.splitlines() if line.startswith("[Jan  1 00")
    ]


def test_bytes_that_are_no_text_do_not_cost_the_chat_connection(
    pbx: Host, lab: Lab, jim_chats: Chat, russell_chats: Chat
) -> None:
    bodies = [
        (b"caf\xe9 \xff\xfe", "caf? ??"),
        (b'\xc3"\xa9 \xc0\xaf', '?"? ??'),
        (b"no \xef\xbf\xbe char\xef\xbf\xbf", "no ? char?"),
    ]
    for number, (body, wanted) in enumerate(bodies):
        assert send_message(lab.account(RUSSELL), "jvanmeg", body) == 202
        assert jim_chats.received(number) == (PBX, f"101: {wanted}")
    assert "- Connected" in pbx.check_output("asterisk -rx 'xmpp show connections'")
    russell_chats.send(PBX, "still there?")
    assert russell_chats.received() == (PBX, THANKS)


@pytest.mark.parametrize("body", ["", "x" * 10_240], ids=["empty", "10 kB"])
def test_the_sender_is_notified_that_a_message_is_empty_or_too_long(
    lab: Lab, russell: Phone, zoe: Phone, body: str
) -> None:
    assert send_message(lab.account(RUSSELL), "103", body) == 202
    assert wait_for_message(russell) == ("pbx", NOT_PASSED_ON)
    assert received_messages(zoe) == []


def test_the_sender_in_chat_is_notified_that_a_message_is_too_long(russell_chats: Chat, zoe: Phone) -> None:
    russell_chats.send(PBX, "103: " + "x" * 10_240)
    assert russell_chats.received() == (PBX, NOT_PASSED_ON)
    assert received_messages(zoe) == []


def test_a_sip_message_makes_the_pbx_call_its_sender_and_speak(lab: Lab, russell: Phone) -> None:
    assert send_message(lab.account(RUSSELL), "pbx", "Call me!") == 202
    assert wait_for_message(russell) == ("pbx", "Calling you at 101.")
    heard_to_the_end(russell)


def test_a_chat_message_makes_the_pbx_call_its_sender_and_speak(russell: Phone, russell_chats: Chat) -> None:
    russell_chats.send(PBX, "call me")
    assert russell_chats.received() == (PBX, "Calling you at 101.")
    heard_to_the_end(russell)


def heard_to_the_end(running: Phone) -> None:
    running.wait_for(r"Call established")
    running.wait_for(r"terminated \(duration|session closed", 20)
    running.hang_up()
    assert running.heard().audible_seconds >= SPEECH_SECONDS


def test_the_call_back_does_not_hold_up_other_messages(lab: Lab, russell_chats: Chat, zoe: Phone) -> None:
    """Jim's phone is not there: the call that he asked for finds nobody, while others write."""
    with chat(chat_account(lab.facts["messages"], "jim")) as jim:
        jim.send(PBX, "call me")
        started = time.monotonic()
        russell_chats.send(PBX, "103: meanwhile")
        assert wait_for_message(zoe) == ("rbryant", "meanwhile")
        assert time.monotonic() - started < 3


def test_the_password_of_the_account_is_not_readable_by_others(pbx: Host, secrets: dict[str, str]) -> None:
    conf = pbx.file("/etc/asterisk/xmpp.conf")
    assert f"secret = {secrets['chat_pbx']}" in conf.content_string
    assert (conf.user, conf.group, conf.mode) == ("root", "asterisk", 0o640)
    assert pbx.run(f"grep -r -l {secrets['chat_pbx']} /var/log").stdout == ""


def test_the_connection_to_the_chat_server_is_encrypted(chat_host: Host) -> None:
    seen = chat_host.check_output("journalctl -u prosody --no-pager")
    assert "Stream encrypted" in seen
    assert "Authenticated as pbx@chat.shifteight.org" in seen


def test_a_missing_xmpp_module_is_reported_and_the_rest_is_configured(
    pbx: Host, inventory: Path, ansible_environment: dict[str, str]
) -> None:
    module = pbx.check_output("find /usr/lib -name res_xmpp.so")
    pbx.run_expect([0], f"mv {module} {module}.away")
    try:
        done = subprocess.run(
            ["ansible-playbook", "--check", "-i", str(inventory), str(PROJECT / "playbooks/site.yml")],
            env=ansible_environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        pbx.run_expect([0], f"mv {module}.away {module}")
    assert done.returncode == 0, done.stdout
    assert "This build of Asterisk lacks res_xmpp" in done.stdout
