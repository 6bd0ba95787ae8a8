# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_DELETE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import (
    ConfigEntry,
    DesiredAttribute,
    modify_operation,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.syncrepl import (
    KEYWORDS,
    syncrepl_values,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.values import (
    Indexes,
    in_order,
    index_values,
    masked_value,
    pairs,
    quoted,
    squeezed,
    texts,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import MASK, ModuleError

INDEXES = strategies.dictionaries(
    strategies.sampled_from(["uid", "cn", "sn", "mail", "AstExtension"]),
    strategies.sets(strategies.sampled_from(["eq", "sub", "pres", "approx"]), min_size=1),
    min_size=1,
)


@pytest.mark.parametrize(
    ("given_value", "values"),
    [
        (None, ()),
        (True, ("TRUE",)),
        (7, ("7",)),
        ("{0}to * by * read", ("to * by * read",)),
        ("{SSHA}abc", ("{SSHA}abc",)),
        (["a", 1, False], ("a", "1", "FALSE")),
    ],
)
def test_what_yaml_gives_becomes_values(given_value: Any, values: tuple[str, ...]) -> None:
    assert texts(given_value) == values


def test_values_of_the_server_come_in_the_order_of_their_numbers() -> None:
    assert in_order(["{10}k", "{2}b", "{0}a"]) == ["a", "b", "k"]


def test_spaces_count_only_within_quotes() -> None:
    assert squeezed(' to  dn="a  b"\tby * \n read ') == 'to dn="a  b" by * read'


@given(
    strategies.dictionaries(
        strategies.sampled_from(list(KEYWORDS.values())),
        strategies.text(strategies.characters(blacklist_categories=["C"])),
    )
)
def test_keyword_lists_are_read_as_they_were_written(keywords: dict[str, str]) -> None:
    text = " ".join(f"{key}={quoted(value)}" for key, value in keywords.items())
    assert pairs(text) == keywords


@pytest.mark.parametrize(
    ("attribute", "value", "shown"),
    [
        ("olcRootPW", "{SSHA}x", MASK),
        ("OLCROOTPW", "x", MASK),
        ("olcSyncrepl", 'rid=1 credentials="a b\\" c" retry=1', f"rid=1 credentials={MASK} retry=1"),
        ("olcDbIDAssertBind", "bindmethod=simple credentials=x", f"bindmethod=simple credentials={MASK}"),
        ("olcAccess", "to * by * read", "to * by * read"),
    ],
)
def test_secrets_are_masked_for_the_diff(attribute: str, value: str, shown: str) -> None:
    assert masked_value(attribute, value) == shown


def test_a_consumer_is_written_with_the_suffix_as_its_search_base() -> None:
    option = {
        **dict.fromkeys(KEYWORDS),
        "rid": 7,
        "provider": "ldap://a",
        "schema_checking": True,
        "attributes": ["*", "+"],
    }
    assert syncrepl_values([option], "dc=x", "where") == (
        "rid=007 provider=ldap://a searchbase=dc=x attrs=*,+ schemachecking=on",
    )
    with pytest.raises(ModuleError, match="where: rid 7 is given twice"):
        syncrepl_values([option, option], "dc=x", "where")
    with pytest.raises(ModuleError, match="out of range"):
        syncrepl_values([{**option, "rid": 1000}], "dc=x", "where")


def test_an_attribute_is_indexed_in_one_place_only() -> None:
    options = [{"attributes": ["cn"], "types": ["eq"]}, {"attributes": ["CN"], "types": ["sub"]}]
    with pytest.raises(ModuleError, match="indexes: 'CN' is given twice"):
        index_values(options, "indexes")
    with pytest.raises(ModuleError, match="'cn,sn' is no attribute"):
        index_values([{"attributes": ["cn,sn"], "types": ["eq"]}], "indexes")


def written(indexes: dict[str, set[str]], group: bool) -> tuple[str, ...]:
    if not group:
        return tuple(f"{name} {','.join(sorted(types))}" for name, types in indexes.items())
    return tuple(Indexes(written(indexes, group=False)).without(()))


@given(INDEXES, INDEXES, strategies.booleans())
def test_changing_indexes_gives_what_is_wanted_and_touches_nothing_else(
    have: dict[str, set[str]], want: dict[str, set[str]], group: bool
) -> None:
    now = list(written(have, group))
    kept = [value for value in now if Indexes(written(want, False)).keeps(value)]
    entry = ConfigEntry("olcDatabase={1}mdb,cn=config", {"olcdbindex": tuple(now)})
    step = modify_operation(
        entry, [DesiredAttribute("olcDbIndex", written(want, True), "indexes")], Subschema()
    )
    for operation, _attribute, values in step.changes if step else []:
        assert operation in (MOD_ADD, MOD_DELETE)
        for value in values or []:
            if operation == MOD_DELETE:
                assert value.decode() not in kept
                now.remove(value.decode())
            else:
                names = value.decode().split()[0].split(",")
                assert not any(name.lower() in Indexes(now).types for name in names)
                now.append(value.decode())
    assert Indexes(now).types == {name.lower(): frozenset(types) for name, types in want.items()}
