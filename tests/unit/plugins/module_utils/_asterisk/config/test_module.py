# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module asterisk_config reads the directory, applies the plan and returns the result."""

from __future__ import annotations

import os
import typing as t
from types import SimpleNamespace

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

if t.TYPE_CHECKING:
    from pathlib import Path

FILE = {"name": "rtp.conf", "content": "[general]\nx=1\n", "sections": None, "state": "present"}
UNSET = {"mode": None, "parse": None, "reload": None}


def run(directory: Path, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
    params = {
        "directory": str(directory),
        "files": [{**FILE, **UNSET}],
        "owner": str(os.getuid()),
        "group": str(os.getgid()),
        "mode": "0640",
        "backup": False,
        "ldap_attributes": None,
        "documentation": str(directory / "none.xml"),
        "pending_file": None,
        **options,
    }
    module: t.Any = SimpleNamespace(
        params=params,
        check_mode=check,
        warn=lambda _warning: None,
        set_default_selinux_context=lambda _path, _changed: False,
        backup_local=lambda path: path + "~",
    )
    return run_module(module)


def test_check_mode_returns_the_same_result_and_writes_nothing(tmp_path: Path) -> None:
    planned = run(tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []
    assert run(tmp_path) == planned
    assert (tmp_path / "rtp.conf").read_text() == FILE["content"]
    assert not run(tmp_path)["changed"]


def test_pending_reloads_are_reported_as_a_change_until_they_are_done(tmp_path: Path) -> None:
    pending_file = tmp_path / "pending.json"
    directory = tmp_path / "asterisk"
    directory.mkdir()
    for files in (["rtp.conf"], []):
        result = run(directory, pending_file=str(pending_file))
        assert (result["changed"], result["files"], result["reload"]) == (
            True,
            files,
            ["res_rtp_asterisk.so"],
        )
    pending_file.unlink()
    assert not run(directory, pending_file=str(pending_file))["changed"]


def test_only_existing_files_are_backed_up(tmp_path: Path) -> None:
    assert run(tmp_path, backup=True)["backup_files"] == {}
    (tmp_path / "rtp.conf").write_text("")
    assert run(tmp_path, backup=True)["backup_files"] == {"rtp.conf": f"{tmp_path}/rtp.conf~"}


@pytest.mark.parametrize("mode", ["rw-r-----", "1777", "-1"])
def test_an_invalid_mode_is_an_error(tmp_path: Path, mode: str) -> None:
    with pytest.raises(ModuleError, match=r"of rtp\.conf is not an octal number"):
        run(tmp_path, mode=mode)


def test_a_missing_directory_is_an_error_except_in_check_mode(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="does not exist; install Asterisk first"):
        run(tmp_path / "none")
    assert run(tmp_path / "none", check=True)["changed"]
