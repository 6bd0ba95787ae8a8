# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schemas are loaded in the order of their dependencies."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import Schema, parse_schema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.schema_order import sort_schemas
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.server import Loaded, read_loaded
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

TEXTS = {
    "macros": "objectidentifier Root 1.1\n",
    "syntaxes": "ldapsyntax ( 1.9 X-SUBST '1.3' )\n",
    "types": "objectidentifier Types Root:5\nattributetype ( Types:1 NAME 'a' SYNTAX 1.9{32} )\n",
    "classes": "objectclass ( Root:2 NAME 'c' MUST A )\n",
    "rules": "ditcontentrule ( Root:2 NOT a )\n",
}


def schema(name: str, text: str) -> Schema:
    return parse_schema(text, name, f"{name}.schema")


@given(strategies.permutations(sorted(TEXTS)))
def test_each_schema_follows_those_it_depends_on(order: list[str]) -> None:
    names = [each.name for each in sort_schemas([schema(name, TEXTS[name]) for name in order], Loaded())]
    for first, second in (
        ("macros", "types"),
        ("syntaxes", "types"),
        ("types", "classes"),
        ("types", "rules"),
    ):
        assert names.index(first) < names.index(second)


def test_independent_schemas_keep_their_order() -> None:
    schemas = [
        schema(name, f"attributetype ( 1.{number} NAME '{name}' SYNTAX 1.3 )")
        for number, name in enumerate("cab")
    ]
    assert sort_schemas(schemas, Loaded()) == schemas


def test_schemas_that_need_each_other_are_refused_by_name_unless_they_are_loaded() -> None:
    one = schema("one", "attributetype ( 1.1 NAME 'a' SUP b )\n")
    two = schema("two", "attributetype ( 1.2 NAME 'b' SYNTAX 1.3 )\nattributetype ( 1.3 NAME 'c' SUP a )\n")
    with pytest.raises(
        ModuleError, match=r"two\.schema, line 2: schema two needs the attributetype 'a' of schema one"
    ):
        sort_schemas([one, two], Loaded())
    entry = {"olcAttributeTypes": [b"{0}( 1.1 NAME 'a' SUP name )", b"{1}( 1.2 NAME 'b' SYNTAX 1.3 )"]}
    loaded = read_loaded([("cn={1}x,cn=schema,cn=config", entry)])
    assert sort_schemas([one, two], loaded) == [one, two]
