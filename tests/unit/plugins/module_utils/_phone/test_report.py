# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page contains checks and recordings, loads nothing and escapes all text."""

from __future__ import annotations

import array
import base64
import math
import re
import wave
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

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


def test_one_failed_check_is_a_failure() -> None:
    assert "All 2 checks passed" in render("t", "w", [], [check(), check()], [])
    assert "1 of 2 checks failed" in render("t", "w", [], [check(), check(ok=False)], [])
    assert "Nothing was checked" in render("t", "w", [], [], [])


def test_text_is_escaped() -> None:
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


def test_the_page_contains_the_audio_and_loads_nothing(tmp_path: Path) -> None:
    recording = write(tmp_path / "heard.wav", tone(1000))
    page = render("t", "w", [], [check(recording=recording)], [])
    audio = re.search(r'src="data:audio/wav;base64,([^"]*)"', page)
    assert audio
    assert base64.b64decode(audio[1]) == Path(recording).read_bytes()
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
