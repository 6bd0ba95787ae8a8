"""What is said reaches an engine as text and as nothing else, and is kept no longer than asked for."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, strategies

SCRIPT = Path(__file__).resolve().parents[3] / "roles/asterisk/files/say.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("say", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


say = load()
SETTINGS = {
    "engine": "espeak",
    "program": "espeak-ng",
    "model": "/voices/en_GB-alba.onnx",
    "voice": "",
    "loudness": 0.7,
    "cache_megabytes": 1,
    "cache_days": 1,
}


@given(strategies.text())
def test_what_could_be_markup_or_control_never_reaches_an_engine(text: str) -> None:
    cleaned = say.clean(text)
    assert not set(cleaned) & set('<>[]{}()&\\|^~`"*#@$\n\r\t\0')
    assert len(cleaned) <= say.MAX_LENGTH
    assert not cleaned.startswith("-")
    assert say.clean(cleaned) == cleaned


def test_words_stay_as_they_are() -> None:
    assert say.clean("Zoë Groß, it's 5.30: call\n\tnow!") == "Zoë Groß, it's 5.30: call now!"


def test_festival_hears_letters_without_their_accents() -> None:
    assert say.to_ascii("Zoë Groß – naïve") == "Zoe Gross  naive"


@pytest.mark.parametrize("text", ["", "  ", "?!", '")(', "\x00\x07"])
def test_a_text_that_cannot_be_spoken_is_refused(text: str) -> None:
    with pytest.raises(say.SpeechError, match="nothing that can be spoken"):
        say.parse_request(f"|{text}".encode(), "")


@pytest.mark.parametrize("voice", ["-x", "../x", "a b", "a;b", "x)(system"])
def test_a_voice_that_is_no_plain_name_is_refused(voice: str) -> None:
    with pytest.raises(say.SpeechError, match="voice"):
        say.parse_request(f"{voice}|text".encode(), "")


def test_the_first_bar_ends_the_voice_and_the_text_may_hold_more() -> None:
    assert say.parse_request(b"de|one|two\xff", "en") == ("de", "one two")
    assert say.parse_request(b"|one", "en") == ("en", "one")


@pytest.mark.parametrize(
    ("engine", "voice", "expected"),
    [
        ("espeak", "de", "P -v de -b 1 -w OUT --stdin"),
        ("espeak", "", "P -v en -b 1 -w OUT --stdin"),
        ("text2wave", "", "P -F 8000 -o OUT"),
        ("text2wave", "kal_diphone", "P -F 8000 -o OUT -eval (voice_kal_diphone)"),
        ("piper", "", "P --model /voices/en_GB-alba.onnx --output_file OUT"),
        ("piper", "de_DE-eva", "P --model /voices/de_DE-eva.onnx --output_file OUT"),
        ("cepstral", "Allison", "P -n Allison -p audio/sampling-rate=8000,audio/channels=1 -o OUT -f IN"),
    ],
)
def test_each_engine_is_called_its_own_way_and_never_with_the_text(
    engine: str, voice: str, expected: str
) -> None:
    assert say.command({**SETTINGS, "engine": engine, "program": "P"}, voice, "IN", "OUT") == expected.split()


def test_another_voice_engine_or_loudness_is_another_file() -> None:
    names = {
        say.cache_key(SETTINGS, "", "a"),
        say.cache_key(SETTINGS, "de", "a"),
        say.cache_key(SETTINGS, "", "b"),
        say.cache_key({**SETTINGS, "engine": "piper"}, "", "a"),
        say.cache_key({**SETTINGS, "loudness": 0.5}, "", "a"),
    }
    assert len(names) == 5


def test_what_was_not_used_for_longest_goes_first() -> None:
    files = {"old": (10.0, 5), "middle": (20.0, 5), "new": (30.0, 5)}
    assert say.files_to_remove(files, oldest=0, most_bytes=15) == []
    assert say.files_to_remove(files, oldest=0, most_bytes=11) == ["old"]
    assert say.files_to_remove(files, oldest=25, most_bytes=100) == ["old", "middle"]
    assert say.files_to_remove(files, oldest=0, most_bytes=0) == ["old", "middle", "new"]


def stand_in(folder: Path, name: str, text: str) -> str:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_an_engine_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    settings: dict[str, Any] = {**SETTINGS, "program": stand_in(tmp_path, "engine", "exit 3")}
    cache = tmp_path / "cache"
    cache.mkdir()
    with pytest.raises(say.SpeechError, match="exit code 3"):
        say.speak(settings, "", "Hello", cache / "spoken.wav")
    assert list(cache.iterdir()) == []


def test_an_engine_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(say.SpeechError, match="/nowhere/engine cannot be run"):
        say.speak({**SETTINGS, "program": "/nowhere/engine"}, "", "Hello", tmp_path / "spoken.wav")


def said(settings: Path, request: Path, text: str) -> str:
    """Return the path of the sound that the program prints."""
    request.write_text(f"|{text}")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(settings), str(request)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed")
@pytest.mark.parametrize("program", ["text2wave", "espeak-ng", "stand-in"])
def test_each_of_many_at_once_is_heard_while_the_others_tidy_the_cache(tmp_path: Path, program: str) -> None:
    engine = {"text2wave": "text2wave", "espeak-ng": "espeak"}.get(program, "espeak")
    if program == "stand-in":
        program = stand_in(
            tmp_path,
            "engine",
            'while [ "$1" != -w ]; do shift; done; exec sox -n -r 8000 "$2" synth 0.2 sine 440',
        )
    elif not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    cache = tmp_path / "cache"
    cache.mkdir()
    settings = tmp_path / "settings.json"
    # The smallest cache: everything that is not in use is removed at once.
    settings.write_text(
        json.dumps(
            {
                **SETTINGS,
                "engine": engine,
                "program": program,
                "cache_directory": str(cache),
                "cache_megabytes": 0,
            }
        )
    )
    texts = [f"Number {n % 4}" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        sounds = list(
            pool.map(lambda pair: said(settings, tmp_path / f"request-{pair[0]}", pair[1]), enumerate(texts))
        )
    assert all(sounds)
    assert all(Path(f"{sound}.wav").exists() for sound in sounds), "Asterisk has yet to play them"


def test_a_sound_that_is_in_use_stays_and_what_an_interrupted_run_left_goes(tmp_path: Path) -> None:
    now = time.time()
    for name, used in (("playing.wav", now - 60), ("old.wav", now - 3600)):
        (tmp_path / name).write_bytes(bytes(1000))
        os.utime(tmp_path / name, (used, used))
    (tmp_path / ".speaking-abc").mkdir()
    os.utime(tmp_path / ".speaking-abc", (now - 7200, now - 7200))
    (tmp_path / ".speaking-def").mkdir()
    say.clean_cache(tmp_path, {**SETTINGS, "cache_megabytes": 0})
    assert {file.name for file in tmp_path.iterdir()} == {"playing.wav", ".speaking-def"}


def test_a_cache_that_cannot_be_tidied_does_not_silence_anybody(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.wav").mkdir()
    os.utime(tmp_path / "folder.wav", (0, 0))
    say.clean_cache(tmp_path, {**SETTINGS, "cache_megabytes": 0})
