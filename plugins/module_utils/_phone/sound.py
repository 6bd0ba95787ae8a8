# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Duration and loudness of the audio in a 16-bit WAV file.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import array
import math
import wave
from dataclasses import dataclass
from pathlib import Path

FULL_SCALE = 32768
FRAME_SECONDS = 0.02
# A louder frame is audible; comfort noise and line noise are far below.
AUDIBLE_DBFS = -40.0


@dataclass(frozen=True)
class Sound:
    """Measurements of a recording: duration and audible part in seconds, and peak in dBFS."""

    seconds: float
    audible_seconds: float
    peak_dbfs: float


def decibels(amplitude: float) -> float:
    """Return an amplitude of 16-bit samples in dB relative to full scale; silence is -120."""
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude >= 1 else -120.0


def measure(samples: array.array[int], rate: int) -> Sound:
    """Measure 16-bit mono samples at *rate* samples per second."""
    size = max(1, int(rate * FRAME_SECONDS))
    frames = [samples[start : start + size] for start in range(0, len(samples), size)]
    loud = [frame for frame in frames if decibels(_root_mean_square(frame)) > AUDIBLE_DBFS]
    peak = max((abs(sample) for sample in samples), default=0)
    return Sound(len(samples) / rate, sum(map(len, loud)) / rate, decibels(peak))


def measure_file(path: Path) -> Sound:
    """Measure a WAV file; a file without samples is silence."""
    if path.stat().st_size <= 44:
        return Sound(0.0, 0.0, decibels(0))
    return measure(*read_samples(path))


def read_samples(path: Path) -> tuple[array.array[int], int]:
    """Return the samples of a 16-bit mono WAV file and their rate."""
    with wave.open(str(path)) as recording:
        return array.array("h", recording.readframes(recording.getnframes())), recording.getframerate()


def write_tone(path: Path, seconds: float = 30.0, hertz: int = 440, rate: int = 8000) -> None:
    """Write the audio that a test phone sends: a quiet tone, which Asterisk's Festival() needs as its clock."""
    tone = (int(3000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(rate * seconds)))
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(rate)
        recording.writeframes(array.array("h", tone).tobytes())


def _root_mean_square(frame: array.array[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in frame) / len(frame))
