"""A check passes only if what was heard is speech, unclipped, and the phrase that was expected."""

from __future__ import annotations

import array

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import listen
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.checks import brief, file_name, judge
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
