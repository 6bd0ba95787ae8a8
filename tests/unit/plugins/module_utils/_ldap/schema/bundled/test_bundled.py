# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.bundled import (
    asterisk,
    asterisk_pjsip,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import parse_schema

MACROS, ASTERISK = parse_schema(asterisk.text(), "asterisk", "carried").resolve({})
_OWN, PJSIP = parse_schema(asterisk_pjsip.text(), "asterisk-pjsip", "carried").resolve({})
BY_NAME = {definition.label: definition for definition in (*ASTERISK, *PJSIP)}


def test_asterisk_has_its_81_macros_69_attributes_and_8_classes() -> None:
    assert len(MACROS) == 81
    assert Counter(each.kind for each in ASTERISK) == {"attributetype": 69, "objectclass": 8}


def test_the_published_oids_are_kept() -> None:
    attributes, classes = "1.3.6.1.4.1.22736.5.4", "1.3.6.1.4.1.22736.5.2"
    assert BY_NAME["AstContext"].oid == f"{attributes}.1"
    assert BY_NAME["AstAccountRealmedPassword"].oid == f"{attributes}.34"
    assert BY_NAME["AstAccountPathSupport"].oid == f"{attributes}.70"
    assert BY_NAME["AsteriskSIPUser"].oid == f"{classes}.3"
    numbers = {each.oid.rsplit(".", 1)[1] for each in ASTERISK if each.kind == "attributetype"}
    assert numbers == {str(number) for number in range(1, 71) if number != 60}


def test_from_user_alone_has_no_matching_rule() -> None:
    without = [
        each.label for each in ASTERISK if each.kind == "attributetype" and "EQUALITY" not in each.fields
    ]
    assert without == ["AstAccountFromUser"]


def test_the_sip_class_takes_the_realmed_password_and_the_iax_class_the_md5_secret() -> None:
    assert "AstAccountRealmedPassword" in BY_NAME["AsteriskSIPUser"].fields["MAY"]
    assert "AstMD5secret" not in BY_NAME["AsteriskSIPUser"].fields["MAY"]
    assert "AstMD5secret" in BY_NAME["AsteriskIAXUser"].fields["MAY"]
    assert BY_NAME["AsteriskSIPUser"].fields["MUST"] == ("cn",)


def test_every_name_that_a_class_uses_is_defined_in_order() -> None:
    known = {("attributetype", "cn"), ("objectclass", "top")}
    for definition in (*ASTERISK, *PJSIP):
        assert set(definition.references()) <= known, definition.label
        known |= definition.identities()


def test_the_pjsip_oids_are_the_collections_own_for_good() -> None:
    # These numbers are in directories out there: a failure here means that the schema was broken, not the test.
    arc = "2.25.28965954145566112202410899609297990429"
    assert BY_NAME["AstPJSIPAors"].oid == f"{arc}.1.1"
    assert BY_NAME["AstPJSIPTrustIdInbound"].oid == f"{arc}.1.23"
    assert BY_NAME["AsteriskPJSIPUser"].oid == f"{arc}.2.1"


def test_pjsip_options_have_one_value_and_names_of_objects_keep_their_case() -> None:
    own = [each for each in PJSIP if each.kind == "attributetype"]
    assert len(own) == 23 and all("SINGLE-VALUE" in each.fields for each in own)
    exact = {each.label for each in own if each.fields["EQUALITY"] == ("caseExactMatch",)}
    assert exact == {"AstPJSIPAors", "AstPJSIPAuth", "AstPJSIPAuthUser", "AstPJSIPPasswordDigest"}
