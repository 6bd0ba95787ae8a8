# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file is test-loaded by Festival before it is written, and keeps what no option sets."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._festival import module
from ansible_collections.switchboard.pbx.plugins.module_utils._files import FileState
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RunCommand

OPTIONS: dict[str, t.Any] = {"owner": None, "group": None, "mode": None}
CURRENT = FileState(b"(a)", 0o600, 12, 34)


def desired(current: FileState | None, **options: t.Any) -> FileState:
    return module._desired_file(current, "(b)", {**OPTIONS, **options}, must_exist=False)


def test_an_existing_file_keeps_mode_owner_and_group() -> None:
    assert desired(CURRENT) == CURRENT._replace(content=b"(b)")


def test_a_new_file_is_readable_by_all_and_belongs_to_root() -> None:
    assert desired(None) == FileState(b"(b)", 0o644, 0, 0)


def test_options_replace_mode_owner_and_group() -> None:
    assert desired(CURRENT, mode="0640", owner="5", group="6") == FileState(b"(b)", 0o640, 5, 6)


def test_an_owner_that_does_not_exist_yet_is_ignored_in_check_mode() -> None:
    assert desired(CURRENT, owner="no-such-user").uid == CURRENT.uid


def test_a_mode_that_is_not_octal_is_refused() -> None:
    with pytest.raises(ModuleError, match="'0689' is not an octal number"):
        desired(CURRENT, mode="0689")


def test_the_password_of_the_server_is_redacted() -> None:
    text = '(set! server_passwd "hunter2")\n(set! other "visible")'
    assert module.redact_password(text) == text.replace("hunter2", "********")


@pytest.fixture
def festival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake Festival that cannot load a file with C(error) in it."""
    program = tmp_path / "festival"
    program.write_text('#!/bin/sh\n! grep error "$2"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return program


def test_a_file_that_festival_cannot_load_is_refused_with_its_output(
    festival: Path, run_command: RunCommand
) -> None:
    module.load_with_festival(run_command, "(a)", "x.scm")
    with pytest.raises(ModuleError, match=r"cannot load x\.scm .*\(error 1\)"):
        module.load_with_festival(run_command, "(error 1)", "x.scm")


def test_a_file_is_not_loaded_where_festival_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, run_command: RunCommand
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    module.load_with_festival(run_command, "(error 1)", "x.scm")
