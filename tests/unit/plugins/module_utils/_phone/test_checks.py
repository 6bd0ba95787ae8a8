# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check passes only for unclipped speech with the expected phrase, and for the expected reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RunCommand
from ansible_collections.switchboard.pbx.plugins.module_utils._phone import chat, checks
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.checks import (
    assess_reply,
    assess_sound,
    check_programs,
    file_name,
    summarise,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import Account, PhoneError
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.sound import Sound

SPEECH = Sound(2.0, 0.6, -3.0)


@pytest.mark.parametrize(
    ("sound", "heard", "ok", "text"),
    [
        (SPEECH, "hello world", True, "heard 'hello world'"),
        (SPEECH, "goodbye", False, "not 'hello world'"),
        (SPEECH, None, False, "none of the phrases"),
        (Sound(2.0, 0.1, -30.0), "hello world", False, "silence"),
        (Sound(2.0, 0.6, 0.0), "hello world", False, "clipped"),
    ],
)
def test_a_call_passes_only_with_the_expected_speech(
    sound: Sound, heard: str | None, ok: bool, text: str
) -> None:
    passed, result = assess_sound(sound, "Hello, World!", heard, recognised=True)
    assert passed is ok
    assert text in result


def test_any_speech_passes_without_a_recogniser() -> None:
    assert assess_sound(SPEECH, "Hello World", None, recognised=False)[0]
    assert not assess_sound(Sound(2.0, 0.0, -60.0), "Hello World", None, recognised=False)[0]


def test_an_error_is_shortened_and_contains_no_password() -> None:
    summary = summarise(Exception("first\n" + "x" * 500 + " \x1b[31mauth_pass=s3cret"), ["s3cret", ""])
    assert "s3cret" not in summary
    assert "\x1b" not in summary
    assert summary.startswith("first ")
    assert summary.endswith("auth_pass=…")
    assert len(summary) <= 300


def test_the_name_of_a_recording_is_a_safe_file_name() -> None:
    assert file_name("call *100/../#") == "call-100"


@pytest.mark.parametrize(
    ("sender", "body", "expected", "ok", "text"),
    [
        ("pbx", "Thank you", "Thank you", True, "answered 'Thank you'"),
        ("pbx", "whatever", "", True, "answered 'whatever'"),
        ("pbx", "Go away", "Thank you", False, "not 'Thank you'"),
        ("mallory", "Thank you", "Thank you", False, "mallory answered, not pbx"),
    ],
)
def test_a_reply_passes_only_with_the_expected_sender_and_body(
    sender: str, body: str, expected: str, ok: bool, text: str
) -> None:
    verdict = assess_reply(sender, body, "pbx", expected)
    assert verdict.ok is ok
    assert text in verdict.result
    assert verdict.recording == ""


def test_a_missing_program_is_an_error_only_if_a_check_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "which", {"baresip": "/usr/bin/baresip"}.get)
    monkeypatch.setattr(chat, "AVAILABLE", False)
    check_programs({"messages": None, "chats": []})
    with pytest.raises(ModuleError, match=r"program sipp.*sip-tester"):
        check_programs({"messages": {"to": "pbx"}, "chats": []})
    with pytest.raises(ModuleError, match=r"library slixmpp .*pip install slixmpp"):
        check_programs({"messages": None, "chats": [{"jid": "russell@example.org"}]})
    monkeypatch.setattr(checks.shutil, "which", lambda program: None)
    with pytest.raises(ModuleError, match=r"softphone baresip .*baresip-core"):
        check_programs({"messages": None, "chats": []})


def test_a_phrase_is_not_compared_silently_without_a_recogniser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run_command: RunCommand
) -> None:
    checker = checks.Checker(
        run_command, "pbx", [{"user": "ann", "password": "s3cret"}], tmp_path, recognise=False
    )
    monkeypatch.setattr(checks, "call", lambda *arguments, **options: SPEECH)
    for phrase in ("Hello World", ""):
        checker.run("calls 203", checker.check_call, checker.accounts[0], "203", phrase, [phrase], 5)
    with_phrase, without = checker.checks
    assert with_phrase.ok and without.ok
    assert "pip install pocketsphinx" in with_phrase.skipped
    assert with_phrase.skipped in with_phrase.result
    assert without.skipped == ""


def test_a_word_that_the_recogniser_does_not_know_is_told(tmp_path: Path, run_command: RunCommand) -> None:
    pytest.importorskip("pocketsphinx")
    checker = checks.Checker(run_command, "pbx", [], tmp_path, recognise=True)
    assert "qwertzu" in checker._why_not_recognised("hello qwertzu")
    assert checker._why_not_recognised("hello world") == ""


def test_a_wrong_password_must_be_refused_and_a_phone_error_is_a_failed_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run_command: RunCommand
) -> None:
    accounts = [{"user": "ann", "password": "s3cret"}]
    checker = checks.Checker(run_command, "pbx", accounts, tmp_path, recognise=False)
    monkeypatch.setattr(checks, "register", lambda run_command, account: 200)
    checker.run("wrong password", checker.check_wrong_password, checker.accounts[0])

    def fail(run_command: RunCommand, account: Account) -> int:
        raise PhoneError(f"no answer to {account.password}")

    monkeypatch.setattr(checks, "register", fail)
    checker.run("registers", checker.check_registration, checker.accounts[0])
    assert [(entry.ok, entry.result) for entry in checker.checks] == [
        (False, "the server answered 200"),
        (False, "no answer to …"),
    ]
