# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phone and mailbox of a person have what chan_sip, PJSIP and voicemail need, and nothing that Asterisk would cut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import DesiredEntry
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.convert import (
    Settings,
    desired_person,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SETTINGS = Settings("ou=people,dc=org")


def person(settings: Settings = SETTINGS, **keys: Any) -> DesiredEntry:
    return desired_person({"uid": "anna", "surname": "Ärmel", **keys}, "anna", settings)


def test_a_driver_that_is_not_used_loses_its_class_and_attributes() -> None:
    found = person(SETTINGS._replace(sip_drivers=("pjsip",)), dtmf_mode="info", extension="7")
    assert found.attributes["AstPJSIPAuth"] == [b"anna"]
    assert found.attributes["AstAccountHost"] == []
    assert found.attributes["AstAccountDTMFMode"] == []
    assert [(change.operation, change.values) for change in found.changes] == [
        ("delete", [b"AsteriskSIPUser"])
    ]


def test_voicemail_null_removes_the_mailbox() -> None:
    found = person(voicemail=None, extension="7")
    assert found.attributes["AstVoicemailMailbox"] == []
    assert found.attributes["AstAccountMailbox"] == []
    assert found.changes[0].values == [b"AsteriskVoiceMail"]


def test_the_caller_id_is_made_of_name_and_extension_unless_given() -> None:
    assert person(extension="7").attributes["AstAccountCallerID"] == ['"Ärmel" <7>'.encode()]
    assert person(extension="7", caller_id="x").attributes["AstAccountCallerID"] == [b"x"]


def test_a_person_without_extension_calls_under_the_uid_unless_a_caller_id_is_stored() -> None:
    assert person(extension=None).attributes["AstAccountCallerID"] == ['"Ärmel" <anna>'.encode()]
    (change,) = person().changes
    assert (change.operation, change.values) == ("set_if_absent", ['"Ärmel" <anna>'.encode()])


def test_a_mailbox_without_a_number_has_that_of_the_extension() -> None:
    found = person(extension="101", voicemail={"pin": "4711"}).attributes
    assert found["AstVoicemailMailbox"] == [b"101"]
    assert found["AstAccountMailbox"] == [b"101@default"]


def test_remove_existing_is_on_by_default_and_can_be_turned_off() -> None:
    assert person(remove_existing=False).attributes["AstPJSIPRemoveExisting"] == [b"no"]
    assert person(remove_existing=None).attributes["AstPJSIPRemoveExisting"] == [b"yes"]
    only_sip = SETTINGS._replace(sip_drivers=("chan_sip",))
    assert person(only_sip, remove_existing=True).attributes["AstPJSIPRemoveExisting"] == []


def test_the_name_of_a_mailbox_loses_what_asterisk_would_cut_at() -> None:
    found = person(common_name="A; B", voicemail={"mailbox": "1", "pin": "2"}).attributes
    assert found["AstVoicemailFullname"] == [b"A B"]
    assert found["cn"] == [b"A; B"]


def test_each_driver_has_its_own_names_of_dtmf_modes() -> None:
    found = person(dtmf_mode="rfc4733").attributes
    assert found["AstPJSIPDTMFMode"] == [b"rfc4733"]
    assert found["AstAccountDTMFMode"] == [b"rfc2833"]


@given(strategies.text(max_size=30))
def test_no_name_breaks_out_of_the_caller_id(name: str) -> None:
    try:
        found = person(common_name=name, extension="101").attributes
    except ModuleError as error:
        assert "control character" in str(error)
        return
    caller_id = found["AstAccountCallerID"][0].decode()
    inner = caller_id[1 : -len('" <101>')]
    assert caller_id == f'"{inner}" <101>'
    assert not set(inner) & set('";<>\\\n\r\0')


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"codecs": ["ulaw,alaw"]}, "codecs has 'ulaw,alaw'"),
        ({"caller_id": "a;b"}, "caller_id contains a ';'"),
        ({"context": "a;b"}, "context contains a ';'"),
        ({"context": "a\n"}, "context contains a control character"),
        ({"call_groups": ["1", "2;3"]}, "call_groups contains a ';'"),
        ({"transport": "udp;x"}, "transport contains a ';'"),
        ({"mailbox": "1;2"}, "mailbox contains a ';'"),
        ({"voicemail": {"mailbox": "1", "pin": "1", "context": "a;b"}}, "voicemail.context contains a ';'"),
        ({"voicemail": {"mailbox": "1", "pin": "1"}, "mail": "a;b"}, "mail contains a ';'"),
        ({"max_contacts": 0}, "max_contacts '0' is not a whole number from 1 to 100"),
        ({"max_contacts": 101}, "max_contacts '101' is not a whole number"),
        ({"max_contacts": "many"}, "max_contacts 'many' is not a whole number"),
        ({"max_contacts": "1.5"}, "max_contacts '1.5' is not a whole number"),
        ({"qualify_frequency": -1}, "qualify_frequency '-1' is not a whole number from 0"),
        ({"remove_existing": "perhaps"}, "remove_existing is neither true nor false"),
        ({"dtmf_mode": "rfc2833"}, "dtmf_mode 'rfc2833' is unknown"),
        ({"voicemail": "101"}, "voicemail is not a mapping"),
        ({"voicemail": {"pin": "1"}}, "voicemail.mailbox is missing"),
        ({"voicemail": {"mailbox": "1"}}, "voicemail.pin is missing"),
        ({"voicemail": {"mailbox": "1", "pin": "12a"}}, "voicemail.pin is missing or not made of digits"),
        ({"voicemail": {"mailbx": "1"}}, "voicemail.mailbx is unknown"),
    ],
)
def test_a_bad_value_is_reported_by_uid_and_key(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ModuleError) as caught:
        person(**keys)
    assert str(caught.value).startswith("users, uid 'anna': ")
    assert message in str(caught.value)
