"""Gosub(say,…) speaks with every engine, and the text has no other effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lab.phone import call
from lab.proof import SPEECH_SECONDS, Lab
from testinfra.host import Host

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.listen import listen

CACHE = "/var/cache/switchboard-say"
HOSTILE = (
    "\"; touch /tmp/owned; $(touch /tmp/owned) `touch /tmp/owned` ' & ) , x): 5 "
    '(system "touch /tmp/owned") ${SHELL(touch /tmp/owned)} <audio src="/etc/passwd"/> \\ hello world\nsecond line'
)
# Stand-ins: Piper's voices and Cepstral cannot be had here. They check how they are called and speak through espeak-ng.
PIPER_STAND_IN = """#!/bin/sh
[ "$1 $2 $3 $#" = "--model /opt/piper/voice.onnx --output_file 4" ] || exit 9
exec espeak-ng -w "$4" --stdin
"""
SWIFT_STAND_IN = """#!/bin/sh
[ "$1 $2 $3 $4 $5 $7 $#" = "-n Allison -p audio/sampling-rate=8000,audio/channels=1 -o -f 8" ] || exit 9
exec espeak-ng -w "$6" -f "$8"
"""


def spoken_files(pbx: Host) -> set[str]:
    return set(pbx.check_output(f"ls {CACHE}").split()) - {"requests"}


def test_spoken_text_is_heard(lab: Lab, tmp_path: Path) -> None:
    heard = call(lab.account(0), "204", keep=tmp_path / "heard.wav")
    assert heard.audible_seconds >= SPEECH_SECONDS
    assert heard.peak_dbfs < -1, "speech is not clipped"
    assert listen(str(tmp_path / "heard.wav"), ["hello world", "this is a test"]) == "hello world"


def test_a_text_is_generated_once_and_cached(pbx: Host, lab: Lab) -> None:
    pbx.run(f"rm -f {CACHE}/*.wav")
    call(lab.account(0), "204")
    kept = spoken_files(pbx)
    assert len(kept) == 1
    made = pbx.check_output(f"stat -c %i {CACHE}/*.wav")
    call(lab.account(0), "204")
    assert spoken_files(pbx) == kept
    assert pbx.check_output(f"stat -c %i {CACHE}/*.wav") == made
    assert pbx.check_output(f"ls -A {CACHE}/requests") == ""


def test_another_voice_may_be_named_and_a_comma_may_be_said(lab: Lab) -> None:
    assert call(lab.account(0), "206").audible_seconds >= SPEECH_SECONDS


def test_hostile_text_is_spoken_and_runs_nothing(pbx: Host, lab: Lab) -> None:
    pbx.run_expect([0], f"printf %s {shell_quoted(HOSTILE)} >/var/spool/asterisk/hostile.txt")
    assert call(lab.account(0), "205", seconds=30).audible_seconds > 2
    assert pbx.check_output("find / -xdev -name 'owned*'") == ""


def test_sound_files_are_readable_only_by_asterisk(pbx: Host) -> None:
    assert pbx.run(f"runuser -u nobody ls {CACHE}").rc != 0


def shell_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@pytest.mark.parametrize(
    ("engine", "program", "stand_in", "voice"),
    [
        ("espeak", "espeak-ng", "", "fr"),
        ("piper", "/opt/piper/piper", PIPER_STAND_IN, ""),
        ("cepstral", "/opt/swift/bin/swift", SWIFT_STAND_IN, "Allison"),
    ],
)
def test_each_engine_is_driven(pbx: Host, engine: str, program: str, stand_in: str, voice: str) -> None:
    settings = {
        "engine": engine,
        "program": program,
        "model": "/opt/piper/voice.onnx",
        "voice": voice,
        "loudness": 0.5,
        "cache_directory": "/tmp/said",
        "cache_megabytes": 1,
        "cache_days": 1,
    }
    if stand_in:
        folder = program.rpartition("/")[0]
        put = f"mkdir -p {folder} && printf %s {shell_quoted(stand_in)} >{program} && chmod 755 {program}"
        pbx.run_expect([0], put)
    try:
        pbx.run_expect([0], "mkdir -p /tmp/said")
        pbx.run_expect([0], f"echo {shell_quoted(json.dumps(settings))} >/tmp/said/settings")
        pbx.run_expect([0], f"printf %s {shell_quoted('|' + HOSTILE)} >/tmp/said/request")
        said = pbx.check_output(
            "python3 /usr/local/lib/switchboard_say.py /tmp/said/settings /tmp/said/request"
        )
        assert pbx.check_output(f"sox --i -r {said}.wav; sox --i -c {said}.wav").split() == ["8000", "1"]
        peak = pbx.check_output(f"sox {said}.wav -n stat 2>&1 | sed -n 's/Maximum amplitude: *//p'")
        assert 0.3 < float(peak) < 0.55
        assert pbx.check_output("find / -xdev -name 'owned*'") == ""
    finally:
        pbx.run(f"rm -rf /tmp/said {program if stand_in else ''}")
