# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matching rules of a server: published ones, hidden ones, and the syntaxes that they apply to."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.rule_syntaxes import read_rules
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import parse_definition

STRING, PRINTABLE = "1.3.6.1.4.1.1466.115.121.1.15", "1.3.6.1.4.1.1466.115.121.1.44"
PUBLISHED = (
    f"( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX {STRING} )".encode(),
    f"( 2.5.13.3 NAME 'caseIgnoreOrderingMatch' SYNTAX {STRING} )".encode(),
    b"( broken",
)


def test_a_rule_is_found_by_name_and_oid_with_its_field_and_syntaxes() -> None:
    rules = read_rules(PUBLISHED, [])
    assert rules["caseignorematch"] is rules["2.5.13.2"]
    assert rules["caseignorematch"].syntaxes >= {STRING, PRINTABLE}
    assert (rules["caseignorematch"].field, rules["caseignoreorderingmatch"].field) == (
        "EQUALITY",
        "ORDERING",
    )


def test_a_rule_that_a_loaded_type_uses_exists_even_if_it_is_not_published() -> None:
    used = parse_definition("attributetype", "( 1.1 NAME 'a' EQUALITY hiddenMatch SYNTAX 1.9 )")
    assert read_rules(PUBLISHED, [used])["hiddenmatch"].syntaxes == {"1.9"}


def test_without_published_rules_none_is_known() -> None:
    assert read_rules([], []) == {}
