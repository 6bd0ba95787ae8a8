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


def test_a_definition_that_cannot_be_parsed_is_kept_under_its_oid_and_names() -> None:
    text = "( 1.2 NEW-FIELD x NAME ( 'a' 'b' ) )"
    unknown = b"( Nowhere:1 NAME 'c' SUP name )"
    values = {
        "olcAttributeTypes": [b"{0}" + text.encode(), b"{1}" + unknown],
        "olcObjectIdentifier": [b"{0}A B:1"],
    }
    loaded = read_loaded([(f"cn={{1}}x,{BASE}", values)])
    for identity in ("1.2", "a", "b"):
        assert loaded.by_identity["attributetype", identity][0].text() == text
    assert loaded.by_identity["attributetype", "c"][0].text() == unknown.decode()
    assert loaded.macros == {}


def test_a_foreign_entry_is_refused_with_its_dn() -> None:
    with pytest.raises(ModuleError, match=f"ou=a,{BASE}"):
        read_loaded([(f"ou=a,{BASE}", {})])
