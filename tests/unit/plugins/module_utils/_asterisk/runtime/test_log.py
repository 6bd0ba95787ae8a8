# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Only new warnings and errors are returned, each once and without secrets."""

from __future__ import annotations

from pathlib import Path

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


def test_only_lines_after_the_recorded_position_are_returned(tmp_path: Path) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] ERROR[1] old\n")
    positions = log.end_positions(str(tmp_path))
    with messages.open("a") as file:
        file.write("[x] ERROR[1] new\n")
    assert log.logged_since(positions) == ["ERROR new"]
    messages.write_text("")
    assert log.logged_since(positions) == []


def test_a_rotated_log_is_read_from_its_start(tmp_path: Path) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] NOTICE[1] a long line before the rotation\n")
    positions = log.end_positions(str(tmp_path))
    messages.write_text("[x] ERROR[1] new\n")
    assert log.logged_since(positions) == ["ERROR new"]
