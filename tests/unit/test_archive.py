# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive of the collection contains what users need, and nothing else that lies in the working tree.

Once it is installed, ansible-builder reads from it what an execution environment needs.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tarfile
import typing as t
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("LICENSES", "docs", "meta", "playbooks", "plugins", "roles")
FILES = {
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "COPYING",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs/changelog.yaml",
}
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


@pytest.fixture(scope="module")
def introspected(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What ansible-builder reads from the installed collection, without its comments."""
    target = tmp_path_factory.mktemp("collections")
    # Forced, because the working tree counts as an installed collection.
    install = ["ansible-galaxy", "collection", "install", "--offline", "--force", "--collections-path"]
    subprocess.run([*install, str(target), str(archive)], check=True, capture_output=True)
    call = ["ansible-builder", "introspect", str(target)]
    output = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    read: dict[str, list[str]] = yaml.safe_load(output)
    return {kind: [line.partition("  #")[0] for line in lines] for kind, lines in read.items()}


def imported_modules() -> t.Iterator[str]:
    """Yield the name of each module that a plugin imports, without those of its own collection."""
    for path in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield str(node.module)


def test_an_execution_environment_gets_the_packages_that_plugins_import(
    introspected: dict[str, list[str]],
) -> None:
    names = {module.partition(".")[0] for module in imported_modules()} - {"ansible", "ansible_collections"}
    packages = packages_distributions()
    imported = {package for name in names - sys.stdlib_module_names for package in packages[name]}
    assert {Requirement(line).name for line in introspected["python"]} == imported


def test_an_execution_environment_gets_the_programs_that_the_checks_by_phone_call(
    introspected: dict[str, list[str]],
) -> None:
    for platform, programs in {"dpkg": ("baresip-core", "sip-tester"), "rpm": ("baresip", "sipp")}.items():
        assert {f"{program} [platform:{platform}]" for program in programs} <= set(introspected["system"])
