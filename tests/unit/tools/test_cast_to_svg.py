# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recording of a terminal becomes a picture that moves, and that shows its last frame where it does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
RUNNING, DONE = (
    "  \x1b[36m•\x1b[0m role openldap  1.0 s",
    "\r\x1b[K  \x1b[32m✓\x1b[0m role openldap  9.0 s <ok>\r\n",
)


def convert(folder: Path, *output: str) -> subprocess.CompletedProcess[str]:
    events = [[10.0 * (number + 1), "o", text] for number, text in enumerate(output)]
    cast = folder / "make.cast"
    cast.write_text(
        "\n".join(json.dumps(entry) for entry in [{"version": 2, "width": 60, "height": 24}, *events])
    )
    call = [sys.executable, ROOT / "tools/lab/cast_to_svg.py", cast, folder / "make.svg", "make lab"]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def parse(picture: Path) -> ET.Element:
    return ET.fromstring(picture.read_text())  # noqa: S314  (of this project)


def texts(folder: Path) -> dict[str, str]:
    """Return the class of each line of text in the picture."""
    root = parse(folder / "make.svg")
    return {
        " ".join(" ".join(line.itertext()).split()): line.get("class", "") for line in root.iter(f"{SVG}text")
    }


def test_the_last_frame_is_visible_without_animation_and_what_came_before_is_not(tmp_path: Path) -> None:
    assert convert(tmp_path, RUNNING, DONE).returncode == 0
    lines = texts(tmp_path)
    assert lines.keys() == {"$ make lab", "• role openldap 1.0 s", "✓ role openldap 9.0 s <ok>"}
    assert [line for line, classes in lines.items() if "h" in classes.split()] == ["• role openldap 1.0 s"]


def test_each_state_of_a_line_appears_and_disappears_in_turn(tmp_path: Path) -> None:
    convert(tmp_path, RUNNING, DONE)
    lines = texts(tmp_path)
    running, done = (lines[line].split()[0] for line in lines if "role" in line)
    assert running.split("-")[1] == done.removeprefix("v").split("-")[0]
    picture = (tmp_path / "make.svg").read_text()
    assert f"@keyframes {running}{{" in picture
    assert f"@keyframes {done}{{" in picture


def test_colours_of_the_terminal_are_kept(tmp_path: Path) -> None:
    convert(tmp_path, RUNNING, DONE)
    root = parse(tmp_path / "make.svg")
    assert {"✓": "g", "•": "c"}.items() <= {
        span.text: span.get("class") for span in root.iter(f"{SVG}tspan")
    }.items()


def test_a_path_of_this_machine_does_not_get_into_a_picture(tmp_path: Path) -> None:
    done = convert(tmp_path, f"ssh -F {ROOT}/.cache/hosts/ssh_config\r\n")
    assert "path of this machine" in done.stderr
    assert not (tmp_path / "make.svg").exists()


def test_the_picture_in_readme_is_small_and_shows_how_to_use_the_lab() -> None:
    picture = ROOT / "docs/pictures/make-lab.svg"
    assert picture.stat().st_size < 150_000
    shown = " ".join(parse(picture).itertext())
    for words in ("phones", "SIP at 10.", "make lab-down"):
        assert words in shown
    assert not re.search(r"/(home|root|tmp)/", shown)
