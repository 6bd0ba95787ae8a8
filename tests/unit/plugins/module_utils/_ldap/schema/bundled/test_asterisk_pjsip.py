# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bundled schema asterisk-pjsip never changes an OID, and compares names of PJSIP objects by case."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.bundled import (
    asterisk,
    asterisk_pjsip,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import parse_schema

_MACROS, ASTERISK = parse_schema(asterisk.text(), "asterisk", "bundled").resolve({})
_NO_MACROS, DEFINITIONS = parse_schema(asterisk_pjsip.text(), "asterisk-pjsip", "bundled").resolve({})
BY_NAME = {definition.label: definition for definition in DEFINITIONS}


def test_the_published_oids_are_kept() -> None:
    # Existing directories contain these numbers: if this fails, correct the schema, not the test.
    arc = "2.25.28965954145566112202410899609297990429"
    assert BY_NAME["AstPJSIPAors"].oid == f"{arc}.1.1"
    assert BY_NAME["AstPJSIPTrustIdInbound"].oid == f"{arc}.1.23"
    assert BY_NAME["AsteriskPJSIPUser"].oid == f"{arc}.2.1"


def test_options_are_single_valued_and_names_of_objects_are_case_sensitive() -> None:
    own = [each for each in DEFINITIONS if each.kind == "attributetype"]
    assert len(own) == 23 and all("SINGLE-VALUE" in each.fields for each in own)
    exact = {each.label for each in own if each.fields["EQUALITY"] == ("caseExactMatch",)}
    assert exact == {"AstPJSIPAors", "AstPJSIPAuth", "AstPJSIPAuthUser", "AstPJSIPPasswordDigest"}


def test_every_reference_of_a_class_is_defined_before_it() -> None:
    known = {("attributetype", "cn"), ("objectclass", "top")}
    for definition in (*ASTERISK, *DEFINITIONS):
        needed = {each for each in definition.references() if each[0] != "ldapsyntax"}
        assert needed <= known, definition.label
        known |= definition.identities()
