# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""asterisk_reload and asterisk_info as processes, with a fake Asterisk console."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "ansible_collections.switchboard.pbx.plugins.modules"
CONSOLE = """\
#!/bin/sh
# Answers like Asterisk 22, records the commands, and logs an error at each reload.
echo "$2" >>{here}/commands
case "$2" in
  "core waitfullybooted") echo "Asterisk has fully booted." ;;
  "core show version") echo "Asterisk 22.10.1 built by nobody" ;;
  "core show settings") echo "  Module directory:   {here}" ;;
  "core show channels count") printf '1 active channel\\n1 active call\\n7 calls processed\\n' ;;
  "module show"*) printf 'x.so    Something    0   Running    core\\n' ;;
  "module reload x.so")
    echo "[now] ERROR[7] x.c: cannot log in with password=hunter2" >>{here}/messages.log
    echo "Module 'x.so' reloaded successfully." ;;
  *) echo "No such command '$2'" ;;
esac
"""


@pytest.fixture
def console(tmp_path: Path) -> Path:
    path = tmp_path / "asterisk"
    path.write_text(CONSOLE.format(here=tmp_path))
    path.chmod(0o755)
    (tmp_path / "messages.log").write_text("[before] ERROR[1] old\n")
    return path


def run(name: str, binary: Path | str, check: bool = False, **options: Any) -> dict[str, Any]:
    arguments = {"binary": str(binary), **options, "_ansible_check_mode": check, "_ansible_diff": True}
    if name == "asterisk_reload":
        arguments.setdefault("log_directory", str(Path(binary).parent))
    done = subprocess.run(
        [sys.executable, "-m", f"{PACKAGE}.{name}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "hunter2" not in done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def commands(console: Path) -> list[str]:
    path = console.parent / "commands"
    return path.read_text().splitlines() if path.exists() else []


def test_check_mode_needs_no_asterisk_and_runs_no_command(console: Path) -> None:
    result = run("asterisk_reload", "/nonexistent", check=True, modules=["x.so"], restart=True)
    assert result["changed"]
    assert result["reloaded"] == ["x.so"]
    assert result["restart_pending"]
    run("asterisk_reload", console, check=True, modules=["x.so"])
    assert commands(console) == []


def test_an_empty_list_of_modules_needs_no_asterisk() -> None:
    assert not run("asterisk_reload", "/nonexistent", modules=[])["changed"]


def test_a_module_is_reloaded_and_what_asterisk_logged_is_returned(console: Path) -> None:
    result = run("asterisk_reload", console, modules=["x.so"])
    assert result["reloaded"] == ["x.so"]
    assert result["log"] == ["ERROR x.c: cannot log in with password=********"]
    assert "module reload x.so" in commands(console)


def test_a_module_that_is_not_installed_is_skipped_with_a_warning(console: Path) -> None:
    result = run("asterisk_reload", console, modules=["chan_sip.so"])
    assert not result["changed"]
    assert result["not_in_use"] == ["chan_sip.so"]
    assert "chan_sip.so" in str(result["warnings"])


def test_a_call_postpones_the_restart_and_the_modules_are_reloaded(console: Path) -> None:
    result = run("asterisk_reload", console, modules=["x.so"], restart=True, idle_timeout=0)
    assert result["restart_pending"]
    assert not result["restarted"]
    assert result["reloaded"] == ["x.so"]
    assert "core restart now" not in commands(console)
    assert "A restart of Asterisk is pending" in str(result["warnings"])


def test_completed_reloads_are_removed_from_the_pending_ones(console: Path, tmp_path: Path) -> None:
    pending = tmp_path / "pending.json"
    pending.write_text('{"modules": ["x.so", "y.so"], "restart": true}')
    run("asterisk_reload", console, modules=["x.so"], pending_file=str(pending))
    assert json.loads(pending.read_text()) == {"modules": ["y.so"], "restart": True}
    pending.write_text('{"modules": ["x.so"], "restart": false}')
    run("asterisk_reload", console, modules=["x.so"], pending_file=str(pending))
    assert not pending.exists()


def test_a_failed_reload_stays_pending(console: Path, tmp_path: Path) -> None:
    pending = tmp_path / "pending.json"
    pending.write_text('{"modules": ["x.so"], "restart": false}')
    result = run("asterisk_reload", "/nonexistent", modules=["x.so"], pending_file=str(pending))
    assert result["failed"]
    assert json.loads(pending.read_text())["modules"] == ["x.so"]


def test_a_missing_asterisk_is_an_error_with_a_cure() -> None:
    message = run("asterisk_reload", "/nonexistent", modules=["x.so"])["msg"]
    assert "/nonexistent cannot be run" in message
    assert "install Asterisk" in message


def test_the_state_of_a_running_asterisk_is_returned(console: Path) -> None:
    result = run("asterisk_info", console)
    assert result["running"]
    assert result["version"] == "22.10.1"
    assert result["modules"] == ["x.so"]
    assert result["calls"] == {"channels": 1, "active": 1, "processed": 7}
    assert result["endpoints"] == result["contacts"] == result["peers"] == []
    assert result["ldap"] is None


def test_only_the_requested_subset_is_gathered(console: Path) -> None:
    result = run("asterisk_info", console, gather_subset=["calls"])
    assert "modules" not in result
    assert commands(console) == ["core show version", "core show channels count"]


def test_an_asterisk_that_is_not_running_is_not_an_error() -> None:
    result = run("asterisk_info", "/nonexistent")
    assert not result.get("failed")
    assert not result["running"]
    assert "cannot be run" in result["reason"]
