# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Either all files are replaced or none, and no temporary files remain."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._files import (
    FileWrite,
    owner_ids,
    read_file,
    replace_all,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

if t.TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_files_are_written_and_removed_and_modes_are_set(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "removed").write_text("removed")
    replace_all(
        [
            FileWrite(str(tmp_path / "old"), b"new", 0o604),
            FileWrite(str(tmp_path / "sub/made"), b"made"),
            FileWrite(str(tmp_path / "removed"), None),
        ]
    )
    assert contents(tmp_path) == {"old": "new", "sub/made": "made"}
    assert (tmp_path / "old").stat().st_mode & 0o7777 == 0o604
    assert (tmp_path / "sub").stat().st_mode & 0o7777 == 0o750


def test_a_symbolic_link_is_kept_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    replace_all([FileWrite(str(tmp_path / "link"), b"new")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_nothing_is_written_when_a_file_cannot_be_prepared(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with pytest.raises(ModuleError, match="nothing was changed"):
        replace_all([FileWrite(str(tmp_path / "a"), b"new"), FileWrite(str(tmp_path / "a" / "b"), b"new")])
    assert contents(tmp_path) == {"a": "a"}


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_all_files_are_restored_when_one_of_them_fails(tmp_path: Path, failing: int) -> None:
    before = {"a": "a", "b": "b"}
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    inode = (tmp_path / "a").stat().st_ino
    calls = 0

    def finish(path: str) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(28, "No space left on device")

    names = ["a", "new", "b"]
    with pytest.raises(ModuleError, match="No space left on device"):
        replace_all([FileWrite(str(tmp_path / name), b"changed") for name in names], finish)
    assert contents(tmp_path) == before
    assert (tmp_path / "a").stat().st_ino == inode


def test_files_are_restored_on_file_systems_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_args: t.Any) -> None:
        raise OSError(1, "Operation not permitted")

    def fail(_path: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", no_link)
    (tmp_path / "a").write_text("a")
    with pytest.raises(KeyboardInterrupt):
        replace_all([FileWrite(str(tmp_path / "a"), b"new")], fail)
    assert contents(tmp_path) == {"a": "a"}


def test_reading_a_missing_file_returns_none_and_a_folder_is_rejected(tmp_path: Path) -> None:
    assert read_file(str(tmp_path / "missing")) is None
    with pytest.raises(ModuleError, match="not a regular file"):
        read_file(str(tmp_path))


def test_owners_may_be_names_or_numbers() -> None:
    assert owner_ids("root", "root", must_exist=True) == (0, 0)
    assert owner_ids("12", "34", must_exist=True) == (12, 34)
    assert owner_ids("root", "no-such-group", must_exist=False) == (0, -1)
    with pytest.raises(ModuleError, match="'no-such-group' does not exist"):
        owner_ids("root", "no-such-group", must_exist=True)
