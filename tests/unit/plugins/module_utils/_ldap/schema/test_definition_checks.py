# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What slapd refuses when it loads a definition; tests/integration/test_schema_checks.py asks slapd itself."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.definition_checks import (
    check_definitions,
    dependents,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.rule_syntaxes import read_rules
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import (
    Definition,
    parse_definition,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

KNOWN = [
    ("attributetype", "( 2.1 NAME 'name' EQUALITY caseIgnoreMatch SYNTAX 1.15 )"),
    ("attributetype", "( 2.2 NAME 'stamp' SYNTAX 1.15 USAGE directoryOperation )"),
    ("attributetype", "( 2.3 NAME 'old' SYNTAX 1.15 OBSOLETE )"),
    ("objectclass", "( 2.4 NAME 'top' ABSTRACT )"),
    ("objectclass", "( 2.5 NAME 'person' SUP top MUST name )"),
    ("objectclass", "( 2.6 NAME 'aux' AUXILIARY )"),
    ("objectclass", "( 2.7 NAME 'internal' ABSTRACT MAY stamp )"),
]
RULES = read_rules(
    [
        b"( 1 NAME 'caseIgnoreMatch' SYNTAX 1.15 )",
        b"( 2 NAME 'caseIgnoreOrderingMatch' SYNTAX 1.15 )",
        b"( 3 NAME 'caseIgnoreSubstringsMatch' SYNTAX 1.58 )",
    ],
    [],
)


def check(kind: str, *texts: str) -> None:
    changed = [parse_definition(kind, text, "here") for text in texts]
    known = [*(parse_definition(*each) for each in KNOWN), *changed]
    check_definitions(changed, {key: (each, 1) for each in known for key in each.identities()}, RULES)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("attributetype", "( 1.1 NAME 'a' SUP name ORDERING caseIgnoreOrderingMatch )"),
        ("attributetype", "( 1.1 EQUALITY 1 SUBSTR CASEIGNORESUBSTRINGSMATCH SYNTAX 1.15 )"),
        ("attributetype", "( 1.1 SUP old OBSOLETE )"),
        ("objectclass", "( 1.1 SUP ( top $ person ) )"),
        ("objectclass", "( 1.1 SUP aux AUXILIARY )"),
        ("ditcontentrule", "( 2.5 AUX aux MUST name )"),
        ("ldapsyntax", "( 1.1 X-SUBST '1.15' )"),
    ],
)
def test_what_slapd_takes_passes(kind: str, text: str) -> None:
    check(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("attributetype", "( 1.1 NAME 'a' )", "has neither SUP nor SYNTAX"),
        ("attributetype", "( 1.1 NAME 'a_b' SUP name )", "has the name 'a_b'"),
        ("attributetype", "( 1.1 NAME ( 'a' 'A' ) SUP name )", "has the name 'A' twice"),
        ("attributetype", "( 1.1 SYNTAX 1.15 USAGE x )", "has USAGE x"),
        ("attributetype", "( 1.1 SYNTAX 1.15 NO-USER-MODIFICATION )", "is NO-USER-MODIFICATION"),
        ("attributetype", "( 1.1 SYNTAX 1.15 COLLECTIVE SINGLE-VALUE )", "is COLLECTIVE and SINGLE-VALUE"),
        ("attributetype", "( 1.1 SUP stamp )", "derived from stamp, an operational attribute"),
        ("attributetype", "( 1.1 SUP old )", "derived from old, which is OBSOLETE"),
        ("attributetype", "( 1.1 NAME 'a' SUP A )", "derived from itself"),
        (
            "attributetype",
            "( 1.1 SYNTAX 1.15 EQUALITY xMatch )",
            "EQUALITY xMatch, a matching rule that this slapd",
        ),
        ("attributetype", "( 1.1 SUP name EQUALITY 2 )", "EQUALITY 2, a matching rule for ORDERING"),
        (
            "attributetype",
            "( 1.1 SYNTAX 1.26 EQUALITY caseIgnoreMatch )",
            "does not apply to the syntax 1.26",
        ),
        ("attributetype", "( 1.1 SUP name SYNTAX 1.26 SUBSTR 3 )", "does not apply to the syntax 1.26"),
        ("attributetype", "( 1.1 SYNTAX 1.15 ORDERING 2 )", "has ORDERING but no EQUALITY"),
        (
            "objectclass",
            "( 1.1 SUP person AUXILIARY )",
            "is AUXILIARY but derived from person, which is STRUCTURAL",
        ),
        ("objectclass", "( 1.1 SUP aux )", "is STRUCTURAL but derived from aux, which is AUXILIARY"),
        ("objectclass", "( 1.1 ABSTRACT AUXILIARY )", "is ABSTRACT and AUXILIARY"),
        ("objectclass", "( 1.1 MAY stamp )", "contains stamp, an operational attribute"),
        ("objectclass", "( 1.1 SUP internal )", "contains stamp, an operational attribute"),
        ("ditcontentrule", "( 2.6 )", "is for aux, which is AUXILIARY"),
        ("ditcontentrule", "( 2.5 AUX person )", "lists person in AUX, which is STRUCTURAL"),
        ("ditcontentrule", "( 2.5 MUST name NOT 2.1 )", "lists the attribute 2.1 twice"),
        ("ldapsyntax", "( 1.1 X-SUBST ( '1.15' '1.16' ) )", "gives several syntaxes"),
    ],
)
def test_what_slapd_refuses_is_refused_with_the_reason(kind: str, text: str, reason: str) -> None:
    with pytest.raises(ModuleError, match=f"^here: {kind} .*{reason}.*; .*[.]$"):
        check(kind, text)


def test_a_longer_cycle_is_found() -> None:
    with pytest.raises(ModuleError, match="a is derived from itself"):
        check("objectclass", "( 1.1 NAME 'a' SUP b )", "( 1.2 NAME 'b' SUP c )", "( 1.3 NAME 'c' SUP a )")


def test_dependents_are_found_over_several_steps() -> None:
    texts = (
        "( 1.1 NAME 'a' SUP top )",
        "( 1.2 NAME 'b' SUP a )",
        "( 1.3 NAME 'c' SUP b )",
        "( 1.4 NAME 'd' )",
    )
    each: list[Definition] = [parse_definition("objectclass", text) for text in texts]
    known = {key: (one, 1) for one in each for key in one.identities()}
    assert dependents(each[:1], known) == each[1:3]
