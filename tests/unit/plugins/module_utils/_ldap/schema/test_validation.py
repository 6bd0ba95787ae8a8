# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schema changes that slapd cannot make are refused before anything is written."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.validation import (
    check_order_of_entries,
    check_updates,
    check_uses,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import (
    Definition,
    parse_definition,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def attribute(text: str) -> Definition:
    return parse_definition("attributetype", text, "new")


CURRENT = parse_definition("attributetype", "( 1.1 NAME ( 'a' 'alias' ) )", "server")
KNOWN = dict.fromkeys(CURRENT.identities(), (CURRENT, 2))


def test_a_definition_with_the_same_oid_and_names_may_change() -> None:
    assert check_updates(attribute("( 1.1 NAME ( 'a' 'alias' 'more' ) DESC 'x' )"), KNOWN) == (CURRENT, 2)


@pytest.mark.parametrize("text", ["( 1.2 NAME 'ALIAS' )", "( 1.1 NAME 'a' )"])
def test_a_name_never_gets_another_oid_and_is_never_removed(text: str) -> None:
    with pytest.raises(ModuleError, match="new"):
        check_updates(attribute(text), KNOWN)


def test_a_changed_syntax_is_refused() -> None:
    syntax = parse_definition("ldapsyntax", "( 1.9 X-SUBST '1.1' )", "server")
    changed = parse_definition("ldapsyntax", "( 1.9 X-SUBST '1.2' )", "new")
    with pytest.raises(ModuleError, match="cannot change such a definition"):
        check_updates(changed, dict.fromkeys(syntax.identities(), (syntax, 1)))


def test_a_definition_needs_its_superior_in_an_earlier_entry() -> None:
    child = attribute("( 1.2 NAME 'b' SUP a )")
    check_uses([child], KNOWN)
    check_order_of_entries([(child, 2)], KNOWN)
    with pytest.raises(ModuleError, match="belongs to a schema that slapd loads before"):
        check_order_of_entries([(child, 1)], KNOWN)
    with pytest.raises(ModuleError, match="needs the attributetype 'a'"):
        check_uses([child], {})
