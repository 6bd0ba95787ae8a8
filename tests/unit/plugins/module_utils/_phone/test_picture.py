# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The waveform and the spectrogram show what a recording contains."""

from __future__ import annotations

import array
import math
import re
import struct
import zlib

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.picture import (
    colour,
    fourier_transform,
    spectrogram_png,
    waveform_svg,
)


def tone(hertz: float, seconds: float = 0.5) -> array.array[int]:
    return array.array(
        "h", (int(9000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(8000 * seconds)))
    )


def pixels(picture: bytes) -> tuple[int, int, bytes]:
    width, height = struct.unpack(">II", picture[16:24])
    length = struct.unpack(">I", picture[33:37])[0]
    return width, height, zlib.decompress(picture[41 : 41 + length])


@pytest.mark.parametrize("hertz", [500, 1000, 3000])
def test_a_tone_is_a_bright_line_at_its_frequency_in_the_spectrogram(hertz: int) -> None:
    width, height, rows = pixels(spectrogram_png(tone(hertz)))
    line = 3 * width + 1
    brightness = [sum(rows[y * line + 1 : (y + 1) * line]) for y in range(height)]
    brightest = height - 1 - brightness.index(max(brightness))
    assert brightest == pytest.approx(hertz / 4000 * height, abs=1)


def test_the_transform_separates_frequencies() -> None:
    assert [round(abs(value), 6) for value in fourier_transform([1, 0, 0, 0])] == [1, 1, 1, 1]
    assert [round(abs(value), 6) for value in fourier_transform([1, -1, 1, -1])] == [0, 0, 4, 0]


def test_colours_get_brighter_with_loudness() -> None:
    sums = [sum(colour(share / 20)) for share in range(21)]
    assert sums == sorted(sums)
    assert colour(-1) == colour(0)
    assert colour(2) == colour(1)


def test_a_recording_shorter_than_a_window_still_makes_pictures() -> None:
    assert spectrogram_png(tone(500, 0.01)).startswith(b"\x89PNG")
    assert "<svg" in waveform_svg(tone(500, 0.01))


def test_a_waveform_reaches_as_high_as_the_loudest_sample() -> None:
    svg = waveform_svg(array.array("h", [-32768, 0, 16384]), height=100)
    tops = [float(y) for y in re.findall(r"M\d+ ([\d.]+)V", svg)]
    assert tops == [100.0, 50.0, 25.0]
