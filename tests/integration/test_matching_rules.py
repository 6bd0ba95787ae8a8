# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values are equal for the modules if slapd finds them equal in a compare operation (RFC 4511, 4.10)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import ldap
import pytest
from slapd_server import SlapdServer, versions_present

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.search import subschema_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

DN = "cn=values,dc=example,dc=org"
VALUES: dict[str, list[str]] = {
    "description": [
        "a b",
        "A  B",
        " a b ",
        "a\tb",
        "ab",
        "Ä",
        "A\u0308",
        "ﬁ",
        "fi",
        "１",
        "1",
        "É",
        "e",
        "\u00a0",
        " ",
        "-",
    ],
    "sn": [
        "Strauß",
        "Strauss",
        "STRAUSS",
        "STRAUẞ",
        "Σ",
        "σ",
        "ς",
        "İ",
        "i",
        "ı",
        "I",
        "ℌ",
        "H",
        "h",
        "K",
        "k",
    ],
    "homeDirectory": ["/a b", "/A b", "/a  b", "/ab", "/a\tb", " /ab"],
    "uidNumber": ["7", "70", "-7", "0"],
    "telephoneNumber": ["+1 555-01", "+155501", "+1 555 01", "+1 555-02", "+1X", "+1x", "-", "- -"],
    "x121Address": ["1 2", "12", "13", " 12 "],
    "postalAddress": ["a $b", "A$ b", "a$b", "a b", "a$$b", "a$ $b", "a\\24b", "ä$b", "A\u0308$B"],
    "seeAlso": [
        "cn=a,dc=b",
        "CN=A, DC=B",
        "commonName=a,dc=b",
        "2.5.4.3=a,dc=b",
        "cn=a\\20,dc=b",
        "cn=a,dc=c",
        "cn=a+sn=b,dc=b",
        "sn=b + cn=A,dc=b",
        'cn="a",dc=b',
        "cn=a;dc=b",
        "cn=a,\n dc=b",
        'cn="Roe, Jane",dc=b',
        "cn=Roe\\, Jane,dc=b",
        'cn="Roe\\2C Jane" , dc=b',
        "cn=roe\\2c  jane;dc=b",
        'cn="a;b+c#",dc=b',
        "cn=a\\;b\\+c#,dc=b",
        "cn=Strauß",
        "cn=Strauss",
        "cn=STRAUß",
        "homeDirectory=A",
        "homeDirectory=a",
        "seeAlso=cn\\=A\\,dc\\=b",
        "seeAlso=CN\\=a\\, dc\\=b",
        "telephoneNumber=1-2",
        "telephoneNumber=12",
    ],
    "uniqueMember": ["cn=a,dc=b", "CN=A,dc=b#'01'B", "cn=a, dc=b#'01'B", "cn=a,dc=b#'10'B", "cn=a#b,dc=b"],
    "exampleBits": ["'01'B", "'1'B"],
    "exampleName": ["a", "A", "Ä", "ä", "A\u0308", "ﬁ", "fi"],
    "userPassword": ["a", "A", "a "],
    "mail": ["a@b", "A@B", "a@c", " a@b", "a  @b", "a @b"],
    "exampleTime": [
        "20260101003000Z",
        "202601010030Z",
        "20260101003000.0Z",
        "20260101003000,50Z",
        "20260101003000.5Z",
        "20260101013000+0100",
        "2026010101+0030",
        "20251231233000-01",
        "2026010100.5Z",
        "20260228233000-0100",
        "20260301003000Z",
    ],
    "exampleTruth": ["TRUE", "FALSE"],
    "exampleUUID": ["0a1b2c3d-0000-0000-0000-000000000000", "0A1B2C3D-0000-0000-0000-000000000000"],
}


# The rules of which no basic schema has a user attribute, with their syntaxes.
RULES = {
    "Time": ("generalizedTimeMatch", "1.3.6.1.4.1.1466.115.121.1.24"),
    "Truth": ("booleanMatch", "1.3.6.1.4.1.1466.115.121.1.7"),
    "UUID": ("UUIDMatch", "1.3.6.1.1.16.1"),
    "Bits": ("bitStringMatch", "1.3.6.1.4.1.1466.115.121.1.6"),
    "Name": ("caseExactMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
}


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Subschema]]:
    with SlapdServer(request.param) as slapd:
        config = slapd.connect_as(slapd.config_rootdn, slapd.config_rootpw)
        types = [
            f"( 1.3.6.1.4.1.32473.8.{number} NAME 'example{name}' EQUALITY {rule} SYNTAX {syntax} )".encode()
            for number, (name, (rule, syntax)) in enumerate(RULES.items())
        ]
        schema = {"objectClass": [b"olcSchemaConfig"], "cn": [b"example"], "olcAttributeTypes": types}
        config.add_s("cn=example,cn=schema,cn=config", list(schema.items()))
        handle = slapd.connect_root()
        suffix = {"objectClass": [b"organization", b"dcObject"], "o": [b"o"], "dc": [b"example"]}
        handle.add_s("dc=example,dc=org", list(suffix.items()))
        required = {"uid": [b"u"], "cn": [b"values"], "sn": [b"s"], "uidNumber": [b"1"], "gidNumber": [b"1"]}
        classes = [b"inetOrgPerson", b"posixAccount", b"extensibleObject"]
        required.update(objectClass=classes, homeDirectory=[b"/"])
        handle.add_s(DN, list(required.items()))
        yield handle, subschema_of(Connection(handle, slapd.uri))


@pytest.mark.parametrize("attribute", VALUES)
def test_values_are_equal_if_slapd_says_so(server: tuple[Any, Subschema], attribute: str) -> None:
    handle, subschema = server
    normalise = subschema.normaliser(attribute)
    for stored in VALUES[attribute]:
        handle.modify_s(DN, [(ldap.MOD_REPLACE, attribute, [stored.encode()])])
        for value in VALUES[attribute]:
            equal = handle.compare_s(DN, attribute, value.encode())
            assert (normalise(stored.encode()) == normalise(value.encode())) is equal, (stored, value)


def test_entries_have_the_same_key_if_slapd_finds_them_by_either_name(server: tuple[Any, Subschema]) -> None:
    handle, subschema = server
    names = ["cn=values", "CN=Values", "commonName= values ", "cn=va\\6cues", "cn=value", "sn=values"]
    for name, other in itertools.product(names, ["dc=example,dc=org", "DC=Example, dc=ORG"]):
        dn = f"{name},{other}"
        try:
            found = bool(handle.search_s(dn, ldap.SCOPE_BASE))
        except ldap.NO_SUCH_OBJECT:
            found = False
        assert (subschema.dn_key(dn) == subschema.dn_key(DN)) is found, dn
