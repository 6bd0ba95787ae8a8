# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values are equal for the modules if slapd finds them equal in a compare operation (RFC 4511, 4.10)."""

from __future__ import annotations

import itertools
from typing import Any

import ldap
import pytest
from slapd_server import SlapdServer

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.search import subschema_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

DN = "cn=values,dc=example,dc=org"
# Not among them: ß, Σ/ς and İ, and characters beyond NFKC, whose folding differs from that of slapd.
VALUES: dict[str, list[str]] = {
    "description": [
        "a b",
        "A  B",
        " a b ",
        "ab",
        "Ä",
        "ä",
        "A\u0308",
        "a\u0308",
        "ﬁ",
        "fi",
        "１",
        "1",
        "É",
        "e",
    ],
    "homeDirectory": ["/a b", "/A b", "/a  b", "/ab"],
    "uidNumber": ["7", "70", "-7", "0"],
    "telephoneNumber": ["+1 555-01", "+155501", "+1 555 01", "+1 555-02", "+1X", "+1x"],
    "x121Address": ["1 2", "12", "13"],
    "seeAlso": [
        "cn=a,dc=b",
        "CN=A, DC=B",
        "commonName=a,dc=b",
        "cn=a\\20,dc=b",
        "cn=a,dc=c",
        "cn=a+sn=b,dc=b",
    ],
    "userPassword": ["a", "A", "a "],
    "mail": ["a@b", "A@B", "a@c"],
}


@pytest.fixture
def server(slapd: SlapdServer) -> tuple[Any, Subschema]:
    handle = slapd.connect_as(slapd.rootdn, slapd.rootpw)
    suffix = {"objectClass": [b"organization", b"dcObject"], "o": [b"o"], "dc": [b"example"]}
    handle.add_s("dc=example,dc=org", list(suffix.items()))
    required = {"uid": [b"u"], "cn": [b"values"], "sn": [b"s"], "uidNumber": [b"1"], "gidNumber": [b"1"]}
    classes = {"objectClass": [b"inetOrgPerson", b"posixAccount"], "homeDirectory": [b"/"]}
    handle.add_s(DN, list({**classes, **required}.items()))
    return handle, subschema_of(Connection(handle, slapd.uri))


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
