# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules are reloaded one by one, a restart waits for the calls, and what went wrong is told."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import log, reload
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.console import (
    Console,
    NotRunning,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

if t.TYPE_CHECKING:
    from pathlib import Path

RUNNING = "%s    Something    0    Running    core\n"
REFUSED = "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)"


class FakeAsterisk:
    """Answers console commands from a table; a list of answers is worked off, its last one stays."""

    def __init__(self, **said: t.Any) -> None:
        self.said = {command.replace("_", " "): answer for command, answer in said.items()}
        self.asked: list[str] = []
        self.slept = 0.0

    def __call__(self, command: t.Sequence[str], timeout: float) -> tuple[int, str]:
        self.asked.append(command[-1])
        for start, answer in self.said.items():
            if command[-1].startswith(start):
                answers = answer if isinstance(answer, list) else [answer]
                text = answers.pop(0) if len(answers) > 1 else answers[0]
                return 1 if text == REFUSED else 0, text
        return 0, ""

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def console(self) -> Console:
        return Console("asterisk", 1, self, self.sleep)


def outcome() -> reload.Outcome:
    return reload.Outcome(
        changed=True, reloaded=[], not_in_use=[], restarted=False, restart_pending=False, log=[]
    )


def reloaded(asterisk: FakeAsterisk, name: str) -> reload.Outcome:
    result = outcome()
    reload.reload_one(asterisk.console(), name, result, "/nonexistent")
    return result


def test_a_running_module_is_reloaded_and_looked_at_again() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="Module 'x.so' reloaded successfully.\n"
    )
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert asterisk.asked == ["module show like x.so", "module reload x.so", "module show like x.so"]


def test_a_module_that_had_declined_is_loaded() -> None:
    declined = RUNNING.replace("Running", "Not Running") % "x.so"
    asterisk = FakeAsterisk(module_show=[declined, RUNNING % "x.so"], module_load="Loaded x.so\n")
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert "module load x.so" in asterisk.asked


def test_a_module_that_does_not_come_back_is_a_fault() -> None:
    declined = RUNNING.replace("Running", "Not Running") % "x.so"
    asterisk = FakeAsterisk(module_show=[RUNNING % "x.so", declined], module_reload="reloaded successfully")
    with pytest.raises(ModuleError, match=r"x\.so is not running after its reload"):
        reloaded(asterisk, "x.so")


def test_a_module_that_asterisk_does_not_have_is_left_out() -> None:
    result = reloaded(FakeAsterisk(module_show="0 modules loaded\n"), "chan_sip.so")
    assert (result["reloaded"], result["not_in_use"]) == ([], ["chan_sip.so"])


def test_a_failed_reload_is_a_fault_with_asterisks_words() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="The module 'x.so' reported a reload failure"
    )
    with pytest.raises(ModuleError, match="reported a reload failure"):
        reloaded(asterisk, "x.so")


def test_a_module_without_reload_asks_for_a_restart() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="The module 'x.so' does not support reloads"
    )
    with pytest.raises(ModuleError, match="restart=true"):
        reloaded(asterisk, "x.so")


def test_a_reload_under_way_is_waited_for() -> None:
    busy = "A module reload request is already in progress; please be patient\n"
    asterisk = FakeAsterisk(module_show=RUNNING % "x.so", module_reload=[busy, busy, "reloaded successfully"])
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert asterisk.slept == 2


def test_an_asterisk_that_does_not_run_is_told_in_a_sentence() -> None:
    with pytest.raises(NotRunning, match=r"does not answer on its console.*start the service"):
        FakeAsterisk(core=REFUSED).console().wait_booted(3)


def test_an_asterisk_that_is_starting_is_waited_for() -> None:
    asterisk = FakeAsterisk(core=[REFUSED, REFUSED, "Asterisk has fully booted.\n"])
    asterisk.console().wait_booted(5)
    assert asterisk.slept == 2


def test_a_missing_program_is_told_with_the_option_that_names_it() -> None:
    with pytest.raises(NotRunning, match="'binary'"):
        Console("/nonexistent/asterisk").ask("core show version")


def test_a_command_that_hangs_is_ended() -> None:
    with pytest.raises(ModuleError, match="did not end within"):
        reload.run_program(["sleep", "9"], 0.1)


def test_a_restart_waits_until_no_channel_is_up() -> None:
    asterisk = FakeAsterisk(
        core_show_channels=["2 active channels\n", "1 active channel\n", "0 active channels\n"]
    )
    assert reload.wait_idle(asterisk.console(), 60)
    assert asterisk.slept == 2 * reload.POLL_SECONDS


def test_a_restart_is_put_off_when_calls_do_not_end() -> None:
    asterisk = FakeAsterisk(core_show_channels="1 active channel\n")
    assert not reload.wait_idle(asterisk.console(), 10)
    assert asterisk.slept == 10


def test_an_asterisk_that_does_not_run_has_no_calls() -> None:
    assert reload.wait_idle(FakeAsterisk(core_show_channels=REFUSED).console(), 10)


def test_modules_conf_tells_what_is_loaded() -> None:
    conf = "[modules]\nautoload=yes\nnoload = chan_sip.so\nnoload => app_a\n"
    assert reload.is_loaded_by(conf, "res_xmpp.so")
    assert not reload.is_loaded_by(conf, "chan_sip.so")
    assert not reload.is_loaded_by(conf, "app_a.so")
    assert reload.is_loaded_by("[modules]\nload = x.so\n", "x.so")
    assert not reload.is_loaded_by("[modules]\nload = x.so\n", "y.so")
    assert not reload.is_loaded_by("", "x.so")


def test_warnings_and_errors_of_the_log_are_told_once_and_without_secrets() -> None:
    text = (
        "[Nov 22 22:03:30] WARNING[32535] a.c: twice\n"
        "[Nov 22 22:03:31] WARNING[32536] a.c: twice\n"
        "[Nov 22 22:03:32] NOTICE[1] a.c: nothing\n"
        "[Nov 22 22:03:33] ERROR[1] a.c: cannot reach ldap://cn:hunter2@host with password=hunter2\n"
    )
    lines = log.notable(text)
    assert len(lines) == 2
    assert lines[0] == "WARNING a.c: twice"
    assert "hunter2" not in lines[1]


def test_only_what_was_logged_meanwhile_counts(tmp_path: Path) -> None:
    messages = tmp_path / "messages.log"
    messages.write_text("[x] ERROR[1] old\n")
    places = log.marks(str(tmp_path))
    with messages.open("a") as file:
        file.write("[x] ERROR[1] new\n")
    assert log.since(places) == ["ERROR new"]
    messages.write_text("")
    assert log.since(places) == []
