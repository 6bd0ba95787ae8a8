# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of a recording: the waveform as SVG, the spectrogram as PNG.

NumPy and Matplotlib are not used, because the controller would need them for these two pictures only.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import array
import cmath
import math
import struct
import typing as t
import zlib

from .sound import FULL_SCALE

WINDOW = 256
# Sound this far below the loudest (in dB) has the darkest colour.
FLOOR_DB = 70.0
# From silent to loud, as (loudness, red, green, blue); readable on light and dark pages and in greyscale.
COLOURS = (
    (0.0, 13, 17, 38),
    (0.35, 55, 44, 120),
    (0.6, 160, 60, 130),
    (0.8, 240, 120, 80),
    (1.0, 253, 240, 180),
)


def waveform_svg(samples: array.array[int], width: int = 720, height: int = 96) -> str:
    """Return the waveform as an SVG element with one vertical line per pixel."""
    middle = height / 2
    parts = []
    columns = min(width, len(samples))
    for x in range(columns):
        piece = samples[x * len(samples) // columns : (x + 1) * len(samples) // columns]
        top, bottom = max(piece) / FULL_SCALE, min(piece) / FULL_SCALE
        parts.append(f"M{x} {middle - top * middle:.1f}V{middle - bottom * middle + 0.5:.1f}")
    return (
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" aria-label="waveform">'
        f'<path class="axis" d="M0 {middle}H{width}"/><path class="wave" d="{"".join(parts)}"/></svg>'
    )


def spectrogram_png(samples: array.array[int], columns: int = 480) -> bytes:
    """Return the spectrogram as a PNG file: time from left to right, frequency upwards to half the sample rate."""
    step = max(WINDOW // 4, len(samples) // columns)
    window = [0.5 - 0.5 * math.cos(2 * math.pi * n / WINDOW) for n in range(WINDOW)]
    lines = []
    for start in range(0, max(1, len(samples) - WINDOW), step):
        piece = samples[start : start + WINDOW]
        padded = [piece[n] * window[n] if n < len(piece) else 0.0 for n in range(WINDOW)]
        lines.append([abs(value) for value in fourier_transform(padded)[: WINDOW // 2]])
    loudest = max((max(line) for line in lines), default=0.0) or 1.0
    rows = []
    for bin_number in reversed(range(WINDOW // 2)):
        row = bytearray()
        for line in lines:
            decibels = 20 * math.log10(max(line[bin_number], 1e-9) / loudest)
            row += bytes(colour(1 + decibels / FLOOR_DB))
        rows.append(bytes(row))
    return png(rows, len(lines))


def fourier_transform(values: t.Sequence[complex]) -> list[complex]:
    """Return the discrete Fourier transform of 2^n values (Cooley and Tukey 1965)."""
    size = len(values)
    if size == 1:
        return list(values)
    even, odd = fourier_transform(values[::2]), fourier_transform(values[1::2])
    rotated = [cmath.exp(-2j * math.pi * k / size) * odd[k] for k in range(size // 2)]
    return [even[k] + rotated[k] for k in range(size // 2)] + [even[k] - rotated[k] for k in range(size // 2)]


def colour(loudness: float) -> tuple[int, int, int]:
    """Return the colour of a loudness between 0 (silent) and 1."""
    loudness = min(1.0, max(0.0, loudness))
    for (low, *dark), (high, *bright) in zip(COLOURS, COLOURS[1:]):
        if loudness <= high:
            position = (loudness - low) / (high - low)
            red, green, blue = (round(a + (b - a) * position) for a, b in zip(dark, bright))
            return red, green, blue
    return COLOURS[-1][1:]


def png(rows: t.Sequence[bytes], width: int) -> bytes:
    """Return rows of RGB bytes as a PNG file (RFC 2083)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
