# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases are listed, activated, pruned and archived; a program that is not a link is left alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.store import (
    Store,
    write_manifest,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RunCommand


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path / "asterisk"), str(tmp_path / "program"))
    for number, name in enumerate(["1-old", "2-new"]):
        folder = Path(store.path(name))
        folder.mkdir(parents=True)
        write_manifest(str(folder), {"release": name})
        manifest = folder / "manifest.json"
        # The order of releases is that of their times.
        os.utime(manifest, (number, number))
    return store


def test_activating_a_release_replaces_the_active_one(store: Store) -> None:
    assert store.active_release() == ""
    for release in ("1-old", "2-new"):
        store.activate(release)
        assert store.active_release() == release
        assert store.is_linked()
    assert Path(store.program).readlink() == Path(store.prefix) / "current/sbin/asterisk"


def test_only_complete_releases_are_listed_newest_first(store: Store) -> None:
    Path(store.path("3-half")).mkdir()
    assert store.releases() == ["2-new", "1-old"]


def test_pruning_keeps_the_active_release_and_as_many_others_as_requested(store: Store) -> None:
    store.activate("1-old")
    assert store.prune(1) == []
    assert store.prune(0) == ["2-new"]
    assert store.releases() == ["1-old"]


def test_pruning_keeps_the_previous_release_rather_than_a_newer_one(store: Store) -> None:
    Path(store.path("3-next")).mkdir()
    write_manifest(store.path("3-next"), {"release": "3-next"})
    store.activate("3-next")
    assert store.prune(1, before="1-old") == ["2-new"]
    assert set(store.releases()) == {"1-old", "3-next"}


@pytest.mark.parametrize("arguments", [[], ["-r"], ["-rx", "core show version"]])
def test_the_running_release_is_found_behind_a_link_and_consoles_do_not_count(
    store: Store, tmp_path: Path, arguments: list[str]
) -> None:
    program = Path(store.path("1-old")) / "sbin/asterisk"
    program.parent.mkdir()
    # A program that waits, whatever its options are.
    shutil.copy(shutil.which("bash") or "", program)
    (tmp_path / "link").symlink_to(tmp_path / "asterisk")
    linked = Store(str(tmp_path / "link"), store.program)
    with subprocess.Popen([program, "-c", "read line; true", *arguments], stdin=subprocess.PIPE) as process:
        for _attempt in range(100):
            # The arguments of a program that has just been started are not visible yet.
            if b"read line" in Path(f"/proc/{process.pid}/cmdline").read_bytes():
                break
            time.sleep(0.02)
        assert Path(f"/proc/{process.pid}/exe").readlink() == program
        assert linked.running_release() == ("" if arguments else "1-old")
        process.communicate()


def test_a_program_that_is_not_a_link_is_not_replaced(store: Store) -> None:
    Path(store.program).write_text("a program")
    with pytest.raises(ModuleError, match="is not a link to a release"):
        store.check_program()


def test_an_archive_contains_the_release_that_it_was_created_from(
    store: Store, tmp_path: Path, run_command: RunCommand
) -> None:
    archive = str(tmp_path / "archive.tar.gz")
    store.pack(run_command, "1-old", archive)
    other = Store(str(tmp_path / "other"), str(tmp_path / "other-program"))
    Path(other.prefix).mkdir()
    other.unpack(run_command, "1-old", archive)
    assert other.releases() == ["1-old"]
    assert json.loads(Path(other.path("1-old"), "manifest.json").read_text()) == {"release": "1-old"}


def test_an_archive_with_another_release_is_refused(
    store: Store, tmp_path: Path, run_command: RunCommand
) -> None:
    archive = str(tmp_path / "archive.tar.gz")
    store.pack(run_command, "1-old", archive)
    other = Store(str(tmp_path / "other"), str(tmp_path / "other-program"))
    Path(other.prefix).mkdir()
    with pytest.raises(ModuleError, match="does not contain the release 2-new"):
        other.unpack(run_command, "2-new", archive)
    assert other.releases() == []
