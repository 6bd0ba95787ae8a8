# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection: what is missing is told with its cure, and check mode goes on without it."""

from __future__ import annotations

import sys

import ldap
import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client import connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    ServerError,
    ServerUnavailable,
    connect,
    connect_or_assume_bare,
    connection_argument_spec,
    result_code,
    server_words,
)

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


def test_the_message_of_the_server_is_kept_with_its_code() -> None:
    error = ldap.UNDEFINED_TYPE({"result": 17, "desc": "Undefined attribute type", "info": "foo: undefined"})
    assert server_words(error) == "Undefined attribute type (17): foo: undefined"
    assert result_code(error) == 17
    assert (
        server_words(ldap.SERVER_DOWN({"desc": "Can't contact LDAP server"})) == "Can't contact LDAP server"
    )
    fault = connection.Connection(None, "ldapi:///").to_error(error, "add the entry 'cn=x'")
    assert isinstance(fault, ServerError)
    assert str(fault).startswith(
        "The LDAP server refused to add the entry 'cn=x': Undefined attribute type (17)"
    )


def test_the_options_are_those_of_the_doc_fragment() -> None:
    import yaml

    from ansible_collections.switchboard.pbx.plugins.doc_fragments.ldap import ModuleDocFragment

    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(documented) == set(connection_argument_spec())


def test_an_error_of_an_old_python_ldap_gets_its_code_by_name() -> None:
    class NO_SUCH_OBJECT(Exception):
        """As python-ldap 3.2 raises it: without a number."""

    assert result_code(NO_SUCH_OBJECT({"desc": "No such object"})) == 32
