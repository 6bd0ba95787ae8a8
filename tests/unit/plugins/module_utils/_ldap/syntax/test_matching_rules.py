# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules fold what they should; tests/integration/test_matching_rules.py compares them with slapd."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.matching_rules import (
    normaliser_for,
)


@pytest.mark.parametrize(
    ("rule", "left", "right", "equal"),
    [
        ("caseignore", b" Ann  Lee ", b"ann lee", True),
        ("caseexact", b"Ann", b"ann", False),
        ("integer", b"007", b"7", True),
        ("numericstring", b"1 2", b"12", True),
        ("telephonenumber", b"+1 555-1", b"+15551", True),
        ("boolean", b"true", b"TRUE", True),
        ("generalizedtime", b"2026010100Z", b"20260101000000.0Z", True),
        ("octetstring", b"A", b"a", False),
        ("", b"A", b"a", False),
    ],
)
def test_equal_values_have_the_same_key(rule: str, left: bytes, right: bytes, equal: bool) -> None:
    normalise = normaliser_for(rule)
    assert (normalise(left) == normalise(right)) is equal
