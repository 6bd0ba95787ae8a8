# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make report` opens the page where a browser is, and otherwise says how to see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "tools/lab/show_page.py"


def show(page: Path, **environ: str) -> str:
    bare = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "BROWSER"}
    call = [sys.executable, str(SCRIPT), str(page)]
    return subprocess.run(call, env={**bare, **environ}, capture_output=True, text=True, check=True).stdout


def test_a_browser_gets_the_page(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{tmp_path}/opened"\n')
    browser.chmod(0o755)
    assert "is shown in the browser" in show(tmp_path / "report.html", BROWSER=str(browser))
    assert (tmp_path / "opened").read_text().strip() == (tmp_path / "report.html").as_uri()


def test_without_a_browser_it_says_how_to_copy_the_page(tmp_path: Path) -> None:
    shown = show(tmp_path / "report.html")
    assert f"scp {os.uname().nodename}:{tmp_path}/report.html ." in shown
