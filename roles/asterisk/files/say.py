# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn text into a sound file that Asterisk plays, and print its name without the extension.

The dialplan writes a request, voice|text, to a file and calls this program with the names of the settings file and
of the request, so the text never reaches a shell or a process list. Sound files are cached, because prompts repeat;
the least recently used ones are removed when the cache grows too large.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

MAX_LENGTH = 1000
ENGINE_TIMEOUT = 20
# A file that was used less than this ago may be playing.
IN_USE_SECONDS = 600
# Characters that an engine takes for markup: SSML in Cepstral, phonemes in espeak, Scheme in Festival.
MARKUP = str.maketrans(dict.fromkeys('<>[]{}()&\\|^~`"*#@$', " "))
VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
UNICODE_ENGINES = ("espeak", "piper", "cepstral")


class SpeechError(Exception):
    """The text cannot be spoken; the message is one sentence with the reason."""


def clean(text: str) -> str:
    """Return the text as one line without markup and control characters, at most MAX_LENGTH characters."""
    text = unicodedata.normalize("NFC", text).translate(MARKUP)
    text = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    # A leading hyphen could be taken for an option by an engine that reads its text line by line.
    return " ".join(text.split()).lstrip("- ")[:MAX_LENGTH].rstrip()


def to_ascii(text: str) -> str:
    """Return the text in ASCII, for Festival's voices: letters lose their accents, other characters are removed."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("\u2019", "'"))
    return text.encode("ascii", "ignore").decode()


def parse_request(request: bytes, default_voice: str) -> Tuple[str, str]:
    """Return the voice and the text of a request; SpeechError if it contains nothing to speak."""
    voice, _bar, text = request.decode("utf-8", "ignore").partition("|")
    voice = voice.strip() or default_voice
    if voice and not VOICE.fullmatch(voice):
        raise SpeechError("the voice is not a plain name; give letters, digits, and any of _ . + -")
    text = clean(text)
    if not any(character.isalnum() for character in text):
        raise SpeechError("the text contains nothing that can be spoken")
    return voice, text


def command(settings: Mapping[str, Any], voice: str, text_file: str, target: str) -> List[str]:
    """Return the command that speaks into *target*; it reads the text from standard input."""
    engine, program = settings["engine"], settings["program"]
    if engine == "espeak":
        return [program, "-v", voice or "en", "-b", "1", "-w", target, "--stdin"]
    if engine == "text2wave":
        chosen = ["-eval", f"(voice_{voice})"] if voice else []
        return [program, "-F", "8000", "-o", target, *chosen]
    if engine == "piper":
        model = Path(settings["model"])
        if voice:
            model = model.with_name(f"{voice}.onnx")
        return [program, "--model", str(model), "--output_file", target]
    if engine == "cepstral":
        chosen = ["-n", voice] if voice else []
        return [
            program,
            *chosen,
            "-p",
            "audio/sampling-rate=8000,audio/channels=1",
            "-o",
            target,
            "-f",
            text_file,
        ]
    raise SpeechError(f"the engine {engine} does not speak into files")


def sox_command(source: str, target: str, loudness: float) -> List[str]:
    """Return the sox command that converts to 8 kHz, mono, 16 bit, and normalizes to a share of full scale."""
    return [
        "sox",
        "-V1",
        source,
        "-r",
        "8000",
        "-c",
        "1",
        "-b",
        "16",
        target,
        "norm",
        f"{decibels(loudness):.2f}",
    ]


def decibels(share: float) -> float:
    """Return a share of full scale in dBFS."""
    return 20 * math.log10(share)


def cache_key(settings: Mapping[str, Any], voice: str, text: str) -> str:
    """Return the name of a cached sound file, a digest of everything that affects the sound."""
    parts = [
        settings["engine"],
        settings["program"],
        settings.get("model", ""),
        settings["loudness"],
        voice,
        text,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def files_to_remove(files: Mapping[str, Tuple[float, int]], oldest: float, most_bytes: int) -> List[str]:
    """Return the names to remove from {name: (last use, bytes)}: those last used before *oldest*, then by age."""
    removed: List[str] = []
    size = sum(entry[1] for entry in files.values())
    for name, (used, length) in sorted(files.items(), key=lambda item: item[1][0]):
        if used >= oldest and size <= most_bytes:
            break
        removed.append(name)
        size -= length
    return removed


def run(call: List[str], text: bytes) -> None:
    """Run an engine; SpeechError if it fails. Its output is discarded, because it may repeat the text."""
    try:
        subprocess.run(
            call,
            input=text,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=ENGINE_TIMEOUT,
            check=True,
        )
    except OSError as error:
        raise SpeechError(f"{call[0]} cannot be run ({error.strerror}); is it installed?") from error
    except subprocess.TimeoutExpired as error:
        raise SpeechError(f"{call[0]} took longer than {ENGINE_TIMEOUT} s") from error
    except subprocess.CalledProcessError as error:
        raise SpeechError(f"{call[0]} failed with exit code {error.returncode}") from error


def speak(settings: Mapping[str, Any], voice: str, text: str, target: Path) -> None:
    """Generate the sound file; it appears under its name only when it is complete."""
    with tempfile.TemporaryDirectory(dir=str(target.parent), prefix=".speaking-") as folder:
        spoken, ready = str(Path(folder, "spoken.wav")), Path(folder, "ready.wav")
        if settings["engine"] not in UNICODE_ENGINES:
            text = to_ascii(text)
        text_file = Path(folder, "text")
        text_file.write_text(text + "\n", encoding="utf-8")
        run(command(settings, voice, str(text_file), spoken), (text + "\n").encode())
        run(sox_command(spoken, str(ready), settings["loudness"]), b"")
        if ready.stat().st_size <= 44:
            raise SpeechError(f"{settings['engine']} generated no sound")
        ready.replace(target)


def clean_cache(folder: Path, settings: Mapping[str, Any]) -> None:
    """Remove files that are too old or exceed the size limit, except those that may be playing.

    Another process may do the same at the same time, and whatever cannot be removed must not silence a caller.
    """
    now = time.time()
    files: Dict[str, Tuple[float, int]] = {}
    for file in folder.glob("*.wav"):
        with suppress(OSError):
            state = file.stat()
            files[file.name] = (state.st_mtime, state.st_size)
    oldest = now - settings["cache_days"] * 86400
    for name in files_to_remove(files, oldest, settings["cache_megabytes"] * 1_000_000):
        if files[name][0] < now - IN_USE_SECONDS:
            with suppress(OSError):
                (folder / name).unlink()
    # Left by processes that were killed.
    for left in folder.glob(".speaking-*"):
        with suppress(OSError):
            if left.stat().st_mtime < now - IN_USE_SECONDS:
                shutil.rmtree(str(left), ignore_errors=True)


def main() -> int:
    settings_file, request_file = map(Path, sys.argv[1:3])
    os.umask(0o027)
    try:
        settings = json.loads(settings_file.read_text(encoding="utf-8"))
        request = request_file.read_bytes()
        request_file.unlink()
        voice, text = parse_request(request, settings["voice"])
        folder = Path(settings["cache_directory"])
        cached = folder / f"{cache_key(settings, voice, text)}.wav"
        try:
            os.utime(cached)
        except FileNotFoundError:
            speak(settings, voice, text, cached)
            clean_cache(folder, settings)
        print(cached.with_suffix(""), end="")
    except (SpeechError, OSError, ValueError) as error:
        subprocess.run(["logger", "-t", "switchboard-say", "-p", "user.warning", str(error)], check=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
