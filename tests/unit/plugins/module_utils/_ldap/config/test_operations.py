# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Desired attributes are compared with an entry, and one operation contains all differences."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_DELETE,
    MOD_REPLACE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import (
    ConfigEntry,
    DesiredAttribute,
    add_operation,
    check_attributes,
    modify_operation,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.values import Indexes
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import MASK, ModuleError

INDEXES = strategies.dictionaries(
    strategies.sampled_from(["uid", "cn", "sn", "mail", "AstExtension"]),
    strategies.sets(strategies.sampled_from(["eq", "sub", "pres", "approx"]), min_size=1),
    min_size=1,
)

DN = "olcDatabase={1}mdb,cn=config"


def test_a_changed_secret_is_redacted_in_the_diff() -> None:
    entry = ConfigEntry(DN, {"olcrootpw": ("{SSHA}a",)})
    operation = modify_operation(entry, [DesiredAttribute("olcRootPW", ("{SSHA}b",), "rootpw")], Subschema())
    assert operation and operation.changes == [(MOD_REPLACE, "olcRootPW", [b"{SSHA}b"])]
    assert operation.undo == [(MOD_REPLACE, "olcRootPW", [b"{SSHA}a"])]
    assert operation.diff()["before"] == f"olcRootPW: {MASK}\n"
    assert operation.diff()["after"] == f"olcRootPW: {MASK} (new)\n"


def test_an_added_entry_has_no_empty_attributes() -> None:
    desired = [DesiredAttribute("olcLimits", (), "limits"), DesiredAttribute("olcAccess", ("x",), "access")]
    operation = add_operation(DN, {"olcDatabase": ("mdb",)}, desired)
    assert operation.attributes == {"olcDatabase": [b"mdb"], "olcAccess": [b"x"]}


def test_an_unknown_attribute_is_refused_with_a_suggestion() -> None:
    subschema = Subschema(["( 1.1 NAME 'olcAccess' EQUALITY caseIgnoreMatch )"])
    with pytest.raises(ModuleError, match=r"where: .*'olcAcess'.* did you mean olcAccess\?"):
        check_attributes([DesiredAttribute("olcAcess", ("x",), "where")], subschema)


def written(indexes: dict[str, set[str]], group: bool) -> tuple[str, ...]:
    if not group:
        return tuple(f"{name} {','.join(sorted(types))}" for name, types in indexes.items())
    return tuple(Indexes(written(indexes, group=False), Subschema()).without(()))


@given(INDEXES, INDEXES, strategies.booleans())
def test_only_different_indexes_are_changed(
    current: dict[str, set[str]], desired: dict[str, set[str]], group: bool
) -> None:
    values_now = list(written(current, group))
    kept = [value for value in values_now if Indexes(written(desired, False), Subschema()).keeps(value)]
    entry = ConfigEntry(DN, {"olcdbindex": tuple(values_now)})
    operation = modify_operation(
        entry, [DesiredAttribute("olcDbIndex", written(desired, True), "indexes")], Subschema()
    )
    for kind, _attribute, values in operation.changes if operation else []:
        assert kind in (MOD_ADD, MOD_DELETE)
        for value in values or []:
            if kind == MOD_DELETE:
                assert value.decode() not in kept
                values_now.remove(value.decode())
            else:
                names = value.decode().split()[0].split(",")
                assert not any(name.lower() in Indexes(values_now, Subschema()).types for name in names)
                values_now.append(value.decode())
    assert Indexes(values_now, Subschema()).types == {
        name.lower(): frozenset(types) for name, types in desired.items()
    }


def test_an_index_under_another_name_of_its_attribute_is_unchanged() -> None:
    subschema = Subschema(["( 2.5.4.4 NAME ( 'sn' 'surname' ) EQUALITY caseIgnoreMatch )"])
    entry = ConfigEntry(DN, {"olcdbindex": ("surname eq",)})
    assert modify_operation(entry, [DesiredAttribute("olcDbIndex", ("sn eq",), "indexes")], subschema) is None


def test_a_consumer_is_unchanged_if_only_its_rid_is_written_differently() -> None:
    entry = ConfigEntry(DN, {"olcsyncrepl": ("{0}rid=2 provider=ldap://a",)})
    same = DesiredAttribute("olcSyncrepl", ("rid=002 provider=ldap://a",), "syncrepl")
    assert modify_operation(entry, [same], Subschema()) is None
    other = DesiredAttribute("olcSyncrepl", ("rid=020 provider=ldap://a",), "syncrepl")
    assert modify_operation(entry, [other], Subschema())
