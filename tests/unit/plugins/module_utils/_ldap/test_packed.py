# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A packed entry says that it holds what it holds, nothing else, and gives it back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.packed import Packed, Shares
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.rows import row_of

Attributes = dict[str, list[bytes]]

NAMES = ["objectClass", "cn", "sn", "mail", "description"]
VALUES = st.lists(st.sampled_from([b"", b"a", b"A", b"a\nb", b"\0\xff", b"None"]), min_size=1, max_size=3)
ENTRIES = st.dictionaries(st.sampled_from(NAMES), VALUES)
COUNTS = st.integers(1, 3)


def packed(names: list[str], count: int, stored: Attributes) -> Packed:
    """An entry as that many processes pack it, each of which is given its own attributes by the server."""
    shares = Shares(names, count)
    parts = [
        shares.pack(number, {name: stored[name] for name in shares.names[number] if name in stored})
        for number in range(count)
    ]
    return Packed(shares, tuple(parts))


@given(ENTRIES, ENTRIES, COUNTS)
def test_it_holds_just_what_is_equal_value_by_value(
    stored: Attributes, wanted: Attributes, count: int
) -> None:
    entry = packed(NAMES, count, stored)
    assert entry.holds(wanted) == (wanted == stored)
    assert entry.holds(row_of(wanted)) == (wanted == stored)


@given(ENTRIES, COUNTS)
def test_it_gives_back_what_was_found(stored: Attributes, count: int) -> None:
    entry = packed(NAMES, count, stored)
    assert entry.unpacked() == stored
    assert entry.holds(stored)
    assert entry.holds(row_of(stored))


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("found", [{"SN": [b"x"]}, {"sn;lang-de": [b"x"]}, {"sn": [b"x"], "name": [b"y"]}])
def test_an_entry_with_other_names_than_were_asked_for_is_left_to_the_matching_rules(
    found: Attributes, count: int
) -> None:
    shares = Shares(["cn", "mail", "sn"], count)
    parts: list[bytes | Attributes] = [shares.pack(number, {}) for number in range(count)]
    parts[-1] = shares.pack(count - 1, found)
    entry = Packed(shares, tuple(parts))
    assert not entry.holds({"sn": [b"x"]})
    assert not entry.holds(row_of({"sn": [b"x"]}))
    assert entry.unpacked() == found


def test_an_attribute_that_nobody_read_is_not_held() -> None:
    entry = packed(["cn", "sn"], 2, {"cn": [b"a"]})
    assert not entry.holds({"cn": [b"a"], "mail": [b"m"]})
    assert not entry.holds(row_of({"cn": [b"a"], "mail": [b"m"]}))
    assert entry.holds({"cn": [b"a"], "sn": []}), "wanted to have no value, and has none"
