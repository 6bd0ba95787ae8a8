# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A variable that no role knows is refused with the nearest name, unless it belongs to somebody else."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._roles.names import unknown_names

KNOWN = ("asterisk_realm", "openldap_suffix")


def unknown(name: str, value: t.Any = "x", others: t.Sequence[str] = ()) -> list[str]:
    return list(unknown_names({name: value}, KNOWN, others))


def test_a_misspelt_variable_is_refused_with_the_nearest_name() -> None:
    assert unknown("asterisk_realmm") == [
        "asterisk_realmm is set, but the role asterisk has no such variable (did you mean asterisk_realm?); "
        "correct the name, or list it in switchboard_other_variables if it is meant for something else."
    ]


def test_without_a_near_name_none_is_suggested() -> None:
    assert "did you mean" not in unknown("festival_queue")[0]


@pytest.mark.parametrize(
    "name", ["asterisk_realm", "ansible_user", "verify_phones", "asterisk", "packages_x", "__asterisk_x"]
)
def test_known_and_foreign_names_are_accepted(name: str) -> None:
    assert unknown(name) == []


@pytest.mark.parametrize("result", [{"changed": False, "failed": False}, {"changed": False, "skipped": True}])
def test_the_result_of_a_task_is_accepted(result: dict[str, bool]) -> None:
    assert unknown("asterisk_probe", result) == []


def test_names_of_other_roles_are_accepted_once_listed() -> None:
    assert unknown("asterisk_exporter_port", others=["asterisk_exporter_*"]) == []
    assert unknown("directory_mode", others=["directory_mode"]) == []
