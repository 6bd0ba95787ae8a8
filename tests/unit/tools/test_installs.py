# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`NO_INSTALL=1 make lab` says what would be installed, and changes nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FORBIDDEN = ("apt-get", "pip", "podman", "ansible-playbook", "mmdebstrap")


@pytest.fixture
def bare_machine(tmp_path: Path) -> dict[str, str]:
    """An environment in which no Debian package is installed and programs that change something report it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in FORBIDDEN:
        (programs / name).write_text(f'#!/bin/sh\necho {name} >>"{tmp_path}/called"\n')
    (programs / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return {**inherited, "PATH": f"{programs}:{os.environ['PATH']}", "NO_INSTALL": "1"}


def test_no_install_lists_packages_of_debian_and_pypi_and_where_they_go(
    bare_machine: dict[str, str], tmp_path: Path
) -> None:
    call = ["make", "lab", f"VENV={tmp_path}/venv", f"CACHE={tmp_path}/cache"]
    done = subprocess.run(call, cwd=ROOT, env=bare_machine, capture_output=True, text=True, check=True)
    shown = " ".join(done.stdout.split())
    for word in ("podman", "baresip-core", "python3-venv", "(apt-get, as root)"):
        assert word in shown
    for word in ("ansible-core", "python-ldap", "from PyPI into .cache/venv"):
        assert word in shown
    assert shown.endswith("Nothing was changed, because NO_INSTALL is set.")


def test_no_install_changes_nothing(bare_machine: dict[str, str], tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    call = ["make", "lab", f"VENV={tmp_path}/venv", f"CACHE={tmp_path}/cache"]
    subprocess.run(call, cwd=ROOT, env=bare_machine, capture_output=True, check=True)
    assert {path.name for path in tmp_path.iterdir()} == before
