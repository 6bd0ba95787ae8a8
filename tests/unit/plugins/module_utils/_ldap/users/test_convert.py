# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People: a record becomes the entry from which Asterisk serves the phone, or a sentence says why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    AttributeChange,
    DesiredEntry,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.convert import (
    Settings,
    wants_of_people,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.uniqueness import (
    allocate_uid_numbers,
    check_wanted,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SETTINGS = Settings("ou=people,dc=org")
ANNA: dict[str, Any] = {"uid": "anna", "surname": "Ärmel"}


def want(settings: Settings = SETTINGS, **keys: Any) -> DesiredEntry:
    return next(wants_of_people([{**ANNA, **keys}], settings))


def test_a_bare_person_is_a_phone_without_secret_and_mailbox() -> None:
    found = want()
    assert found.dn == "uid=anna,ou=people,dc=org"
    assert found.attributes["objectClass"] == [b"inetOrgPerson", b"AsteriskSIPUser", b"AsteriskPJSIPUser"]
    assert found.attributes["cn"] == ["Ärmel".encode()]
    assert found.attributes["AstPJSIPMaxContacts"] == [b"1"]
    assert found.attributes["AstPJSIPRemoveExisting"] == [b"yes"]
    assert not {"userPassword", "AstAccountRealmedPassword", "mail", "AstExtension"} & set(found.attributes)


def test_defaults_hold_where_the_record_says_nothing() -> None:
    settings = SETTINGS._replace(defaults={"context": "LocalSets", "codecs": ["ulaw"], "language": "de"})
    found = want(settings, context="Own").attributes
    assert found["AstAccountContext"] == [b"Own"]
    assert found["AstAccountAllowedCodec"] == [b"!all,ulaw"]
    assert found["AstAccountLanguage"] == [b"de"]


def test_null_takes_an_attribute_away_and_silence_leaves_it() -> None:
    assert want(mail=None).attributes["mail"] == []
    assert "mail" not in want().attributes


def test_numbers_and_booleans_of_yaml_are_text() -> None:
    found = want(extension=101, direct_media=False, max_contacts=2).attributes
    assert found["AstExtension"] == [b"101"]
    assert found["AstPJSIPDirectMedia"] == [b"no"]
    assert found["AstAccountCanReinvite"] == [b"no"]
    assert found["AstPJSIPMaxContacts"] == [b"2"]


def test_a_mailbox_without_a_number_is_that_of_the_extension_on_the_phone_as_well() -> None:
    found = want(extension="101", voicemail={"pin": "4711"}).attributes
    assert found["AstVoicemailMailbox"] == [b"101"]
    assert found["AstAccountMailbox"] == [b"101@default"]


def test_a_registration_can_be_told_to_stay() -> None:
    assert want(remove_existing=False).attributes["AstPJSIPRemoveExisting"] == [b"no"]
    assert want(remove_existing=None).attributes["AstPJSIPRemoveExisting"] == [b"yes"]
    only_sip = SETTINGS._replace(sip_drivers=("chan_sip",))
    assert want(only_sip, remove_existing=True).attributes["AstPJSIPRemoveExisting"] == []


@pytest.mark.parametrize("extension", ["*97", "#1"])
def test_an_extension_that_is_no_telephone_number_can_be_dialled_all_the_same(extension: str) -> None:
    found = want(extension=extension).attributes
    assert found["AstExtension"] == [extension.encode()]
    assert found["telephoneNumber"] == []
    assert want(extension="+4930").attributes["telephoneNumber"] == [b"+4930"]


def test_the_name_of_a_mailbox_is_whole_for_asterisk() -> None:
    found = want(common_name="A; B", voicemail={"mailbox": "1", "pin": "2"}).attributes
    assert found["AstVoicemailFullname"] == [b"A B"]
    assert found["cn"] == [b"A; B"]


def test_dtmf_modes_have_the_name_of_each_driver() -> None:
    found = want(dtmf_mode="rfc4733").attributes
    assert found["AstPJSIPDTMFMode"] == [b"rfc4733"]
    assert found["AstAccountDTMFMode"] == [b"rfc2833"]


def test_on_create_sets_secrets_once() -> None:
    settings = SETTINGS._replace(update_password="on_create")
    found = want(settings, ha1="A" * 32, voicemail={"mailbox": "1", "pin": "2"})
    assert found.steps == (
        AttributeChange("set_if_absent", "AstAccountRealmedPassword", [b"a" * 32]),
        AttributeChange("set_if_absent", "AstVoicemailPassword", [b"2"]),
    )


def test_raw_attributes_override_and_add_classes() -> None:
    found = want(
        attributes={"astaccounthost": "192.0.2.1", "objectClass": "x", "description": ["a", "b"]}
    ).attributes
    assert found["AstAccountHost"] == [b"192.0.2.1"]
    assert found["description"] == [b"a", b"b"]
    assert found["objectClass"][-1] == b"x"


def test_an_absent_person_needs_no_more_than_a_uid() -> None:
    assert next(wants_of_people([{"uid": "x", "state": "absent"}], SETTINGS)).state == ABSENT


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"surname": None}, "surname is missing"),
        ({"uid": None}, "number 1: the user has no uid"),
        ({"uid": "a;b"}, "'a;b' is no name for a phone"),
        ({"uid": "a b"}, "'a b' is no name for a phone"),
        ({"mail": "a\nb"}, "mail holds a control character"),
        ({"common_name": "a\x00"}, "common_name holds a control character"),
        ({"attributes": {"description": "a\x1b"}}, "attributes.description holds a control character"),
        ({"codecs": ["ulaw,alaw"]}, "codecs has 'ulaw,alaw'"),
        ({"ha1": "xyz"}, "ha1 is not 32"),
        ({"caller_id": "a;b"}, "caller_id holds a ';'"),
        ({"context": "a;b"}, "context holds a ';'"),
        ({"context": "a\n"}, "context holds a control character"),
        ({"call_groups": ["1", "2;3"]}, "call_groups holds a ';'"),
        ({"transport": "udp;x"}, "transport holds a ';'"),
        ({"mailbox": "1;2"}, "mailbox holds a ';'"),
        ({"voicemail": {"mailbox": "1", "pin": "1", "context": "a;b"}}, "voicemail.context holds a ';'"),
        ({"voicemail": {"mailbox": "1", "pin": "1"}, "mail": "a;b"}, "mail holds a ';'"),
        ({"max_contacts": 0}, "max_contacts '0' is no whole number from 1 to 100"),
        ({"max_contacts": 101}, "max_contacts '101' is no whole number"),
        ({"max_contacts": "many"}, "max_contacts 'many' is no whole number"),
        ({"max_contacts": 1.5}, "max_contacts '1.5' is no whole number"),
        ({"qualify_frequency": -1}, "qualify_frequency '-1' is no whole number of 0 or more"),
        ({"remove_existing": "perhaps"}, "remove_existing is neither true nor false"),
        ({"password": ""}, "password is empty; leave it out to keep"),
        ({"extension": ""}, "extension '' is not 1 to 32 digits"),
        ({"extension": "10a"}, "extension '10a' is not 1 to 32 digits"),
        ({"extension": "1" * 33}, "is not 1 to 32 digits"),
        ({"extension": "٣"}, "extension '٣' is not"),
        ({"dtmf_mode": "rfc2833"}, "dtmf_mode 'rfc2833' is unknown"),
        ({"uid_number": "x"}, "uid_number 'x' is no number"),
        ({"voicemail": "101"}, "voicemail is no mapping"),
        ({"voicemail": {"pin": "1"}}, "voicemail.mailbox is missing"),
        ({"voicemail": {"mailbox": "1"}}, "voicemail.pin is missing"),
        ({"voicemail": {"mailbox": "1", "pin": "12a"}}, "voicemail.pin is missing or not made of digits"),
        ({"voicemail": {"mailbx": "1"}}, "voicemail.mailbx is unknown"),
        ({"colour": "red"}, "'colour' is unknown"),
        ({"state": "gone"}, "state 'gone' is unknown"),
        ({"mail": {"a": 1}}, "mail is a dict"),
    ],
)
def test_a_bad_record_is_told_by_uid_and_key(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ModuleError) as caught:
        want(**keys)
    assert words in str(caught.value)


def test_a_fault_never_shows_a_secret() -> None:
    for keys in (
        {"ha1": "s3cret"},
        {"password": "s3cret\n"},
        {"voicemail": {"mailbox": "1", "pin": "s3cret"}},
    ):
        with pytest.raises(ModuleError) as caught:
            want(**keys)
        assert "s3cret" not in str(caught.value)


@given(strategies.text(max_size=30))
def test_no_name_reaches_out_of_its_field(name: str) -> None:
    try:
        found = want(common_name=name, extension="101").attributes
    except ModuleError as fault:
        assert "control character" in str(fault)
        return
    caller_id = found["AstAccountCallerID"][0].decode()
    inner = caller_id[1 : -len('" <101>')]
    assert caller_id == f'"{inner}" <101>'
    assert not set(inner) & set('";<>\\\n\r\0')


SCALARS = strategies.one_of(
    strategies.none(),
    strategies.booleans(),
    strategies.integers(),
    strategies.text(max_size=8),
    strategies.lists(strategies.text(max_size=3)),
)
KEYS = strategies.sampled_from(
    ["uid", "surname", "codecs", "voicemail", "attributes", "ha1", "extension", "state", "x"]
)


@given(
    strategies.dictionaries(
        KEYS,
        strategies.one_of(SCALARS, strategies.dictionaries(strategies.text(max_size=8), SCALARS, max_size=2)),
    )
)
def test_no_record_makes_anything_but_a_clean_fault(keys: dict[str, Any]) -> None:
    try:
        want(**keys)
    except ModuleError as fault:
        assert str(fault).startswith("users")


def test_what_two_people_may_not_share_is_told() -> None:
    people = [{**ANNA, "extension": "1"}, {"uid": "bob", "surname": "B", "extension": "1"}]
    with pytest.raises(
        ModuleError, match=r"uid 'bob': the extension '1' is that of users, uid 'anna' as well"
    ):
        check_wanted({found.dn: found for found in wants_of_people(people, SETTINGS)})
    other_context = {"mailbox": "1", "pin": "1", "context": "other"}
    people = [
        {**ANNA, "voicemail": {"mailbox": "1", "pin": "1"}},
        {"uid": "b", "surname": "B", "voicemail": other_context},
    ]
    check_wanted({found.dn: found for found in wants_of_people(people, SETTINGS)})


def test_uid_numbers_are_given_from_what_is_free() -> None:
    people = [
        {"uid": "a"},
        {"uid": "b", "uid_number": 11},
        {"uid": "C"},
        {"uid": "d"},
        {"uid": "e", "state": "absent"},
    ]
    filled = allocate_uid_numbers(people, 10, 20, {"c": 15}, {10, 15})
    assert [person.get("uid_number") for person in filled] == [12, 11, 15, 13, None]
    with pytest.raises(ModuleError, match="no uidNumber from 10 to 10 is free"):
        allocate_uid_numbers([{"uid": "a"}], 10, 10, {}, {10})
