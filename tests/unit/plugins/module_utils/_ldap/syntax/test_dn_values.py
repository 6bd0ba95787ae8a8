# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that contain a DN have the same key in all spellings; tests/integration compares them with slapd."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.dn_values import dn_value_rules
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

RULES = dn_value_rules(Subschema().dn_key)


@pytest.mark.parametrize(
    ("rule", "left", "right", "equal"),
    [
        ("distinguishedname", 'cn="Roe, Jane",dc=b', r"cn=Roe\, Jane,dc=b", True),
        ("distinguishedname", 'cn="a;b" ; dc=b', r"cn=a\;b,dc=b", True),
        ("distinguishedname", r'cn="a\2Cb"', "cn=a2Cb", True),
        ("distinguishedname", "not a DN", "Not a DN", False),
        ("uniquemember", "cn=a, dc=b #'01'B", "CN=a,dc=b#'01'B", True),
        ("uniquemember", "cn=a,dc=b#'01'B", "cn=a,dc=b", False),
        ("authz", "cn=a, DC=x", "{0}dn:cn=a,dc=x", True),
        ("authz", "dn.exact:cn=a", "{1}dn:cn=A", True),
        ("authz", "dn.subtree:cn=a", "dn:cn=a", False),
        ("authz", "dn.regex:^cn=A$", "dn.regex:^cn=a$", False),
        ("authz", "group/groupOfNames/member:cn=g, dc=x", "{0}group/groupOfNames/member:cn=g,dc=x", True),
        ("authz", "u:ann", "{0}u:ann", True),
        ("authz", "u:ann", "u:Ann", False),
        ("authz", "*", "{0}dn:*", True),
        ("authz", "ldap:///dc=x??sub?(cn=a)", "{0}ldap:///dc=x??sub?(cn=a)", True),
    ],
)
def test_equal_values_have_the_same_key(rule: str, left: str, right: str, equal: bool) -> None:
    normalise = RULES[rule]
    assert (normalise(left.encode()) == normalise(right.encode())) is equal
