# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was said in a recording, told by PocketSphinx from a small grammar of phrases.

Private to the collection switchboard.pbx; it may change without notice.
PocketSphinx (the Python package pocketsphinx; its English model is in the wheel) hears an 8 kHz recording of
synthetic speech well enough to tell one phrase from others, but not for free dictation.
"""

from __future__ import annotations

import array
import os
import re
import tempfile
import typing as t
import wave

try:
    from pocketsphinx import Decoder
except ImportError:
    Decoder = None

# What a recording is told from, besides the phrases that are expected somewhere.
OTHER_PHRASES = (
    "goodbye",
    "good morning",
    "one two three four five",
    "please leave a message after the tone",
    "thank you for calling",
    "that is not a valid extension",
    "the person you are calling is not available",
)
MODEL_RATE = 16000


def words(text: str) -> str:
    """A phrase as the recogniser writes it: lower case, words and apostrophes only."""
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def grammar(phrases: t.Iterable[str]) -> str:
    """A grammar in JSGF (JSpeech Grammar Format 1.0) that knows these phrases and no other."""
    known = sorted({words(phrase) for phrase in phrases} - {""})
    return "#JSGF V1.0;\ngrammar phrases;\npublic <phrase> = " + " | ".join(known) + ";\n"


def to_model_rate(samples: array.array[int], rate: int) -> array.array[int]:
    """Mono samples at the rate of the acoustic model, by linear interpolation."""
    if rate == MODEL_RATE or not samples:
        return samples
    step = rate / MODEL_RATE
    out = array.array("h")
    for n in range(int(len(samples) / step)):
        at = n * step
        first = int(at)
        second = samples[min(first + 1, len(samples) - 1)]
        out.append(int(samples[first] + (second - samples[first]) * (at - first)))
    return out


def available() -> bool:
    """Whether PocketSphinx is installed for this Python."""
    return Decoder is not None


def listen(path: str, phrases: t.Sequence[str]) -> str | None:
    """Which of *phrases* (or of OTHER_PHRASES) a WAV file of 16-bit mono holds; None if none of them."""
    with wave.open(path) as recording:
        samples = array.array("h", recording.readframes(recording.getnframes()))
        samples = to_model_rate(samples, recording.getframerate())
    with tempfile.TemporaryDirectory(prefix="switchboard-listen-") as folder:
        file = os.path.join(folder, "phrases.jsgf")
        decoder = Decoder(lm=None, samprate=MODEL_RATE, loglevel="FATAL")
        spoken = [p for p in (*phrases, *OTHER_PHRASES) if all(map(decoder.lookup_word, words(p).split()))]
        with open(file, "w", encoding="utf-8") as jsgf:
            jsgf.write(grammar(spoken))
        decoder.add_jsgf_file("phrases", file)
        decoder.activate_search("phrases")
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        heard = decoder.hyp()
        return str(heard.hypstr) if heard and heard.hypstr else None


def unknown_words(text: str) -> list[str]:
    """The words of a phrase that PocketSphinx's dictionary lacks, so that it cannot be told from others."""
    decoder = Decoder(lm=None, samprate=MODEL_RATE, loglevel="FATAL")
    return [word for word in words(text).split() if not decoder.lookup_word(word)]
