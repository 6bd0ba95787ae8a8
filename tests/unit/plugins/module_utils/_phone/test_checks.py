"""A check passes only if what was heard is speech, unclipped, and the phrase that was expected."""

from __future__ import annotations

import array

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError
from ansible_collections.switchboard.pbx.plugins.module_utils._phone import chat, checks, listen, message
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.checks import (
    brief,
    check_programs,
    file_name,
    judge,
    judge_answer,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.sound import Sound

SPEECH = Sound(2.0, 0.6, -3.0)


@pytest.mark.parametrize(
    ("sound", "heard", "ok", "told"),
    [
        (SPEECH, "hello world", True, "heard 'hello world'"),
        (SPEECH, "goodbye", False, "not 'hello world'"),
        (SPEECH, None, False, "none of the phrases"),
        (Sound(2.0, 0.1, -30.0), "hello world", False, "silence"),
        (Sound(2.0, 0.6, 0.0), "hello world", False, "clipped"),
    ],
)
def test_what_was_heard_decides(sound: Sound, heard: str | None, ok: bool, told: str) -> None:
    passed, result = judge(sound, "Hello, World!", heard, recognised=True)
    assert passed is ok
    assert told in result


def test_without_a_recogniser_any_speech_will_do() -> None:
    assert judge(SPEECH, "Hello World", None, recognised=False)[0]
    assert not judge(Sound(2.0, 0.0, -60.0), "Hello World", None, recognised=False)[0]


def test_an_error_is_told_in_short_and_without_passwords() -> None:
    told = brief(Exception("first\n" + "x" * 500 + " \x1b[31mauth_pass=s3cret"), ["s3cret", ""])
    assert "s3cret" not in told
    assert "\x1b" not in told
    assert told.startswith("first ")
    assert told.endswith("auth_pass=…")
    assert len(told) <= 300


def test_a_grammar_knows_each_phrase_once_and_in_plain_words() -> None:
    text = listen.grammar(["Hello, World!", "hello world", "It's 5; <evil> = x", "?"])
    assert text.splitlines()[2] == "public <phrase> = hello world | it's evil x;"


def test_sound_is_brought_to_the_rate_of_the_model() -> None:
    doubled = listen.to_model_rate(array.array("h", [0, 100, 200]), 8000)
    assert list(doubled) == [0, 50, 100, 150, 200, 200]
    assert list(listen.to_model_rate(array.array("h", [1, 2]), 16000)) == [1, 2]
    assert list(listen.to_model_rate(array.array("h"), 8000)) == []


def test_a_recording_has_a_name_that_no_file_system_minds() -> None:
    assert file_name("call *100/../#") == "call-100"


@pytest.mark.parametrize(
    ("sender", "body", "expected", "ok", "told"),
    [
        ("pbx", "Thank you", "Thank you", True, "answered 'Thank you'"),
        ("pbx", "whatever", "", True, "answered 'whatever'"),
        ("pbx", "Go away", "Thank you", False, "not 'Thank you'"),
        ("mallory", "Thank you", "Thank you", False, "mallory answered, not pbx"),
    ],
)
def test_the_right_one_must_give_the_right_answer(
    sender: str, body: str, expected: str, ok: bool, told: str
) -> None:
    passed, result, recording = judge_answer(sender, body, "pbx", expected)
    assert passed is ok
    assert told in result
    assert recording == ""


def test_a_missing_program_is_told_only_by_who_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_program", lambda: "")
    monkeypatch.setattr(message, "missing_program", lambda: "sipp")
    monkeypatch.setattr(chat, "AVAILABLE", False)
    check_programs({"messages": None, "chats": []})
    with pytest.raises(ModuleError, match=r"sipp .*sip-tester"):
        check_programs({"messages": {"to": "pbx"}, "chats": []})
    with pytest.raises(ModuleError, match=r"slixmpp .*pip install slixmpp"):
        check_programs({"messages": None, "chats": [{"jid": "russell@example.org"}]})
