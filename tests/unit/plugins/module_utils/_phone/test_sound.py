# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Speech is distinguished from silence and noise by loudness and duration."""

from __future__ import annotations

import array
import math
import wave
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.sound import (
    measure,
    measure_file,
    write_tone,
)


def tone(seconds: float, amplitude: float) -> array.array[int]:
    return array.array("h", (int(amplitude * math.sin(n / 3)) for n in range(int(8000 * seconds))))


def test_silence_and_faint_noise_are_not_audible() -> None:
    assert measure(array.array("h", [0] * 8000), 8000).audible_seconds == 0
    assert measure(tone(1, 100), 8000).audible_seconds == 0


def test_only_the_loud_part_is_audible() -> None:
    heard = measure(array.array("h", [0] * 8000) + tone(0.5, 10000), 8000)
    assert heard.seconds == pytest.approx(1.5)
    assert heard.audible_seconds == pytest.approx(0.5, abs=0.05)
    assert heard.peak_dbfs == pytest.approx(-10.3, abs=0.2)


def test_an_empty_recording_is_silence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    with wave.open(str(empty), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
    assert measure_file(empty).audible_seconds == 0


def test_the_tone_of_a_test_phone_is_audible(tmp_path: Path) -> None:
    said = tmp_path / "said.wav"
    write_tone(said, seconds=1)
    assert measure_file(said).audible_seconds == pytest.approx(1, abs=0.05)
