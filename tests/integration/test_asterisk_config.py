# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module asterisk_config on real files: its writes, errors and results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MODULE = "ansible_collections.switchboard.pbx.plugins.modules.asterisk_config"
SECRET = "hunter2"
PJSIP = f"[udp]\ntype=transport\nbind=0.0.0.0\n\n[101]\ntype=auth\npassword={SECRET}\n"
DIALPLAN = "[LocalSets]\nexten => 203,1,Festival(Hello World)\n"


def run(directory: Path, files: list[dict[str, Any]], check: bool = False, **options: Any) -> dict[str, Any]:
    arguments = {"directory": str(directory), "group": "root", "files": files, **options}
    arguments.update(_ansible_check_mode=check, _ansible_diff=True, _ansible_verbosity=3)
    done = subprocess.run(
        [sys.executable, "-m", MODULE],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert SECRET not in done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "asterisk"
    path.mkdir()
    return path


FILES = [{"name": "pjsip.conf", "content": PJSIP}, {"name": "extensions.conf", "content": DIALPLAN}]


def test_check_mode_predicts_the_real_run_and_a_second_run_changes_nothing(directory: Path) -> None:
    planned = run(directory, FILES, check=True)
    assert list(directory.iterdir()) == []
    result = run(directory, FILES)
    for key in ("changed", "files", "reload", "restart", "diff"):
        assert planned[key] == result[key]
    assert result["changed"]
    assert result["reload"] == ["pbx_config.so", "res_pjsip.so"]
    assert (directory / "pjsip.conf").read_text() == PJSIP
    assert (directory / "extensions.conf").stat().st_mode & 0o7777 == 0o640
    again = run(directory, FILES)
    assert not again["changed"]
    assert again["reload"] == []
    assert again["diff"] == []


def test_check_mode_works_where_asterisk_is_not_installed(tmp_path: Path) -> None:
    result = run(tmp_path / "none", FILES, check=True, group="no-such-group")
    assert result["changed"]
    assert not result.get("failed")


def test_a_missing_directory_or_group_is_an_error(tmp_path: Path, directory: Path) -> None:
    assert "does not exist" in run(tmp_path / "none", FILES)["msg"]
    message = run(directory, FILES, group="no-such-group")["msg"]
    assert "no-such-group" in message
    assert list(directory.iterdir()) == []


def test_one_invalid_file_leaves_all_files_unchanged(directory: Path) -> None:
    run(directory, FILES)
    bad = [{"name": "pjsip.conf", "content": "[a]\nx=1\n"}, {"name": "sip.conf", "content": "[a\n"}]
    result = run(directory, bad)
    assert result["failed"]
    assert result["msg"].startswith(f"{directory}/sip.conf, line 1: ")
    assert (directory / "pjsip.conf").read_text() == PJSIP
    assert not (directory / "sip.conf").exists()


def test_merging_sections_changes_only_the_affected_line(directory: Path) -> None:
    run(directory, FILES)
    section = {"name": "101", "match": {"type": "auth"}, "options": {"password": "n3w"}}
    result = run(directory, [{"name": "pjsip.conf", "sections": [section]}])
    assert (directory / "pjsip.conf").read_text() == PJSIP.replace(SECRET, "n3w")
    assert "password=******** (changed)" in result["diff"][0]["after"]
    assert "n3w" not in json.dumps(result)


def test_merging_sets_what_asterisk_reads_and_a_second_run_changes_nothing(directory: Path) -> None:
    files = [{"name": "rtp.conf", "sections": [{"name": "general", "options": {"x": 1, "new": True}}]}]
    (directory / "rtp.conf").write_text("[general]\nx=1 ;-- a comment\nof two lines --;\n[general](+)\nx=9\n")
    assert run(directory, files)["changed"]
    assert (directory / "rtp.conf").read_text() == (
        "[general]\nx=1 ;-- a comment\nof two lines --;\nnew = yes\n[general](+)\n"
    )
    assert not run(directory, files)["changed"]


def test_an_option_that_another_file_sets_again_is_a_warning(directory: Path) -> None:
    (directory / "rtp.conf").write_text("[general]\nx=1\n#include more.conf\n")
    (directory / "more.conf").write_text("x=9\n")
    result = run(directory, [{"name": "rtp.conf", "sections": [{"name": "general", "options": {"x": 1}}]}])
    sentence = (
        f"{directory}/more.conf, line 1: Asterisk also reads the option x of [general] here, besides rtp.conf"
    )
    assert sentence in json.dumps(result["warnings"])


def test_a_filter_that_no_section_passes_is_an_error(directory: Path) -> None:
    result = run(directory, [{"name": "rtp.conf", "content": "[a]\nk=1\n[a](+k=2)\ny=1\n"}])
    assert "no [a] above passes the filter" in result["msg"]


def test_a_backup_has_the_mode_of_the_file(directory: Path) -> None:
    run(directory, FILES)
    result = run(directory, [{"name": "pjsip.conf", "state": "absent"}], backup=True)
    assert not (directory / "pjsip.conf").exists()
    copy = Path(result["backup_files"]["pjsip.conf"])
    assert copy.read_text() == PJSIP
    assert copy.stat().st_mode & 0o7777 == 0o640


def test_bytes_that_are_not_utf_8_survive_a_merge(directory: Path) -> None:
    content = b"; caf\xe9\n[general]\nx=1\n"
    (directory / "rtp.conf").write_bytes(content)
    run(directory, [{"name": "rtp.conf", "sections": [{"name": "general", "options": {"y": 2}}]}])
    assert (directory / "rtp.conf").read_bytes() == content + b"y = 2\n"


def test_pending_reloads_are_kept_until_they_are_done(directory: Path, tmp_path: Path) -> None:
    pending = tmp_path / "pending.json"
    first = run(directory, FILES, pending_file=str(pending))
    assert pending.stat().st_mode & 0o7777 == 0o600
    again = run(directory, FILES, pending_file=str(pending))
    assert again["changed"]
    assert again["files"] == []
    assert again["reload"] == first["reload"] == ["pbx_config.so", "res_pjsip.so"]
    pending.unlink()
    assert not run(directory, FILES, pending_file=str(pending))["changed"]


def test_an_invalid_mode_is_an_error(directory: Path) -> None:
    assert "octal" in run(directory, FILES, mode="rw-r-----")["msg"]


def test_the_output_of_ansible_contains_no_secrets(tmp_path: Path, directory: Path) -> None:
    task = {"switchboard.pbx.asterisk_config": {"directory": str(directory), "group": "root", "files": FILES}}
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    (tmp_path / "play.yml").write_text(json.dumps(play))
    done = subprocess.run(
        ["ansible-playbook", "-vvv", "--diff", str(tmp_path / "play.yml")],
        env={**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "+password=********" in done.stdout
    assert SECRET not in done.stdout + done.stderr
