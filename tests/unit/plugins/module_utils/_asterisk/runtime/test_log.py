# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Only new warnings and errors are returned, each once and without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import log


def test_warnings_and_errors_are_returned_once_and_without_secrets() -> None:
    text = (
        "[Nov 22 22:03:30] WARNING[32535] a.c: twice\n"
        "[Nov 22 22:03:31] WARNING[32536] a.c: twice\n"
        "[Nov 22 22:03:32] NOTICE[1] a.c: nothing\n"
        "[Nov 22 22:03:33] ERROR[1] a.c: cannot reach ldap://cn:hunter2@host with password=hunter2\n"
    )
    lines = log.warnings_and_errors(text)
    assert len(lines) == 2
    assert lines[0] == "WARNING a.c: twice"
    assert "hunter2" not in lines[1]


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_only_lines_after_the_recorded_position_are_returned(tmp_path: Path) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] ERROR[1] old\n")
    positions = log.end_positions(str(tmp_path))
    append(messages, "[x] ERROR[1] new\n")
    assert log.logged_since(str(tmp_path), positions) == ["ERROR new"]
    messages.write_text("")
    assert log.logged_since(str(tmp_path), positions) == []


@pytest.mark.parametrize("stale", log.LOG_NAMES)
@pytest.mark.parametrize("written", log.LOG_NAMES)
def test_the_log_that_asterisk_writes_is_read_beside_an_old_one(
    tmp_path: Path, stale: str, written: str
) -> None:
    for name in (stale, written):
        (tmp_path / name).write_text("[x] ERROR[1] old\n")
    positions = log.end_positions(str(tmp_path))
    append(tmp_path / written, "[x] ERROR[1] new\n")
    assert log.logged_since(str(tmp_path), positions) == ["ERROR new"]


def test_a_log_that_did_not_exist_is_read_from_its_start(tmp_path: Path) -> None:
    positions = log.end_positions(str(tmp_path))
    (tmp_path / "messages.log").write_text("[x] ERROR[1] new\n")
    assert log.logged_since(str(tmp_path), positions) == ["ERROR new"]
    assert log.logged_since(str(tmp_path / "nowhere"), log.end_positions(str(tmp_path / "nowhere"))) == []


@pytest.mark.parametrize("rotated", ["messages.log.0", "messages.log.1", "messages.log-20261125"])
def test_a_log_that_is_rotated_is_read_from_the_recorded_position_on(tmp_path: Path, rotated: str) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] ERROR[1] old\n")
    positions = log.end_positions(str(tmp_path))
    append(messages, "[x] ERROR[1] before\n")
    messages.rename(tmp_path / rotated)
    messages.write_text("[x] ERROR[1] after, in a log that is longer than the one before the rotation\n")
    assert sorted(log.logged_since(str(tmp_path), positions)) == [
        "ERROR after, in a log that is longer than the one before the rotation",
        "ERROR before",
    ]


def test_a_log_that_is_truncated_is_read_from_its_start(tmp_path: Path) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] NOTICE[1] a long line before the rotation\n")
    positions = log.end_positions(str(tmp_path))
    messages.write_text("[x] ERROR[1] new\n")
    assert log.logged_since(str(tmp_path), positions) == ["ERROR new"]
