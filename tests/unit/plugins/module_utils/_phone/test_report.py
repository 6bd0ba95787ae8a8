"""The page tells what was checked and heard, by itself, and nobody's text becomes markup."""

from __future__ import annotations

import array
import base64
import math
import re
import struct
import wave
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.picture import (
    colour,
    spectrogram_png,
    transform,
    waveform_svg,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.report import render


def check(**changes: Any) -> dict[str, Any]:
    return {
        "name": "ann calls 203",
        "ok": True,
        "result": "heard it",
        "seconds": 1.5,
        "recording": "",
        **changes,
    }


def tone(hertz: float, seconds: float = 0.5) -> array.array[int]:
    return array.array(
        "h", (int(9000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(8000 * seconds)))
    )


def write(path: Path, samples: array.array[int]) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return str(path)


def test_one_failed_check_decides_the_verdict() -> None:
    assert "All 2 checks passed" in render("t", "w", [], [check(), check()], [])
    assert "1 of 2 checks failed" in render("t", "w", [], [check(), check(ok=False)], [])
    assert "Nothing was checked" in render("t", "w", [], [], [])


def test_text_of_others_is_never_markup() -> None:
    evil = "<script>alert(1)</script>\"'&"
    page = render(
        evil,
        evil,
        [{"name": evil, "system": evil, "versions": {evil: evil}}],
        [check(name=evil, result=evil)],
        [{"host": evil, "lines": [evil]}],
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 11


def test_the_page_holds_the_sound_and_loads_nothing(tmp_path: Path) -> None:
    recording = write(tmp_path / "heard.wav", tone(1000))
    page = render("t", "w", [], [check(recording=recording)], [])
    sound = re.search(r'src="data:audio/wav;base64,([^"]*)"', page)
    assert sound
    assert base64.b64decode(sound[1]) == Path(recording).read_bytes()
    links = [value for value in re.findall(r'(?:src|href)="([^"]*)"', page) if not value.startswith("data:")]
    assert links == []


def test_every_tag_is_closed(tmp_path: Path) -> None:
    class Stack(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "img"):
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    stack = Stack()
    recording = write(tmp_path / "heard.wav", tone(500))
    warnings = [{"host": "pbx", "lines": ["one", "two"]}]
    stack.feed(render("t", "w", [{"name": "pbx"}], [check(recording=recording)], warnings))
    assert stack.open == []


def pixels(picture: bytes) -> tuple[int, int, bytes]:
    width, height = struct.unpack(">II", picture[16:24])
    length = struct.unpack(">I", picture[33:37])[0]
    return width, height, zlib.decompress(picture[41 : 41 + length])


@pytest.mark.parametrize("hertz", [500, 1000, 3000])
def test_a_tone_is_one_bright_line_at_its_height_in_the_spectrogram(hertz: int) -> None:
    width, height, rows = pixels(spectrogram_png(tone(hertz)))
    line = 3 * width + 1
    brightness = [sum(rows[y * line + 1 : (y + 1) * line]) for y in range(height)]
    brightest = height - 1 - brightness.index(max(brightness))
    assert brightest == pytest.approx(hertz / 4000 * height, abs=1)


def test_the_transform_is_that_of_fourier() -> None:
    assert [round(abs(value), 6) for value in transform([1, 0, 0, 0])] == [1, 1, 1, 1]
    assert [round(abs(value), 6) for value in transform([1, -1, 1, -1])] == [0, 0, 4, 0]


def test_colours_get_brighter_with_loudness() -> None:
    sums = [sum(colour(share / 20)) for share in range(21)]
    assert sums == sorted(sums)
    assert colour(-1) == colour(0)
    assert colour(2) == colour(1)


def test_a_recording_shorter_than_a_window_still_makes_pictures() -> None:
    assert spectrogram_png(tone(500, 0.01)).startswith(b"\x89PNG")
    assert "<svg" in waveform_svg(tone(500, 0.01))
