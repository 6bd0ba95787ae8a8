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
        ("caseignore", "STRAẞE".encode(), "straße".encode(), False),
        ("caseignore", "Strauß".encode(), b"Strauss", False),
        ("caseignore", "ΟΔΟΣ".encode(), "οδοσ".encode(), True),
        ("caseignore", "οδος".encode(), "οδοσ".encode(), False),
        ("caseignore", "İ".encode(), b"i", True),
        ("caseignore", "Ⅳ".encode(), b"iv", False),
        ("caseexact", "A\u0308".encode(), "Ä".encode(), True),
        ("caseignore", "\uf900".encode(), "\u8c48".encode(), False),
        ("caseignorelist", b"a $ b", b"A$B", True),
        ("caseignorelist", b"a b$c", b"a$b c", False),
        ("generalizedtime", b"202601010030+0100", b"20251231233000Z", True),
        ("generalizedtime", b"20260101000000,50Z", b"20260101000000.5Z", True),
        ("generalizedtime", b"20261301000000Z", b"20261301000000.0Z", False),
        ("caseignoreia5", b"A  b ", b"a b", True),
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
