# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas of a server are parsed from the entries of cn=schema,cn=config."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.server import BASE, read_loaded
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def test_entries_are_sorted_by_their_prefix_and_found_by_name_in_any_case() -> None:
    loaded = read_loaded(
        [
            (f"cn={{10}}b,{BASE}", {"olcAttributeTypes": [b"{0}( Root:2 NAME 'two' )"]}),
            (f"cn={{2}}Alpha,{BASE}", {"olcObjectIdentifier": [b"{0}Root 1.1"]}),
            (BASE, {"olcAttributeTypes": [b"( 2.5.4.41 NAME 'name' )"]}),
        ]
    )
    assert [entry.name for entry in loaded.entries] == ["", "Alpha", "b"]
    entry = loaded.entry("ALPHA")
    assert entry and entry.order == 2
    definition, home = loaded.by_identity["attributetype", "two"]
    assert (definition.oid, home.name) == ("1.1.2", "b")


@pytest.mark.parametrize(
    "row",
    [
        (f"cn={{1}}a,{BASE}", {"olcAttributeTypes": [b"{0}( broken"]}),
        (f"cn={{1}}a,{BASE}", {"olcObjectIdentifier": [b"{0}A Unknown:1"]}),
        (f"ou=a,{BASE}", {}),
    ],
)
def test_an_entry_that_cannot_be_parsed_is_refused_with_its_dn(
    row: tuple[str, dict[str, list[bytes]]],
) -> None:
    with pytest.raises(ModuleError, match=row[0].replace("{", r"\{")):
        read_loaded([row])
