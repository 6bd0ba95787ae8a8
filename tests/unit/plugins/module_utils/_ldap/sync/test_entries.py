# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ldap_entries become desired entries."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import PRESENT
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.entries import from_options
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"attributes": {}}, "number 1: the entry has no dn"),
        ("cn=a", "number 1: the entry has no dn"),
        ({"dn": "cn=a", "attribute": {}}, "unknown key 'attribute'"),
        ({"dn": "cn=a", "state": "gone"}, "state 'gone' is unknown"),
        ({"dn": "cn=a", "attributes": ["cn"]}, "attributes of 'cn=a' is not a mapping"),
        ({"dn": "cn=a", "attributes": {"cn": None}}, "attributes.cn of 'cn=a' is empty"),
        ({"dn": "cn=a", "add": {"cn": {"x": 1}}}, "add.cn of 'cn=a' is dict"),
    ],
)
def test_an_invalid_entry_is_refused_with_its_position(entry: Any, message: str) -> None:
    with pytest.raises(ModuleError) as caught:
        list(from_options([entry], PRESENT))
    assert message in str(caught.value)


def test_yaml_values_become_bytes() -> None:
    (entry,) = from_options(
        [{"dn": "cn=a", "attributes": {"a": "ä", "b": 7, "c": True, "d": [], "e": ["x", 1]}}], PRESENT
    )
    expected = {"a": ["ä".encode()], "b": [b"7"], "c": [b"TRUE"], "d": [], "e": [b"x", b"1"]}
    assert entry.attributes == expected
