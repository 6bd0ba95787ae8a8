# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requested parts of Asterisk's state are gathered with one command each."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import info
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.console import NotRunning

from .fake_asterisk import NOT_CONNECTED, RUNNING, FakeAsterisk


def test_running_modules_are_separated_from_those_that_declined_to_load() -> None:
    modules = RUNNING % "b.so" + RUNNING.replace("Running", "Not Running") % "c.so" + RUNNING % "a.so"
    asterisk = FakeAsterisk(core_show_version="Asterisk 22.10.1 built by", module_show=modules)
    assert info.gather(asterisk.console(), ["modules"]) == {
        "changed": False,
        "running": True,
        "version": "22.10.1",
        "modules": ["a.so", "b.so"],
        "modules_not_running": ["c.so"],
    }


def test_only_the_commands_of_the_requested_subset_are_run() -> None:
    asterisk = FakeAsterisk()
    result = info.gather(asterisk.console(), ["peers", "ldap"])
    assert asterisk.commands == ["core show version", "sip show peers", "realtime show ldap status"]
    assert (result["peers"], result["ldap"]) == ([], None)
    assert info.gather(asterisk.console(), info.SUBSETS).keys() >= {"endpoints", "contacts", "calls"}


def test_an_asterisk_that_is_not_running_has_no_state() -> None:
    with pytest.raises(NotRunning):
        info.gather(FakeAsterisk(core=NOT_CONNECTED).console(), [])
