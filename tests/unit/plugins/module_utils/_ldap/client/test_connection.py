# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection: what is missing is told with its cure, and check mode goes on without it."""

from __future__ import annotations

import sys

import pytest
import yaml

from ansible_collections.switchboard.pbx.plugins.doc_fragments.ldap import ModuleDocFragment
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client import connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    connect,
    connect_or_assume_bare,
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.errors import ServerUnavailable

PARAMS = {name: option.get("default") for name, option in connection_argument_spec().items()}


def test_the_error_for_a_missing_python_ldap_names_interpreter_and_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "IMPORT_ERROR", ImportError("No module named 'ldap'"))
    with pytest.raises(ServerUnavailable) as caught:
        connect(PARAMS)
    for word in (sys.executable, "No module named 'ldap'", "python3-ldap", "ansible_python_interpreter"):
        assert word in str(caught.value)


def test_check_mode_assumes_an_empty_directory_if_there_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IMPORT_ERROR", ImportError("none"))
    warnings: list[str] = []
    assert connect_or_assume_bare(PARAMS, True, warnings.append) is None
    assert "assumes an empty directory" in warnings[0]
    with pytest.raises(ServerUnavailable):
        connect_or_assume_bare(PARAMS, False, warnings.append)


def test_the_options_are_those_of_the_doc_fragment() -> None:
    documented = {
        name: option
        for part in (ModuleDocFragment.DOCUMENTATION, ModuleDocFragment.MODULE)
        for name, option in yaml.safe_load(part)["options"].items()
    }
    facts = ("type", "default", "choices", "aliases")
    for name, option in connection_argument_spec().items():
        described = documented.pop(name)
        assert {fact: option.get(fact) for fact in facts} == {fact: described.get(fact) for fact in facts}
    assert not documented


# The options of community.general 12, and what differs here on purpose; doc_fragments/ldap.py says why.
COMMUNITY = {
    "bind_dn": {},
    "bind_pw": {},
    "ca_path": {},
    "client_cert": {"aliases": ["certfile"]},
    "client_key": {"aliases": ["keyfile"]},
    "referrals_chasing": {"choices": {"anonymous", "disabled"}, "default": "disabled"},
    "sasl_class": {"choices": {"external", "gssapi"}, "default": "external"},
    "server_uri": {"default": "ldapi:///"},
    "start_tls": {"default": False},
    "validate_certs": {"default": True},
    "xorder_discovery": {"choices": {"enable", "auto", "disable"}, "default": "auto"},
}


@pytest.mark.parametrize("name", COMMUNITY)
def test_settings_for_the_modules_of_community_general_are_accepted(name: str) -> None:
    option = connection_argument_spec()[name]
    found = {fact: option[fact] for fact in ("aliases", "choices", "default") if fact in option}
    if "choices" in found:
        found["choices"] = set(found["choices"])
    assert found == COMMUNITY[name]
