# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Speech recognition with PocketSphinx: which of a few phrases a recording contains.

Private to the collection switchboard.pbx; it may change without notice.
PocketSphinx (the Python package pocketsphinx with its English model) distinguishes phrases of synthetic speech in
an 8 kHz recording reliably, but is not accurate enough for free dictation.
"""

from __future__ import annotations

import array
import os
import re
import tempfile
import typing as t
from pathlib import Path

from .sound import read_samples

try:
    from pocketsphinx import Decoder
except ImportError:
    Decoder = None

# Alternatives to the expected phrases, so that other speech is not recognised as one of them.
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


def normalise(text: str) -> str:
    """Return a phrase as the recogniser writes it: lower case, only words and apostrophes."""
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def grammar(phrases: t.Iterable[str]) -> str:
    """Return a grammar in JSGF (JSpeech Grammar Format 1.0) with these phrases."""
    known = sorted({normalise(phrase) for phrase in phrases} - {""})
    return "#JSGF V1.0;\ngrammar phrases;\npublic <phrase> = " + " | ".join(known) + ";\n"


def resample(samples: array.array[int], rate: int) -> array.array[int]:
    """Return mono samples at the rate of the acoustic model, by linear interpolation."""
    if rate == MODEL_RATE or not samples:
        return samples
    step = rate / MODEL_RATE
    resampled = array.array("h")
    for n in range(int(len(samples) / step)):
        position = n * step
        first = int(position)
        second = samples[min(first + 1, len(samples) - 1)]
        resampled.append(int(samples[first] + (second - samples[first]) * (position - first)))
    return resampled


def available() -> bool:
    """Return whether PocketSphinx is installed for this Python."""
    return Decoder is not None


def listen(path: str, phrases: t.Sequence[str]) -> str | None:
    """Return which of *phrases* or OTHER_PHRASES a 16-bit mono WAV file contains, None if none of them."""
    samples = resample(*read_samples(Path(path)))
    with tempfile.TemporaryDirectory(prefix="switchboard-listen-") as folder:
        file = os.path.join(folder, "phrases.jsgf")
        decoder = Decoder(lm=None, samprate=MODEL_RATE, loglevel="FATAL")
        candidates = [
            phrase
            for phrase in (*phrases, *OTHER_PHRASES)
            if all(map(decoder.lookup_word, normalise(phrase).split()))
        ]
        with open(file, "w", encoding="utf-8") as jsgf:
            jsgf.write(grammar(candidates))
        decoder.add_jsgf_file("phrases", file)
        decoder.activate_search("phrases")
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return str(hypothesis.hypstr) if hypothesis and hypothesis.hypstr else None


def unknown_words(text: str) -> list[str]:
    """Return the words of a phrase that are not in PocketSphinx's dictionary, so that it cannot be recognised."""
    decoder = Decoder(lm=None, samprate=MODEL_RATE, loglevel="FATAL")
    return [word for word in normalise(text).split() if not decoder.lookup_word(word)]
