# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ldif, by what RFC 2849 says about values, and by reading its text again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.filter.ldif import ldif_filter
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import parse_text

PEOPLE = "ou=people,dc=example,dc=org"


def test_plain_values_are_written_as_they_are_and_others_in_base64() -> None:
    entry = {
        "dn": PEOPLE,
        "attributes": {
            "objectClass": ["organizationalUnit", "uidObject"],
            "ou": "people",
            "description": ["Zürich", " leading space", ":colon", "<angle"],
            "st": True,
            "postalCode": 8000,
            "seeAlso": [],
        },
    }
    assert ldif_filter([entry]) == (
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nobjectClass: uidObject\nou: people\n"
        "description:: WsO8cmljaA==\ndescription:: IGxlYWRpbmcgc3BhY2U=\ndescription:: OmNvbG9u\n"
        "description:: PGFuZ2xl\nst: TRUE\npostalCode: 8000\n"
    )


def test_a_long_line_is_folded_and_begins_with_a_space() -> None:
    text = ldif_filter([{"dn": PEOPLE, "attributes": {"description": "x" * 200}}])
    folded = text.splitlines()[1:]
    assert len(folded) == 3 and all(len(line) <= 76 for line in folded)
    assert folded[1].startswith(" x") and folded[2].startswith(" x")


def test_the_result_of_a_search_is_written_too() -> None:
    found = {"dn": PEOPLE, "objectClass": ["organizationalUnit"], "ou": "people"}
    assert ldif_filter([found]) == f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n"


@given(strategies.lists(strategies.text(strategies.characters(exclude_categories=["Cs"])), min_size=1))
def test_every_value_is_read_again_as_it_was(values: list[str]) -> None:
    (record,) = parse_text(ldif_filter([{"dn": PEOPLE, "attributes": {"description": values}}]))
    assert record.dn == PEOPLE
    assert record.attributes["description"] == [value.encode() for value in values]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"dn": PEOPLE, "ou": "people"}, "not a list; write a single entry as"),
        (["dn: x"], "entries, number 1: the entry has no dn"),
        ([{"attributes": {"ou": "people"}}], "entries, number 1: the entry has no dn"),
        ([{"dn": PEOPLE, "attributes": {}}], "has no attributes"),
        ([{"dn": PEOPLE, "attributes": {"ou": "people"}, "state": "absent"}], "is a change"),
        ([{"dn": PEOPLE, "attributes": {"ou": "people"}, "add": {"cn": "x"}}], "is a change"),
        ([{"dn": PEOPLE, "ou": {"a": "b"}}], "attributes.ou of"),
    ],
)
def test_what_is_not_an_entry_is_refused(entries: Any, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        ldif_filter(entries)
