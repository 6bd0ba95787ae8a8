# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and matching rules as a server publishes them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.dn import DnError
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

from ..schema_for_tests import SUBSCHEMA


@pytest.mark.parametrize(
    ("name", "left", "right", "same"),
    [
        ("cn", b"Anna  Maria ", b"anna maria", True),
        ("cn", "ÄRMEL".encode(), "ärmel".encode(), True),
        ("cn", "A\u0308".encode(), "\u00e4".encode(), True),
        ("cn", b"anna", b"ann a", False),
        ("commonName", b"A", b"a", True),
        ("homeDirectory", b"/home/A", b"/home/a", False),
        ("uidNumber", b"007", b"7", True),
        ("telephoneNumber", b"+1 555-123", b"+1555123", True),
        ("userPassword", b"A", b"a", False),
        ("member", b"CN=A, dc=Org", b"cn=a,DC=org", True),
        ("member", b"no dn", b"No dn", False),
        ("objectClass", b"ou-alias", b"ORGANIZATIONALUNIT", True),
        ("objectClass", b"2.5.6.6", b"person", True),
        ("createTimestamp", b"2026010100Z", b"20260101000000.0Z", True),
        ("cn", b"\xff", b"\xfe", False),
        ("AstAccountFromUser", b"A", b"a", False),
        ("neverHeardOf", b"A", b"a", False),
    ],
)
def test_values_are_equal_by_the_rule_of_their_attribute(
    name: str, left: bytes, right: bytes, same: bool
) -> None:
    normalise = SUBSCHEMA.normaliser(name)
    assert (normalise(left) == normalise(right)) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("uid=A,ou=People,dc=org", "UID=a, organizationalUnitName=people,DC=ORG", True),
        ("cn=a+uid=b,dc=org", "uid=B+cn=A,dc=org", True),
        ("uid=A1,dc=org", "uid=a1,dc=org", True),
        ("uid = A1,dc=org", "uid=a1,dc=org", True),
        ("AstAccountFromUser=A1,dc=org", "AstAccountFromUser=a1,dc=org", False),
        (r"cn=a\,b,dc=org", r"cn=a\2cb,dc=org", True),
        ("homeDirectory=/A,dc=org", "homeDirectory=/a,dc=org", False),
        ("cn=a,dc=org", "cn=a,dc=com", False),
        (r"cn=a\,dc=org", "cn=a,dc=org", False),
    ],
)
def test_every_spelling_of_a_dn_has_the_same_key(left: str, right: str, same: bool) -> None:
    assert (SUBSCHEMA.dn_key(left) == SUBSCHEMA.dn_key(right)) is same


@pytest.mark.parametrize(
    "dn",
    [
        "=a,dc=org",
        "u%d=a,dc=org",
        "-=a,dc=org",
        "a,dc=org",
        "uid=a,dc",
        ",dc=org",
        " ,dc=org",
        "uid=a,",
        "uid=a, ",
        ",",
    ],
)
def test_an_invalid_dn_has_no_key(dn: str) -> None:
    with pytest.raises(DnError, match="is not a DN"):
        SUBSCHEMA.dn_key(dn)


@given(
    strategies.lists(
        strategies.sampled_from(
            ["uid", "=", ",", "a", "A1", "\\", "+", '"', " ", "#", ";", "<", "\0", "é", "\\2c"]
        )
    )
)
def test_the_key_of_a_key_is_the_key(pieces: list[str]) -> None:
    try:
        key = SUBSCHEMA.dn_key("".join(pieces))
    except DnError:
        return
    assert SUBSCHEMA.dn_key(key) == key


def test_names_aliases_and_oids_refer_to_the_same_attribute() -> None:
    assert [SUBSCHEMA.canonical(name) for name in ("CN", "commonname", "2.5.4.3")] == ["cn"] * 3
    assert SUBSCHEMA.canonical("CN;Lang-DE") == "cn;lang-de"
    assert SUBSCHEMA.canonical("unknown") == "unknown"


def test_an_empty_subschema_accepts_everything() -> None:
    empty = Subschema()
    assert not empty
    assert empty.dn_key("CN=A,dc=B") == "cn=a,dc=b"
    assert empty.suggest("cn") is None


def test_a_type_that_the_server_has_but_does_not_publish_is_known_by_all_its_names() -> None:
    asked = []

    def has_unpublished(name: str) -> bool:
        asked.append(name)
        return name in ("saslauthzto", "vendortype")

    subschema = Subschema(["( 2.5.4.3 NAME 'cn' EQUALITY caseIgnoreMatch )"], (), has_unpublished)
    assert subschema.canonical("saslAuthzTo") == "authzTo"
    normalise = subschema.normaliser("saslAuthzTo")
    assert normalise(b"{0}dn:cn=a,dc=x") == normalise(b"CN=a, dc=x")
    assert subschema.attribute("vendorType") is not None
    assert [subschema.attribute(name) for name in ("authzToo", "authzToo")] == [None, None]
    assert asked.count("authztoo") == 1
    assert subschema.suggest("authzToo") == "authzTo"


def test_operational_types_are_told_from_those_of_users() -> None:
    subschema = Subschema(
        [
            "( 1.1 NAME 'a' USAGE directoryOperation )",
            "( 1.2 NAME 'b' )",
            "( 1.3 NAME 'c' USAGE userApplications )",
        ]
    )
    kinds = [subschema.attribute(name) for name in "abc"]
    assert [kind and kind.operational for kind in kinds] == [True, False, False]
