# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make` alone shows what can be made, in groups, with how long it takes and whether it needs root."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
INTERNAL = {"lab-steps"}


def shown() -> str:
    return subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_target_is_shown_with_its_time() -> None:
    targets = set(re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)) - INTERNAL
    rows = dict(re.findall(r"^  (\S+) +(seconds|\d+ min) ", shown(), re.M))
    assert rows.keys() == targets


def test_targets_that_run_hosts_say_that_they_need_root() -> None:
    for target in ("lab", "lab-down", "molecule", "scenarios", "test", "integration"):
        assert re.search(rf"^  {target} .* root  ", shown(), re.M), target


def test_targets_are_in_groups() -> None:
    assert re.search(r"^See it work\n  lab .*\n  report ", shown(), re.M)
