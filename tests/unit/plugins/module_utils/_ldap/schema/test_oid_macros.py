# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OID macros are replaced by numbers, in objectidentifier statements and in definitions."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.oid_macros import (
    expand,
    parse_macro,
    resolve_macros,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import (
    SchemaSyntaxError,
    parse_definition,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def test_macros_are_replaced_by_numbers_in_the_oid_and_the_syntax() -> None:
    definition = parse_definition("attributetype", "( Root:7 NAME 'x' SYNTAX String{64} )", "file, line 3")
    clear = resolve_macros(definition, {"Root": "1.2", "String": "1.3"})
    assert (clear.oid, clear.fields["SYNTAX"]) == ("1.2.7", ("1.3{64}",))
    with pytest.raises(ModuleError, match=r"file, line 3: attributetype x uses the OID 'root'.*case matters"):
        resolve_macros(
            parse_definition("attributetype", "( root:7 NAME 'x' )", "file, line 3"), {"Root": "1.2"}
        )
    assert expand("Root", {"Root": "1.2"}) == "1.2"


def test_an_objectidentifier_has_a_valid_name_and_an_oid() -> None:
    assert parse_macro("Root 1.2", "file, line 1").oid == "1.2"
    for text in ("Root", "Root 1.2 3", "1x 1.2"):
        with pytest.raises(SchemaSyntaxError):
            parse_macro(text, "file, line 1")
