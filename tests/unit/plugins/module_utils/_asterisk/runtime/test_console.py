# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A console command returns its output or an error that names the cure."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.console import (
    Console,
    NotRunning,
    make_runner,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RunCommand

from .fake_asterisk import NOT_CONNECTED, FakeAsterisk


def test_an_asterisk_that_is_not_running_is_an_error_with_a_cure() -> None:
    with pytest.raises(NotRunning, match=r"does not answer on its console.*start the service"):
        FakeAsterisk(core=NOT_CONNECTED).console().wait_until_booted(3)


def test_waiting_for_the_boot_ends_when_asterisk_answers() -> None:
    asterisk = FakeAsterisk(core=[NOT_CONNECTED, NOT_CONNECTED, "Asterisk has fully booted.\n"])
    asterisk.console().wait_until_booted(5)
    assert asterisk.slept == 2


def test_a_missing_program_is_an_error_that_names_the_option(run_command: RunCommand) -> None:
    with pytest.raises(NotRunning, match="'binary'"):
        Console("/nonexistent/asterisk", 1, make_runner(run_command)).run("core show version")


def test_a_command_that_takes_too_long_is_ended(run_command: RunCommand) -> None:
    with pytest.raises(ModuleError, match="did not end within"):
        make_runner(run_command)(["sleep", "9"], 0.1)


def test_a_command_that_fails_without_output_is_an_error_about_permissions() -> None:
    console = Console("asterisk", 1, lambda command, timeout: (1, ""))
    with pytest.raises(NotRunning, match="exit code 1; run the task as root"):
        console.run("core show version")
