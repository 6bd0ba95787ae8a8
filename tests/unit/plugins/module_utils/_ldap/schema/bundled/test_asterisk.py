# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bundled schema asterisk has the names and OIDs that Asterisk publishes."""

from __future__ import annotations

from collections import Counter

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.bundled import asterisk
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import parse_schema

MACROS, DEFINITIONS = parse_schema(asterisk.text(), "asterisk", "bundled").resolve({})
BY_NAME = {definition.label: definition for definition in DEFINITIONS}


def test_asterisk_has_its_81_macros_69_attributes_and_8_classes() -> None:
    assert len(MACROS) == 81
    assert Counter(each.kind for each in DEFINITIONS) == {"attributetype": 69, "objectclass": 8}


def test_the_published_oids_are_kept() -> None:
    attributes, classes = "1.3.6.1.4.1.22736.5.4", "1.3.6.1.4.1.22736.5.2"
    assert BY_NAME["AstContext"].oid == f"{attributes}.1"
    assert BY_NAME["AstAccountRealmedPassword"].oid == f"{attributes}.34"
    assert BY_NAME["AstAccountPathSupport"].oid == f"{attributes}.70"
    assert BY_NAME["AsteriskSIPUser"].oid == f"{classes}.3"
    numbers = {each.oid.rsplit(".", 1)[1] for each in DEFINITIONS if each.kind == "attributetype"}
    assert numbers == {str(number) for number in range(1, 71) if number != 60}


def test_only_from_user_has_no_matching_rule() -> None:
    without = [
        each.label for each in DEFINITIONS if each.kind == "attributetype" and "EQUALITY" not in each.fields
    ]
    assert without == ["AstAccountFromUser"]


def test_the_sip_class_allows_the_realmed_password_and_the_iax_class_the_md5_secret() -> None:
    assert "AstAccountRealmedPassword" in BY_NAME["AsteriskSIPUser"].fields["MAY"]
    assert "AstMD5secret" not in BY_NAME["AsteriskSIPUser"].fields["MAY"]
    assert "AstMD5secret" in BY_NAME["AsteriskIAXUser"].fields["MAY"]
    assert BY_NAME["AsteriskSIPUser"].fields["MUST"] == ("cn",)


def test_every_reference_of_a_class_is_defined_before_it() -> None:
    known = {("attributetype", "cn"), ("objectclass", "top")}
    for definition in DEFINITIONS:
        needed = {reference for reference in definition.references() if reference[0] != "ldapsyntax"}
        assert needed <= known, definition.label
        known |= definition.identities()
