# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a server is read from cn=config."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import entry_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.state import State, module_name
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema


@pytest.mark.parametrize(
    "value", ["back_mdb", "{3}back_mdb.la", "/usr/lib/ldap/back_mdb.so", "back_mdb.la arg"]
)
def test_a_module_has_the_same_name_in_every_spelling(value: str) -> None:
    assert module_name(value) == "back_mdb"


def test_databases_and_modules_are_found_below_cn_config() -> None:
    rows = {
        "cn=config": {},
        "cn=module{0},cn=config": {"olcModuleLoad": [b"{0}back_mdb.la"]},
        "olcDatabase={1}mdb,cn=config": {"olcDatabase": [b"{1}mdb"]},
        "olcOverlay={0}unique,olcDatabase={1}mdb,cn=config": {"olcOverlay": [b"{0}unique"]},
    }
    state = State(tuple(entry_of(dn, values, Subschema()) for dn, values in rows.items()))
    assert [each.dn for each in state.databases()] == ["olcDatabase={1}mdb,cn=config"]
    assert state.modules() == {"back_mdb"}
    assert len(state.below("olcdatabase={1}MDB,cn=config")) == 1
