# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn text into a sound file that Asterisk plays, and print its name without the extension.

The dialplan writes an order, voice|text, into a file and calls this program with the names of the settings and of
the order, so what is said never meets a shell nor a process list. Spoken text is kept, since prompts repeat; the
oldest goes when the cache grows too large.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

LONGEST_TEXT = 1000
ENGINE_SECONDS = 20
# What some engine or other takes for markup: SSML of Cepstral, phonemes of espeak, Scheme of Festival.
MARKUP = str.maketrans(dict.fromkeys('<>[]{}()&\\|^~`"*#@$', " "))
VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
UNICODE_ENGINES = ("espeak", "piper", "cepstral")


class CannotSay(Exception):
    """One sentence: why nothing can be said."""


def clean(text: str) -> str:
    """Keep what can be spoken: one line, no markup, no control characters, at most LONGEST_TEXT characters."""
    text = unicodedata.normalize("NFC", text).translate(MARKUP)
    text = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    # A leading hyphen could be taken for an option by an engine that reads its text line by line.
    return " ".join(text.split()).lstrip("- ")[:LONGEST_TEXT].rstrip()


def plain(text: str) -> str:
    """The text in ASCII, for Festival's voices: letters without their accents, the rest left out."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("\u2019", "'"))
    return text.encode("ascii", "ignore").decode()


def read_order(order: bytes, standard_voice: str) -> Tuple[str, str]:
    """The voice and the text of an order; CannotSay if there is nothing in it to speak."""
    voice, _bar, text = order.decode("utf-8", "ignore").partition("|")
    voice = voice.strip() or standard_voice
    if voice and not VOICE.fullmatch(voice):
        raise CannotSay("the voice is not a plain name; give letters, digits, and any of _ . + -")
    text = clean(text)
    if not any(character.isalnum() for character in text):
        raise CannotSay("the text holds nothing that can be spoken")
    return voice, text


def command(settings: Mapping[str, Any], voice: str, text_file: str, target: str) -> List[str]:
    """The program and its arguments that speak into *target*; the text comes on standard input."""
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
    raise CannotSay(f"the engine {engine} does not speak into files")


def telephone_command(spoken: str, target: str, loudness: float) -> List[str]:
    """The call of sox that brings sound to 8 kHz, mono, 16 bit, its loudest sample at a share of full scale."""
    return [
        "sox",
        "-V1",
        spoken,
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
    """A share of full scale in dB below it."""
    return 20 * math.log10(share)


def key(settings: Mapping[str, Any], voice: str, text: str) -> str:
    """The name under which spoken text is kept: all that decides how it sounds."""
    parts = [
        settings["engine"],
        settings["program"],
        settings.get("model", ""),
        settings["loudness"],
        voice,
        text,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def surplus(files: Mapping[str, Tuple[float, int]], oldest: float, most_bytes: int) -> List[str]:
    """Which files must go, of {name: (time of the last use, bytes)}: those used before *oldest*, then the oldest."""
    gone: List[str] = []
    size = sum(entry[1] for entry in files.values())
    for name, (used, length) in sorted(files.items(), key=lambda item: item[1][0]):
        if used >= oldest and size <= most_bytes:
            break
        gone.append(name)
        size -= length
    return gone


def run(call: List[str], text: bytes) -> None:
    """Run an engine, quietly; CannotSay if it fails. Its own words are left out: they may repeat the text."""
    try:
        subprocess.run(
            call,
            input=text,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=ENGINE_SECONDS,
            check=True,
        )
    except OSError as error:
        raise CannotSay(f"{call[0]} cannot be run ({error.strerror}); is it installed?") from error
    except subprocess.TimeoutExpired as error:
        raise CannotSay(f"{call[0]} took longer than {ENGINE_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        raise CannotSay(f"{call[0]} failed with exit code {error.returncode}") from error


def speak(settings: Mapping[str, Any], voice: str, text: str, target: Path) -> None:
    """Have the engine speak, and put the file in place only when it is whole."""
    with tempfile.TemporaryDirectory(dir=str(target.parent), prefix=".speaking-") as folder:
        spoken, ready = str(Path(folder, "spoken.wav")), Path(folder, "ready.wav")
        if settings["engine"] not in UNICODE_ENGINES:
            text = plain(text)
        text_file = Path(folder, "text")
        text_file.write_text(text + "\n", encoding="utf-8")
        run(command(settings, voice, str(text_file), spoken), (text + "\n").encode())
        run(telephone_command(spoken, str(ready), settings["loudness"]), b"")
        if ready.stat().st_size <= 44:
            raise CannotSay(f"{settings['engine']} spoke nothing")
        ready.replace(target)


def tidy(folder: Path, settings: Mapping[str, Any], fresh: str) -> None:
    """Remove what is too old or too much, but never what was just spoken."""
    files: Dict[str, Tuple[float, int]] = {}
    for file in folder.glob("*.wav"):
        if file.name == fresh:
            continue
        state = file.stat()
        files[file.name] = (state.st_mtime, state.st_size)
    oldest = time.time() - settings["cache_days"] * 86400
    for name in surplus(files, oldest, settings["cache_megabytes"] * 1_000_000):
        (folder / name).unlink()


def main() -> int:
    settings_file, order_file = map(Path, sys.argv[1:3])
    os.umask(0o027)
    try:
        settings = json.loads(settings_file.read_text(encoding="utf-8"))
        order = order_file.read_bytes()
        order_file.unlink()
        voice, text = read_order(order, settings["voice"])
        folder = Path(settings["cache_directory"])
        kept = folder / f"{key(settings, voice, text)}.wav"
        if kept.exists():
            os.utime(kept)
        else:
            speak(settings, voice, text, kept)
            tidy(folder, settings, kept.name)
        print(kept.with_suffix(""), end="")
    except (CannotSay, OSError, ValueError) as error:
        subprocess.run(["logger", "-t", "switchboard-say", "-p", "user.warning", str(error)], check=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
