# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a phone that Asterisk would misread are refused, so that no endpoint goes without a password."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    AttributeChange,
    DesiredEntry,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.convert import (
    Settings,
    desired_people,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.validation import (
    check_phone,
    check_uid,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

DN = "uid=anna,ou=people,dc=org"
PHONE = {"objectClass": [b"inetOrgPerson", b"asteriskpjsipuser"]}


@pytest.mark.parametrize("uid", ["a", "0", "anna.b_c-d+e", "A" * 64])
def test_letters_digits_and_four_punctuation_marks_name_a_phone(uid: str) -> None:
    check_uid(uid, "users")


@pytest.mark.parametrize(
    "uid", [",", ";", "a,b", "a b", "-a", "ä", "٣", "a/b", "a\n", "A" * 65, "Anonymous", "[a]"]
)
def test_any_other_uid_is_refused(uid: str) -> None:
    with pytest.raises(ModuleError) as caught:
        check_uid(uid, "users")
    assert repr(uid) in str(caught.value)


@pytest.mark.parametrize("attribute", ["AstPJSIPAuth", "astpjsipaors", "AstPJSIPAuthUser;x-y"])
@pytest.mark.parametrize("value", [b",", b";", b"a,b", b"a b", b"", b"a\t", b"a\nb"])
def test_a_name_that_pjsip_cuts_is_refused_in_values_and_steps(attribute: str, value: bytes) -> None:
    for entry in (
        DesiredEntry(DN, {attribute: [value]}, "x.ldif, line 1"),
        DesiredEntry(DN, {}, "x.ldif, line 1", changes=(AttributeChange("add", attribute, [value]),)),
    ):
        with pytest.raises(ModuleError, match=f"x.ldif, line 1: {attribute}"):
            check_phone(entry)
    check_phone(
        DesiredEntry(DN, {}, "x.ldif, line 1", changes=(AttributeChange("delete", attribute, [value]),))
    )


@pytest.mark.parametrize("attribute", ["AstPJSIPAors", "AstPJSIPAuth", "AstAccountContext", "AstExtension"])
@pytest.mark.parametrize("value", [b"a;b", b"a\nb", b"\n"])
def test_one_bad_value_among_good_ones_is_named(attribute: str, value: bytes) -> None:
    names = ("AstPJSIPAors", "AstPJSIPAuth", "AstAccountContext", "AstExtension")
    good = {name: [b"a"] for name in names}
    check_phone(DesiredEntry(DN, good, "users"))
    with pytest.raises(ModuleError, match=f"users: {attribute} "):
        check_phone(DesiredEntry(DN, {**good, attribute: [value]}, "users"))


def test_a_pjsip_phone_cannot_lose_its_auth() -> None:
    with pytest.raises(ModuleError, match="AstPJSIPAuth is empty"):
        check_phone(DesiredEntry(DN, {**PHONE, "AstPJSIPAuth": []}, "users"))
    emptied_later = DesiredEntry(
        DN,
        {**PHONE, "AstPJSIPAuth": [b"a"]},
        "users",
        changes=(AttributeChange("replace", "AstPJSIPAuth", []),),
    )
    with pytest.raises(ModuleError, match="AstPJSIPAuth is empty"):
        check_phone(emptied_later)
    check_phone(DesiredEntry(DN, {"AstPJSIPAuth": []}, "users"))


def test_the_uid_of_a_phone_in_ldif_is_checked_and_that_of_others_is_not() -> None:
    with pytest.raises(ModuleError, match="'a,b' cannot name a phone"):
        check_phone(DesiredEntry(DN, {**PHONE, "uid": [b"a,b"]}, "x.ldif, line 1"))
    with pytest.raises(ModuleError, match="'a,b' cannot name a phone"):
        check_phone(DesiredEntry(r"uid=a\,b,dc=org", PHONE, "x.ldif, line 1"))
    check_phone(DesiredEntry(DN, {"objectClass": [b"person"], "uid": [b"a,b"]}, "x.ldif, line 1"))


def test_a_context_that_asterisk_would_cut_is_refused() -> None:
    with pytest.raises(ModuleError, match="AstAccountContext 'a;b' contains a ';'"):
        check_phone(DesiredEntry(DN, {"AstAccountContext": [b"a;b"]}, "x.ldif, line 1"))


def test_a_phone_with_a_bad_uid_can_be_removed_and_a_person_without_phone_can_have_it() -> None:
    settings = Settings("ou=people,dc=org")
    assert next(desired_people([{"uid": ",", "state": "absent"}], settings)).state == ABSENT
    without = settings._replace(sip_drivers=())
    assert next(desired_people([{"uid": "a,b", "surname": "B"}], without)).attributes["uid"] == [b"a,b"]


def test_raw_attributes_cannot_bypass_the_check() -> None:
    for attributes in ({"AstPJSIPAuth": ","}, {"astpjsipauth": None}, {"uid": ","}):
        record = {"uid": "anna", "surname": "B", "attributes": attributes}
        with pytest.raises(ModuleError, match="users, uid 'anna'"):
            next(desired_people([record], Settings("ou=people,dc=org")))
