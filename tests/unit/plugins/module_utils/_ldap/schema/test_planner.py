# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_DELETE,
    MOD_REPLACE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import (
    Schema,
    parse_schema,
    without_order,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.planner import (
    SchemaPlan,
    attributes_of_new,
    changes_of,
    plan_schemas,
    schema_diff,
    topological_sort,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.server import Loaded, read_loaded
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

Rows = dict[str, dict[str, list[bytes]]]
BASE = "cn=schema,cn=config"
NAME = b"( 2.5.4.41 NAME 'name' SYNTAX 1.5 )"
BUILT_IN: Rows = {
    BASE: {"olcAttributeTypes": [NAME], "olcObjectClasses": [b"( 2.5.6.0 NAME 'top' ABSTRACT )"]}
}


def schema(text: str, name: str = "example") -> Schema:
    return parse_schema(text, name, f"{name}.schema")


def one(number: int, name: str, rest: str = "SUP name") -> str:
    return f"attributetype ( 1.1.{number} NAME '{name}' {rest} )\n"


def numbered(values: list[bytes]) -> list[bytes]:
    return [
        b"{%d}%s" % (number, without_order(value.decode()).encode()) for number, value in enumerate(values)
    ]


def applied(plan: SchemaPlan, loaded: Loaded, rows: Rows) -> Rows:
    """Return the entries after slapd has applied the plan; deleted values must exist, and values are numbered."""
    rows = {dn: {name: list(values) for name, values in of_dn.items()} for dn, of_dn in rows.items()}
    for each in plan.entries:
        if each.entry is None:
            values = attributes_of_new(each)
            del values["objectClass"], values["cn"]
            order = len(rows) - 1
            rows[f"cn={{{order}}}{each.name},{BASE}"] = {name: numbered(v) for name, v in values.items()}
            continue
        entry = rows[each.dn]
        for operation, attribute, values_changed in changes_of(each, loaded):
            now = entry.setdefault(attribute, [])
            for value in values_changed or []:
                if operation == MOD_DELETE:
                    now.remove(value)
                elif operation == MOD_ADD and value.startswith(b"{"):
                    now.insert(int(value[1 : value.index(b"}")]), value)
                elif operation == MOD_ADD:
                    now.append(value)
            if operation == MOD_REPLACE:
                now[:] = values_changed or []
        for attribute in entry:
            entry[attribute] = numbered(entry[attribute])
    return rows


def load(rows: Rows, *schemas: Schema, keep_extra: bool = False) -> Rows:
    loaded = read_loaded(rows.items())
    return applied(plan_schemas(schemas, loaded, keep_extra), loaded, rows)


def is_unchanged(rows: Rows, *schemas: Schema) -> bool:
    return not plan_schemas(schemas, read_loaded(rows.items()), keep_extra=True)


def test_a_missing_schema_becomes_one_entry_in_the_order_that_slapd_requires() -> None:
    text = (
        "objectidentifier Root 1.1\n"
        "objectclass ( Root:9 NAME 'first' SUP top AUXILIARY MAY b )\n"
        "attributetype ( Root:2 NAME 'b' SUP a )\n"
        "attributetype ( Root:1 NAME 'a' SUP name )\n"
    )
    plan = plan_schemas([schema(text)], read_loaded(BUILT_IN.items()))
    (entry,) = plan.entries
    values = attributes_of_new(entry)
    assert list(values) == [
        "objectClass",
        "cn",
        "olcObjectIdentifier",
        "olcAttributeTypes",
        "olcObjectClasses",
    ]
    assert values["olcAttributeTypes"] == [b"( 1.1.1 NAME 'a' SUP name )", b"( 1.1.2 NAME 'b' SUP a )"]
    assert schema_diff(entry)["before"] == ""
    assert schema_diff(entry)["after"] == "example: 2 attribute types, 1 object class added\n"


def test_a_changed_definition_keeps_its_position() -> None:
    rows = load(BUILT_IN, schema(one(1, "a") + one(2, "b")))
    loaded = read_loaded(rows.items())
    plan = plan_schemas([schema(one(1, "a", "DESC 'new' SUP name") + one(2, "b"))], loaded)
    assert changes_of(plan.entries[0], loaded) == [
        (MOD_DELETE, "olcAttributeTypes", [b"{0}( 1.1.1 NAME 'a' SUP name )"]),
        (MOD_ADD, "olcAttributeTypes", [b"{0}( 1.1.1 NAME 'a' DESC 'new' SUP name )"]),
    ]


def test_a_value_that_is_not_utf_8_is_deleted_as_the_server_has_it() -> None:
    latin = "{0}( 1.1.1 NAME 'a' DESC 'Größe' SUP name )".encode("latin-1")
    rows = {**BUILT_IN, f"cn={{0}}example,{BASE}": {"olcAttributeTypes": [latin]}}
    loaded = read_loaded(rows.items())
    plan = plan_schemas([schema(one(1, "a"))], loaded)
    assert changes_of(plan.entries[0], loaded)[0] == (MOD_DELETE, "olcAttributeTypes", [latin])
    assert "Gr\ufffd\ufffde" in schema_diff(plan.entries[0])["before"]


def test_a_definition_that_depends_on_a_changed_one_is_checked_again() -> None:
    classes = "objectclass ( 1.2.1 NAME 'p' {} )\nobjectclass ( 1.2.2 NAME 'q' SUP p AUXILIARY )\n"
    rows = load(BUILT_IN, schema(classes.format("AUXILIARY"), "x"))
    with pytest.raises(
        ModuleError, match="objectclass q is AUXILIARY but derived from p, which is STRUCTURAL"
    ):
        load(rows, schema(classes.format("STRUCTURAL").partition("\n")[0], "x"), keep_extra=True)


def test_values_are_sorted_again_if_one_depends_on_a_later_one() -> None:
    rows = load(BUILT_IN, schema(one(1, "a")))
    loaded = read_loaded(rows.items())
    plan = plan_schemas([schema(one(1, "a", "SUP b") + one(2, "b"))], loaded)
    assert changes_of(plan.entries[0], loaded) == [
        (MOD_REPLACE, "olcAttributeTypes", [b"( 1.1.2 NAME 'b' SUP name )", b"( 1.1.1 NAME 'a' SUP b )"])
    ]


def test_a_definition_in_another_entry_is_updated_there() -> None:
    rows = load(BUILT_IN, schema(one(1, "a"), "first"))
    plan = plan_schemas(
        [schema(one(1, "a", "DESC 'x' SUP name") + one(2, "b"), "second")], read_loaded(rows.items())
    )
    assert [(each.name, len(each.added), len(each.updated)) for each in plan.entries] == [
        ("second", 1, 0),
        ("first", 0, 1),
    ]


def test_a_different_built_in_definition_causes_a_warning_only() -> None:
    plan = plan_schemas(
        [schema("attributetype ( 2.5.4.41 NAME 'name' SYNTAX 1.6 )\n")], read_loaded(BUILT_IN.items())
    )
    assert not plan and "built into this slapd" in plan.warnings[0]


def test_a_schema_can_depend_on_another_one_in_the_same_call_in_any_order() -> None:
    plan = plan_schemas(
        [schema(one(1, "a"), "x"), schema(one(2, "b", "SUP a"), "y")], read_loaded(BUILT_IN.items())
    )
    assert [each.name for each in plan.entries] == ["x", "y"]
    plan = plan_schemas(
        [schema(one(2, "b", "SUP a"), "y"), schema(one(1, "a"), "x")], read_loaded(BUILT_IN.items())
    )
    assert [each.name for each in plan.entries] == ["x", "y"]


def test_a_definition_moved_to_another_desired_schema_is_not_a_removal() -> None:
    rows = load(BUILT_IN, schema(one(1, "a") + one(2, "b"), "x"))
    assert is_unchanged(rows, schema(one(1, "a"), "x"), schema(one(2, "b"), "y"))
    with pytest.raises(ModuleError, match="cannot remove a loaded definition"):
        load(rows, schema(one(1, "a"), "x"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (one(3, "a"), r"attributetype a has the OID 1\.1\.3, but .* with the OID 1\.1\.1"),
        (one(1, "renamed"), r"1\.1\.1 lacks the name 'a'.*cannot remove a name"),
        (
            "objectidentifier Root 1.9\n" + one(1, "a"),
            "the objectidentifier Root is 1.9, but on the server it is 1.2",
        ),
        (one(2, "b", "SUP nothing"), "needs the attributetype 'nothing'"),
    ],
)
def test_changes_that_slapd_cannot_make_are_refused(text: str, message: str) -> None:
    rows = load(BUILT_IN, schema("objectidentifier Root 1.2\n" + one(1, "a")))
    with pytest.raises(ModuleError, match=message):
        load(rows, schema(text), keep_extra=True)


def test_contradictory_schemas_are_refused() -> None:
    pair = schema(one(1, "a"), "x"), schema(one(1, "a", "SUP name SINGLE-VALUE"), "y")
    with pytest.raises(
        ModuleError, match=r"y\.schema, line 1: .* by another of the desired schemas \(x\.schema, line 1\)"
    ):
        load(BUILT_IN, *pair)


def test_on_a_server_that_does_not_exist_yet_everything_is_new() -> None:
    plan = plan_schemas([schema(one(1, "a"))], Loaded(bare=True))
    assert [each.dn for each in plan.entries] == [f"cn=example,{BASE}"]


SCHEMAS = strategies.dictionaries(
    strategies.integers(1, 6),
    strategies.tuples(
        strategies.sampled_from(["name", "n1", "n2", "n3"]),
        strategies.sampled_from(["", "DESC 'x'", "SINGLE-VALUE"]),
    ),
    max_size=6,
).map(
    lambda chosen: (
        "objectidentifier Root 1.1\n"
        + "".join(
            one(number, f"n{number}", f"SUP {sup} {extra}")
            for number, (sup, extra) in chosen.items()
            if sup != f"n{number}"
        )
    )
)


@given(SCHEMAS, SCHEMAS)
def test_an_applied_plan_gives_the_desired_schema_and_a_second_run_changes_nothing(
    current: str, desired: str
) -> None:
    try:
        rows = load(BUILT_IN, schema(current))
        after = load(rows, schema(desired), keep_extra=True)
    except ModuleError:
        return
    assert is_unchanged(after, schema(desired))
    entry = next((values for dn, values in after.items() if dn != BASE), {})
    texts = [without_order(value.decode()) for value in entry.get("olcAttributeTypes", [])]
    texts_of_desired = [definition.text() for definition in schema(desired).resolve({})[1]]
    assert set(texts_of_desired) <= set(texts)


@given(strategies.permutations(["a", "b", "c", "d"]))
def test_definitions_follow_those_they_are_derived_from(order: list[str]) -> None:
    sup = {"a": "b", "b": "c", "c": "name", "d": "a"}
    text = "".join(one(number, name, f"SUP {sup[name]}") for number, name in enumerate(order))
    names = [each.label for each in topological_sort(schema(text).definitions)]
    assert names.index("c") < names.index("b") < names.index("a") < names.index("d")
