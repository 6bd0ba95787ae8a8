# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection: what is missing is told with its cure, and check mode goes on without it."""

from __future__ import annotations

import sys

import pytest

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
    import yaml

    from ansible_collections.switchboard.pbx.plugins.doc_fragments.ldap import ModuleDocFragment

    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(documented) == set(connection_argument_spec())
