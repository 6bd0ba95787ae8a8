# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A long command shows its steps and keeps the rest for a log."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
import steps

SCRIPT = Path(__file__).resolve().parents[3] / "tools/lab/steps.py"


PROVISION = """=== Hosts
==> host pbx
<== 10.88.0.2
=== Ansible
noise of pip
==> role openldap
--> Load schemas
changed: [pbx]
[WARNING]: the clock is wrong
    msg: 'WARNING: the directory is read without TLS'
<== 2 tasks, 1 changed
"""


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def show(output: str, out: io.StringIO, columns: int = 100, **environ: str) -> str:
    """Return what is written to *out* about a command with this output, one second a line."""
    seconds = iter(range(1000))
    progress = steps.Progress(steps.Screen(out, environ, columns), lambda: next(seconds))
    for line in output.splitlines():
        progress.read(line)
        progress.tick()
    progress.finish()
    return out.getvalue()


def run(log: Path, script: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, str(SCRIPT), str(log), "sh", "-c", script]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def test_each_step_is_a_plain_line_with_time_and_result_where_there_is_no_terminal() -> None:
    assert re.sub(r" [.]+ +", " | ", show(PROVISION, io.StringIO())).splitlines() == [
        "",
        "Hosts",
        "  host pbx | 2.0 s  10.88.0.2",
        "",
        "Ansible",
        "  role openldap | 6.0 s  2 tasks, 1 changed, 2 warnings",
    ]


def test_a_terminal_shows_what_a_step_is_doing() -> None:
    shown = show(PROVISION, Terminal(), TERM="xterm")
    assert re.search(r"role openldap .*Load schemas", shown)
    assert "\x1b[32m✓" in shown


@pytest.mark.parametrize("environ", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours_gets_none(environ: dict[str, str]) -> None:
    assert not re.search(r"\x1b\[[0-9;]*m", show(PROVISION, Terminal(), **environ))


def test_a_line_of_a_terminal_never_wraps() -> None:
    shown = show(f"==> host pbx\n--> {'long ' * 40}\n<== done", Terminal(), columns=80, TERM="xterm")
    for line in re.split(r"[\r\n]", re.sub(r"\x1b\[[0-9;]*[mK]", "", shown)):
        assert len(line) < 80


def test_a_heading_without_steps_is_not_shown() -> None:
    assert "This machine" not in show("=== This machine\n" + PROVISION, io.StringIO())


def test_what_is_not_a_step_is_in_the_log_alone(tmp_path: Path) -> None:
    done = run(tmp_path / "logs/lab.log", "echo '==> install'; echo noise; echo more noise >&2")
    assert done.returncode == 0
    assert "noise" not in done.stdout + done.stderr
    assert (tmp_path / "logs/lab.log").read_text() == "==> install\nnoise\nmore noise\n"


def test_a_failure_shows_what_was_printed_since_the_last_task_and_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "lab.log"
    done = run(
        log, "echo '==> role openldap'; echo early; echo '--> Load schemas'; echo 'fatal: no schema'; exit 3"
    )
    assert done.returncode == 3
    assert re.search(r"role openldap .*FAILED", done.stdout)
    assert "fatal: no schema" in done.stdout
    assert "early" not in done.stdout
    assert str(log) in done.stdout


def test_a_long_failure_shows_its_beginning_and_its_end() -> None:
    shown = steps.shorten([f"line {number}" for number in range(1000)])
    assert shown[0] == "line 0"
    assert shown[-1] == "line 999"
    assert len(shown) == 81
    assert "920 lines" in shown[30]
