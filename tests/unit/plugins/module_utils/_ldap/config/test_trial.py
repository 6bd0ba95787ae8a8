# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change is applied to the copy of cn=config as slapd applies it, and its complaints are understood."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_DELETE,
    MOD_REPLACE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import Add, Modify
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.trial import (
    changed,
    parse_complaint,
    repeated_definition,
)

MODULES = "cn=module{0},cn=config"
MEMBER_OF = b"{0}( 1.2.840.113556.1.2.102 NAME 'memberOf' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )"
SCHEMA = ("cn={4}field,cn=schema,cn=config", {"olcAttributeTypes": [MEMBER_OF]})


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ((MOD_ADD, "olcmoduleload", [b"memberof"]), [b"{0}back_mdb", b"{1}syncprov", b"{2}memberof"]),
        ((MOD_ADD, "olcModuleLoad", [b"{0}first"]), [b"{0}back_mdb", b"{1}first", b"{2}syncprov"]),
        ((MOD_DELETE, "olcModuleLoad", [b"{0}back_mdb"]), [b"{1}syncprov"]),
        ((MOD_REPLACE, "olcModuleLoad", [b"b", b"a"]), [b"b", b"a"]),
        ((MOD_REPLACE, "olcModuleLoad", None), None),
    ],
)
def test_a_modification_keeps_values_in_their_order(
    change: tuple[int, str, list[bytes] | None], after: list[bytes] | None
) -> None:
    rows = [("cn=config", {}), (MODULES, {"olcModuleLoad": [b"{0}back_mdb", b"{1}syncprov"]})]
    now = dict(changed(rows, [Modify(MODULES.upper(), [change], {}, {})]))
    assert now[MODULES].get("olcModuleLoad") == after
    assert rows[1][1] == {"olcModuleLoad": [b"{0}back_mdb", b"{1}syncprov"]}


def test_an_overlay_follows_its_new_database() -> None:
    rows = [(f"olcDatabase={name},cn=config", {}) for name in ("{-1}frontend", "{0}config", "{1}mdb")]
    adds = [Add("olcDatabase=mdb,cn=config", {}), Add("olcOverlay=syncprov,olcDatabase=mdb,cn=config", {})]
    assert [dn for dn, _attributes in changed(rows, adds)][3:] == [
        "olcDatabase={2}mdb,cn=config",
        "olcOverlay=syncprov,olcDatabase={2}mdb,cn=config",
    ]


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            '6b070db2 cn=config: line 1: expecting <access> got "x".\n6b070db2 <access clause> ::=\n'
            'slapadd: could not add entry dn="olcDatabase={1}mdb,cn=config" (line=9): \n',
            'slapd refuses it, expecting <access> got "x"',
        ),
        (
            'olcAccess: value #0: expecting <access> got "x".\n'
            'slapadd: could not add entry dn="olcDatabase={1}mdb,cn=config" (line=9): '
            "<olcAccess> handler exited with 1\n",
            'slapd refuses it, olcAccess: expecting <access> got "x"',
        ),
        (
            'x\nslapadd: could not add entry dn="olcDatabase={1}mdb,cn=config" (line=9): bad credentials="a b"\n',
            "slapd refuses it, bad credentials=VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
        ),
        (
            "65a0f0e8.0a1b2c3d 0x7f0000000000 config error processing olcDatabase={1}mdb,cn=config: no\n",
            "slapd refuses it, no",
        ),
    ],
)
def test_the_reason_is_found_in_the_output_of_each_release(output: str, words: str) -> None:
    assert parse_complaint(output, []) == ("olcDatabase={1}mdb,cn=config", words)


def test_a_repeated_definition_is_named_with_its_schema_and_the_cure() -> None:
    output = (
        'slapadd: could not add entry dn="cn={4}field,cn=schema,cn=config" (line=677): '
        'olcAttributeTypes: Duplicate attributeType: "1.2.840.113556.1.2.102"'
    )
    complaint = parse_complaint(output, [SCHEMA])
    assert complaint == repeated_definition([SCHEMA], ["memberof"])
    assert "the schema field repeats memberOf (1.2.840.113556.1.2.102)" in complaint.words
    assert "do without the module" in complaint.words
    assert repeated_definition([SCHEMA], ["ppolicy"]) is None
