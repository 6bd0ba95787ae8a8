# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules are reloaded one by one, a restart waits until there are no calls, and failures are errors."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import reload
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.console import (
    Console,
    TimedOut,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from .fake_asterisk import NOT_CONNECTED, RUNNING, FakeAsterisk


def empty_result() -> reload.ReloadResult:
    return reload.ReloadResult(
        changed=True, reloaded=[], not_in_use=[], restarted=False, restart_pending=False, log=[]
    )


def reloaded(asterisk: FakeAsterisk, name: str) -> reload.ReloadResult:
    result = empty_result()
    reload.reload_module(asterisk.console(), name, result, "/nonexistent")
    return result


def test_a_running_module_is_reloaded_and_checked_again() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="Module 'x.so' reloaded successfully.\n"
    )
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert asterisk.commands == ["module show like x.so", "module reload x.so", "module show like x.so"]


def test_a_module_that_had_declined_is_loaded() -> None:
    declined = RUNNING.replace("Running", "Not Running") % "x.so"
    asterisk = FakeAsterisk(module_show=[declined, RUNNING % "x.so"], module_load="Loaded x.so\n")
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert "module load x.so" in asterisk.commands


def test_a_module_that_is_not_running_after_its_reload_is_an_error() -> None:
    declined = RUNNING.replace("Running", "Not Running") % "x.so"
    asterisk = FakeAsterisk(module_show=[RUNNING % "x.so", declined], module_reload="reloaded successfully")
    with pytest.raises(ModuleError, match=r"x\.so is not running after its reload"):
        reloaded(asterisk, "x.so")


def test_a_module_that_is_not_installed_is_skipped() -> None:
    result = reloaded(FakeAsterisk(module_show="0 modules loaded\n"), "chan_sip.so")
    assert (result["reloaded"], result["not_in_use"]) == ([], ["chan_sip.so"])


def test_a_failed_reload_is_an_error_with_the_output_of_asterisk() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="The module 'x.so' reported a reload failure"
    )
    with pytest.raises(ModuleError, match="reported a reload failure"):
        reloaded(asterisk, "x.so")


def test_a_module_without_reload_support_is_an_error_that_suggests_a_restart() -> None:
    asterisk = FakeAsterisk(
        module_show=RUNNING % "x.so", module_reload="The module 'x.so' does not support reloads"
    )
    with pytest.raises(ModuleError, match="restart=true"):
        reloaded(asterisk, "x.so")


def test_a_reload_is_repeated_while_another_one_is_in_progress() -> None:
    busy = "A module reload request is already in progress; please be patient\n"
    asterisk = FakeAsterisk(module_show=RUNNING % "x.so", module_reload=[busy, busy, "reloaded successfully"])
    assert reloaded(asterisk, "x.so")["reloaded"] == ["x.so"]
    assert asterisk.slept == 2


def test_waiting_ends_when_there_are_no_channels() -> None:
    asterisk = FakeAsterisk(
        core_show_channels=["2 active channels\n", "1 active channel\n", "0 active channels\n"]
    )
    assert reload.wait_idle(asterisk.console(), 60)
    assert asterisk.slept == 2 * reload.POLL_SECONDS


def test_waiting_gives_up_when_channels_remain() -> None:
    asterisk = FakeAsterisk(core_show_channels="1 active channel\n")
    assert not reload.wait_idle(asterisk.console(), 10)
    assert asterisk.slept == 10


def test_an_asterisk_that_is_not_running_is_idle() -> None:
    assert reload.wait_idle(FakeAsterisk(core_show_channels=NOT_CONNECTED).console(), 10)


def test_modules_conf_decides_what_is_loaded() -> None:
    conf = "[modules]\nautoload=yes\nnoload = chan_sip.so\nnoload => app_a\n"
    assert reload.loads_at_start(conf, "res_xmpp.so")
    assert not reload.loads_at_start(conf, "chan_sip.so")
    assert not reload.loads_at_start(conf, "app_a.so")
    assert reload.loads_at_start("[modules]\nload = x.so\n", "x.so")
    assert not reload.loads_at_start("[modules]\nload = x.so\n", "y.so")
    assert not reload.loads_at_start("", "x.so")
    assert reload.loads_at_start("[modules]\nautoload=no\nautoload=True\n", "x.so")
    assert not reload.loads_at_start("[modules]\nautoload=yes\nautoload=no\n", "x.so")


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "SYSTEMD", str(tmp_path))


@pytest.mark.usefixtures("systemd")
def test_asterisk_refuses_new_calls_from_the_last_look_until_it_has_stopped() -> None:
    asterisk = FakeAsterisk(core_show_channels="0 active channels\n")
    assert reload.stop_when_idle(asterisk.console(), 60)
    assert asterisk.commands == ["core show channels count", "core stop gracefully"]


@pytest.mark.usefixtures("systemd")
def test_a_call_that_came_after_the_last_look_goes_on_and_asterisk_takes_calls_again() -> None:
    class Busy(FakeAsterisk):
        def __call__(self, command: t.Sequence[str], timeout: float) -> tuple[int, str]:
            if command[-1] == "core stop gracefully":
                raise TimedOut("a call goes on")
            return super().__call__(command, timeout)

    asterisk = Busy(core_show_channels="0 active channels\n")
    assert not reload.stop_when_idle(asterisk.console(), 60)
    assert asterisk.commands[-1] == "core abort shutdown"


def test_what_a_service_wrote_to_the_journal_is_read_after_the_cursor() -> None:
    calls: list[list[str]] = []

    def run(command: t.Sequence[str], timeout: float) -> tuple[int, str]:
        calls.append(list(command))
        return 0, "-- cursor: s=1;i=2\n" if "--show-cursor" in command else "ERROR[1] new\n"

    console = Console("asterisk", 1, run)
    assert reload.journal_after(console, "s=1;i=2", "asterisk") == "ERROR[1] new\n"
    assert "--after-cursor=s=1;i=2" in calls[0]
    assert reload.journal_after(console, "", "asterisk") == ""
