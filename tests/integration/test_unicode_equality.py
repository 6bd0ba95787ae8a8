# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every character is equal for the modules to exactly those to which slapd finds it equal."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import ldap
import pytest
from slapd_server import SlapdServer

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.matching_rules import (
    normaliser_for,
)

# Each stands for one rule: caseIgnoreMatch and caseExactMatch.
ATTRIBUTES = {"description": "caseignore", "labeledURI": "caseexact"}
VALUES_PER_ENTRY = 200
PENDING = 200


def forms(character: str) -> set[str]:
    """A character, and all that Python's newer tables make of it."""
    normalized = {unicodedata.normalize(form, character) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    upper, lower = character.upper(), character.lower()
    return {character, *normalized, upper, upper[0], lower, lower[0], character.casefold()}


def strings() -> Iterator[str]:
    """Every assigned character and every one of the basic plane in its forms, and thousands of sequences."""
    characters = [
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000
        and (code < 0x10000 or unicodedata.category(chr(code)) not in ("Cn", "Co"))
    ]
    for character in characters:
        yield from forms(character)
    combining = [each for each in characters if unicodedata.category(each) in ("Mn", "Mc")]
    combining += [chr(code) for code in range(0x1100, 0x1200)]
    composed = [each for each in characters if unicodedata.decomposition(each)] + list("aeoAEO가각")
    chosen = random.Random(1)
    for _number in range(30000):
        parts = [chosen.choice(chosen.choice((combining, composed))) for _part in range(chosen.randint(2, 4))]
        yield "".join(parts)


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_all_of_unicode_is_divided_into_the_same_classes_of_equal_values(
    slapd: SlapdServer, attribute: str
) -> None:
    handle = slapd.connect_root()
    suffix = {"objectClass": [b"organization", b"dcObject"], "o": [b"o"], "dc": [b"example"]}
    handle.add_s(slapd.suffix, list(suffix.items()))
    normalise = normaliser_for(ATTRIBUTES[attribute])
    first: dict[bytes, bytes] = {}
    others: list[tuple[bytes, bytes]] = []
    for value in dict.fromkeys(f"x{string}y".encode() for string in strings()):
        key = normalise(value)
        if first.setdefault(key, value) != value:
            others.append((value, key))
    assert len(first) > 100_000 and len(others) > 10_000

    # slapd refuses an entry if two of its values are equal, so values with different keys are different for slapd.
    add(handle, slapd, "all", attribute, list(first.values()))
    with pytest.raises(ldap.TYPE_OR_VALUE_EXISTS):
        add(handle, slapd, "twice", attribute, [*first.values(), others[0][0]])

    # Each further value is equal to the first one with its key.
    shared = list(dict.fromkeys(key for _value, key in others))
    entry_of: dict[bytes, str] = {}
    for at in range(0, len(shared), VALUES_PER_ENTRY):
        keys = shared[at : at + VALUES_PER_ENTRY]
        entry_of.update(
            dict.fromkeys(keys, add(handle, slapd, f"u{at}", attribute, [first[key] for key in keys]))
        )
    unequal = []
    for at in range(0, len(others), PENDING):
        batch = others[at : at + PENDING]
        sent = [handle.compare_ext(entry_of[key], attribute, value) for value, key in batch]
        for message, (value, key) in zip(sent, batch):
            try:
                handle.result3(message)
            except ldap.COMPARE_TRUE:
                continue
            except ldap.COMPARE_FALSE:
                unequal.append((value.decode(), first[key].decode()))
    assert unequal == []


def add(handle: Any, slapd: SlapdServer, uid: str, attribute: str, values: list[bytes]) -> str:
    dn = f"uid={uid},{slapd.suffix}"
    named = {"objectClass": [b"account", b"labeledURIObject"], "uid": [uid.encode()], attribute: values}
    handle.add_s(dn, list(named.items()))
    return dn
