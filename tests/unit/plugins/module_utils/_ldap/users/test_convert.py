# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record becomes the entry of a person, or an error names the uid and the key."""

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
    desired_people,
    unquoted_numbers,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SETTINGS = Settings("ou=people,dc=org")
ANNA: dict[str, Any] = {"uid": "anna", "surname": "Ärmel"}


def person(settings: Settings = SETTINGS, **keys: Any) -> DesiredEntry:
    return next(desired_people([{**ANNA, **keys}], settings))


def test_a_minimal_person_is_a_phone_without_secret_and_mailbox() -> None:
    found = person()
    assert found.dn == "uid=anna,ou=people,dc=org"
    assert found.attributes["objectClass"] == [b"inetOrgPerson", b"AsteriskSIPUser", b"AsteriskPJSIPUser"]
    assert found.attributes["cn"] == ["Ärmel".encode()]
    assert found.attributes["AstPJSIPMaxContacts"] == [b"1"]
    assert found.attributes["AstPJSIPRemoveExisting"] == [b"yes"]
    assert not {"userPassword", "AstAccountRealmedPassword", "mail", "AstExtension"} & set(found.attributes)


def test_defaults_apply_to_keys_that_the_record_lacks() -> None:
    settings = SETTINGS._replace(defaults={"context": "LocalSets", "codecs": ["ulaw"], "language": "de"})
    found = person(settings, context="Own").attributes
    assert found["AstAccountContext"] == [b"Own"]
    assert found["AstAccountAllowedCodec"] == [b"!all,ulaw"]
    assert found["AstAccountLanguage"] == [b"de"]


def test_null_removes_an_attribute_and_a_missing_key_leaves_it() -> None:
    assert person(mail=None).attributes["mail"] == []
    assert "mail" not in person().attributes


def test_numbers_and_booleans_of_yaml_become_text() -> None:
    found = person(extension=101, direct_media=False, max_contacts=2).attributes
    assert found["AstExtension"] == [b"101"]
    assert found["AstPJSIPDirectMedia"] == [b"no"]
    assert found["AstAccountCanReinvite"] == [b"no"]
    assert found["AstPJSIPMaxContacts"] == [b"2"]


@pytest.mark.parametrize("extension", ["*97", "#1"])
def test_an_extension_need_not_be_a_telephone_number(extension: str) -> None:
    found = person(extension=extension).attributes
    assert found["AstExtension"] == [extension.encode()]
    assert found["telephoneNumber"] == []
    assert person(extension="+4930").attributes["telephoneNumber"] == [b"+4930"]


def test_on_create_sets_secrets_only_where_none_is_stored() -> None:
    settings = SETTINGS._replace(update_password="on_create")
    found = person(settings, extension="1", ha1="A" * 32, voicemail={"mailbox": "1", "pin": "2"})
    assert found.changes == (
        AttributeChange("set_if_absent", "AstAccountRealmedPassword", [b"a" * 32]),
        AttributeChange("set_if_absent", "AstVoicemailPassword", [b"2"]),
    )


def test_raw_attributes_override_and_add_classes() -> None:
    found = person(
        attributes={"astaccounthost": "192.0.2.1", "objectClass": "x", "description": ["a", "b"]}
    ).attributes
    assert found["AstAccountHost"] == [b"192.0.2.1"]
    assert found["description"] == [b"a", b"b"]
    assert found["objectClass"][-1] == b"x"


def test_an_absent_person_needs_only_a_uid() -> None:
    assert next(desired_people([{"uid": "x", "state": "absent"}], SETTINGS)).state == ABSENT


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"surname": None}, "surname is missing"),
        ({"uid": None}, "number 1: the user has no uid"),
        ({"uid": "a;b"}, "'a;b' cannot name a phone"),
        ({"uid": "a b"}, "'a b' cannot name a phone"),
        ({"mail": "a\nb"}, "mail contains a control character"),
        ({"common_name": "a\x00"}, "common_name contains a control character"),
        ({"attributes": {"description": "a\x1b"}}, "attributes.description contains a control character"),
        ({"ha1": "xyz"}, "ha1 is not 32"),
        ({"password": ""}, "password is empty; leave it out to keep"),
        ({"extension": ""}, "extension '' is not 1 to 32 digits"),
        ({"extension": "10a"}, "extension '10a' is not 1 to 32 digits"),
        ({"extension": "1" * 33}, "is not 1 to 32 digits"),
        ({"extension": "٣"}, "extension '٣' is not"),
        ({"uid_number": "x"}, "uid_number 'x' is not a number"),
        ({"colour": "red"}, "'colour' is unknown"),
        ({"state": "gone"}, "state 'gone' is unknown"),
        ({"mail": {"a": 1}}, "mail is a dict"),
    ],
)
def test_a_bad_record_is_reported_by_uid_and_key(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ModuleError) as caught:
        person(**keys)
    assert message in str(caught.value)


def test_an_error_never_shows_a_secret() -> None:
    for keys in (
        {"ha1": "s3cret"},
        {"password": "s3cret\n"},
        {"voicemail": {"mailbox": "1", "pin": "s3cret"}},
    ):
        with pytest.raises(ModuleError) as caught:
            person(**keys)
        assert "s3cret" not in str(caught.value)


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
def test_any_record_is_converted_or_refused_with_an_error(keys: dict[str, Any]) -> None:
    try:
        person(**keys)
    except ModuleError as error:
        assert str(error).startswith("users")


def test_numbers_without_quotes_are_told_once_for_each_combination_of_keys() -> None:
    records = [{"uid": f"u{number}", "extension": number} for number in range(7)]
    records.append({"uid": 65, "voicemail": {"pin": 83}})
    warning = unquoted_numbers([*records, "not a record"])
    assert warning is not None
    assert "extension of 'u0', 'u1', 'u2', 'u3', 'u4', …; uid and voicemail.pin of 65. YAML" in warning
    assert "83" not in warning


def test_text_and_real_numbers_are_not_told() -> None:
    record = {"uid": "a", "extension": "0101", "max_contacts": 2, "uid_number": 1, "voicemail": {"pin": "1"}}
    assert unquoted_numbers([record, {}]) is None
