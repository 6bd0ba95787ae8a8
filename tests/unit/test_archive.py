# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive of the collection contains what users need, and nothing else that lies in the working tree."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("LICENSES", "docs", "meta", "playbooks", "plugins", "roles")
FILES = {"README.md", "CONTRIBUTING.md", "COPYING", "REUSE.toml", "changelogs/changelog.yaml"}
STRAY = (
    ".env",
    ".venv/bin/python",
    ".vscode/settings.json",
    ".vault-password",
    "build/lab.json",
    "inventory/hosts.yml",
    "plugins/modules/__pycache__/x.pyc",
    "roles/asterisk/files/.env",
    "playbooks/site.retry",
)


def tracked() -> set[str]:
    call = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name for name in listed if (ROOT / name).exists()}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive built from a working tree with stray files."""
    tree, target = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("archive")
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name, follow_symlinks=False)
    for name in STRAY:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("secret")
    build = ["ansible-galaxy", "collection", "build", str(tree), "--output-path", str(target)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def packed(archive: Path) -> set[str]:
    """The names of the files in the archive."""
    with tarfile.open(archive) as content:
        return {member.name for member in content if member.isfile()} - {"MANIFEST.json", "FILES.json"}


def test_every_file_of_the_collection_is_packed(packed: set[str]) -> None:
    wanted = {name for name in tracked() if name.partition("/")[0] in PARTS} | FILES
    assert wanted - packed == set()


def test_nothing_else_is_packed(packed: set[str]) -> None:
    assert packed - tracked() == set()
    assert {name.partition("/")[0] for name in packed} == {*PARTS, "changelogs", *FILES} - {
        "changelogs/changelog.yaml"
    }


def test_the_archive_is_smaller_than_a_megabyte(archive: Path) -> None:
    assert archive.stat().st_size < 1_000_000
