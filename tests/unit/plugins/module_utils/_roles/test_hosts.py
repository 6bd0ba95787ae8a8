# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory without the groups, and a host that the roles do not support, are refused in one sentence."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._roles.hosts import (
    group_problem,
    roles_of,
    system_problem,
)

GROUPS = {"ldap_servers": ["a"], "festival_servers": ["a"], "asterisk_servers": ["a"]}


def test_all_groups_or_some_are_enough() -> None:
    assert group_problem(GROUPS) is None
    assert group_problem({"asterisk_servers": ["a"], "web": ["b"]}) is None


def test_an_inventory_without_the_groups_is_refused() -> None:
    said = group_problem({"all": ["a"], "ungrouped": ["a"]}) or ""
    assert "ldap_servers, ldap_clients, festival_servers or asterisk_servers" in said


def test_an_empty_group_counts_as_missing() -> None:
    assert group_problem(dict.fromkeys(GROUPS, ())) is not None


def test_a_misspelt_group_is_named() -> None:
    said = group_problem({**GROUPS, "asterisk_servers": [], "asterisk_server": ["a"]}) or ""
    assert "a group asterisk_server and no host in asterisk_servers" in said


def test_the_roles_follow_from_the_groups() -> None:
    assert roles_of(["ldap_servers", "web"]) == ["openldap", "directory"]
    assert roles_of(["web"]) == []


def test_a_client_of_a_directory_needs_no_directory_server() -> None:
    assert roles_of(["ldap_clients"]) == ["directory"]
    assert roles_of(["ldap_servers", "ldap_clients"]) == ["openldap", "directory"]
    assert group_problem({"ldap_clients": ["a"], "asterisk_servers": ["a"]}) is None


@pytest.mark.parametrize(
    ("family", "name", "version"),
    [
        ("Debian", "Debian", "11"),
        ("Debian", "Debian", "forky/sid"),
        ("Debian", "Ubuntu", "22.04"),
        ("Debian", "Linux Mint", "6"),
        ("RedHat", "Rocky", "9.4"),
        ("RedHat", "Fedora", "43"),
        ("RedHat", "Amazon", "2023"),
    ],
)
def test_a_supported_system_is_accepted(family: str, name: str, version: str) -> None:
    assert (
        system_problem({"os_family": family, "distribution": name, "distribution_version": version}) is None
    )


@pytest.mark.parametrize(
    ("family", "name", "version"),
    [("Debian", "Debian", "10.13"), ("Debian", "Ubuntu", "20.04"), ("RedHat", "CentOS", "7.9")],
)
def test_a_system_that_is_too_old_is_refused(family: str, name: str, version: str) -> None:
    said = system_problem({"os_family": family, "distribution": name, "distribution_version": version}) or ""
    assert f"{name} {version}, which is too old" in said
    assert "Debian 11 or later, Ubuntu 22.04 or later" in said


def test_another_family_is_refused() -> None:
    facts = {"os_family": "Alpine", "distribution": "Alpine", "distribution_version": "3.22"}
    assert system_problem(facts) == (
        "The host runs Alpine 3.22, of the family Alpine; the roles support Debian 11 or later, Ubuntu 22.04 or later, "
        "and RHEL 8 or later with its rebuilds."
    )


def test_a_host_without_facts_is_refused() -> None:
    assert "gather_facts" in (system_problem({}) or "")
