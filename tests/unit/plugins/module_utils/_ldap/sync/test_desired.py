# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF records and options become the state that they lead to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import parse_text
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    EXACT,
    PRESENT,
    AttributeChange,
    DesiredEntry,
    from_records,
    validate,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.entries import from_options
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import make_plan
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from ..schema_for_tests import SUBSCHEMA


def wants(text: str, state: str = PRESENT) -> list[DesiredEntry]:
    return list(from_records(parse_text(text), "x.ldif", state))


def test_content_records_have_the_state_of_the_task() -> None:
    (want,) = wants("dn: cn=a\ncn: a\n", EXACT)
    assert (want.dn, want.attributes, want.state, want.origin) == (
        "cn=a",
        {"cn": [b"a"]},
        EXACT,
        "x.ldif, line 1",
    )
    assert wants("dn: cn=a\ncn: a\n", ABSENT)[0].attributes == {}


def test_changes_of_one_entry_are_put_together_in_order() -> None:
    (want,) = wants(
        "dn: cn=a,dc=b\nchangetype: modify\nadd: mail\nmail: x\n-\n\n"
        "dn: CN=a,dc=b\nchangetype: modify\ndelete: mail\nmail: y\n-\n\n"
        "dn: cn=a,dc=b\nchangetype: modrdn\nnewrdn: cn=c\ndeleteoldrdn: 0\nnewsuperior: dc=d\n\n"
        "dn: cn=c,dc=d\nchangetype: modify\nreplace: sn\n-\n"
    )
    assert (want.dn, want.rename_from, want.delete_old_rdn, want.must_exist) == (
        "cn=c,dc=d",
        "cn=a,dc=b",
        False,
        True,
    )
    assert want.steps == (
        AttributeChange("add", "mail", [b"x"]),
        AttributeChange("delete", "mail", [b"y"]),
        AttributeChange("replace", "sn", []),
    )


def test_deleted_and_added_again_is_an_exact_entry() -> None:
    (want,) = wants("dn: cn=a\nchangetype: delete\n\ndn: cn=a\nchangetype: add\ncn: a\n")
    assert (want.state, want.attributes) == (EXACT, {"cn": [b"a"]})
    assert wants("dn: cn=a\nchangetype: delete\n")[0].state == ABSENT
    with pytest.raises(ModuleError, match="line 4: the entry 'cn=a' is changed after it was deleted"):
        wants("dn: cn=a\nchangetype: delete\n\ndn: cn=a\nchangetype: modify\n")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"attributes": {}}, "number 1: the entry has no dn"),
        ("cn=a", "number 1: the entry has no dn"),
        ({"dn": "cn=a", "attribute": {}}, "unknown key 'attribute'"),
        ({"dn": "cn=a", "state": "gone"}, "state 'gone' is unknown"),
        ({"dn": "cn=a", "attributes": ["cn"]}, "attributes of 'cn=a' is no mapping"),
        ({"dn": "cn=a", "attributes": {"cn": None}}, "attributes.cn of 'cn=a' is empty"),
        ({"dn": "cn=a", "add": {"cn": {"x": 1}}}, "add.cn of 'cn=a' is dict"),
    ],
)
def test_a_wrong_option_is_told_by_its_place(entry: Any, words: str) -> None:
    with pytest.raises(ModuleError) as caught:
        list(from_options([entry], PRESENT))
    assert words in str(caught.value)


def test_values_of_yaml_become_octets() -> None:
    (want,) = from_options(
        [{"dn": "cn=a", "attributes": {"a": "ä", "b": 7, "c": True, "d": [], "e": ["x", 1]}}], PRESENT
    )
    expected = {"a": ["ä".encode()], "b": [b"7"], "c": [b"TRUE"], "d": [], "e": [b"x", b"1"]}
    assert want.attributes == expected


def test_without_a_server_everything_is_added() -> None:
    given = validate(
        from_options([{"dn": "dc=b", "attributes": {"objectClass": "x"}}], PRESENT), type(SUBSCHEMA)()
    )
    assert [operation.dn for operation in make_plan(None, given, SUBSCHEMA).operations] == ["dc=b"]
