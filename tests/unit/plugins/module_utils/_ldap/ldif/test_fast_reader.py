# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A row can be read like the dictionary that it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.fast_reader import (
    Header,
    Row,
    row_of,
)

ATTRIBUTES = strategies.dictionaries(
    strategies.sampled_from(["cn", "sn", "mail"]),
    strategies.lists(strategies.binary(max_size=2), min_size=1, max_size=3),
)


@given(ATTRIBUTES)
def test_a_row_is_equal_to_its_dictionary(attributes: dict[str, list[bytes]]) -> None:
    row = row_of(attributes)
    assert row == attributes
    assert dict(row) == attributes
    assert tuple(row) == tuple(attributes)
    assert list(row.items()) == list(attributes.items())
    assert list(row.values()) == list(attributes.values())
    assert len(row) == len(attributes)
    assert all(name in row for name in attributes)
    assert "other" not in row
    assert row.get("other") is None


def test_values_of_one_attribute_may_stand_apart() -> None:
    row = Row(Header(["cn", "sn", "cn"]), (b"a", b"s", b"b"))
    assert row == {"cn": [b"a", b"b"], "sn": [b"s"]}


def test_what_is_read_of_a_row_can_be_changed_without_it() -> None:
    row = row_of({"cn": [b"a"]})
    row["cn"].append(b"b")
    assert row["cn"] == [b"a"]
    with pytest.raises(KeyError):
        row["sn"]
