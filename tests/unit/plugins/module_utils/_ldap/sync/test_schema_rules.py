# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the schema does not allow is refused by name; tests/integration compares the verdicts with slapd's."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import Add, Modify
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.fast_reader import row_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import DesiredEntry
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.schema_rules import SchemaRules
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SUBSCHEMA = Subschema(
    [
        "( 2.5.4.0 NAME 'objectClass' EQUALITY objectIdentifierMatch )",
        "( 2.5.4.3 NAME ( 'cn' 'commonName' ) EQUALITY caseIgnoreMatch )",
        "( 1.1 NAME 'number' EQUALITY integerMatch SINGLE-VALUE )",
    ],
    [
        "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
        "( 1.2 NAME 'base' SUP top MUST commonName )",
        "( 1.3 NAME 'derived' SUP base MAY number )",
    ],
)
DESIRED = DesiredEntry("cn=x,dc=o", {}, "test")
GOOD = {"objectClass": [b"Derived"], "cn": [b"x"], "number": [b"-1"]}


def check(**attributes: list[bytes]) -> None:
    given = {name: values for name, values in {**GOOD, **attributes}.items() if values}
    rules = SchemaRules(SUBSCHEMA)
    for operation in (Add(DESIRED.dn, given), Add(DESIRED.dn, row_of(given))):
        rules.check(DESIRED, [operation], {})


def test_an_entry_that_the_schema_allows_passes() -> None:
    check()
    check(number=[])
    SchemaRules(Subschema()).check(DESIRED, [Add("cn=x", {"objectClass": [b"derived"]})], {})


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"cn": []}, "has no cn, which its class base requires"),
        ({"cn": [b""]}, "has an empty value of cn"),
        ({"number": [b"x"]}, "has the value 'x' of number"),
        ({"number": [b"1", b"2"]}, "has 2 values of number, which takes one"),
    ],
)
def test_an_entry_that_the_schema_forbids_is_refused(
    attributes: dict[str, list[bytes]], message: str
) -> None:
    with pytest.raises(ModuleError, match=f"test: the entry 'cn=x,dc=o' {message}"):
        check(**attributes)


def test_a_required_attribute_cannot_be_removed() -> None:
    rules = SchemaRules(SUBSCHEMA)
    with pytest.raises(ModuleError, match="would lose cn, which its class base requires"):
        rules.check(DESIRED, [Modify(DESIRED.dn, [], {}, {"cn": []})], GOOD)
    rules.check(DESIRED, [Modify(DESIRED.dn, [], {}, {"number": []})], GOOD)
