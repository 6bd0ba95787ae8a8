# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_users with a real slapd and the Asterisk schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ldap
import pytest
from conftest import Runner, entries_of
from slapd_server import PEOPLE, SUFFIX

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import Record
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.writer import format_records

BASE = [
    {"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}},
    {"dn": PEOPLE, "attributes": {"objectClass": "organizationalUnit"}},
]
SECRETS = {"password": "phone-s3cret", "pin": "471199"}
RUSSELL: dict[str, Any] = {
    "uid": "rbryant",
    "given_name": "Russell",
    "surname": "Bryant",
    "mail": "russell.bryant@shifteight.org",
    "extension": "101",
    "password": SECRETS["password"],
    "context": "LocalSets",
    "codecs": ["ulaw", "alaw"],
    "voicemail": {"mailbox": "101", "pin": SECRETS["pin"]},
}
# printf "rbryant:asterisk:phone-s3cret" | md5sum
DIGEST = b"3638a27df7eb2904a9cab00812c7bdd3"
DN = f"uid=rbryant,{PEOPLE}"


@pytest.fixture
def users(run: Runner) -> Runner:
    """A runner of modules, with an ou=people in the directory."""
    loaded = run("ldap_schema", as_root=False, schemas=[{"name": "asterisk"}, {"name": "asterisk-pjsip"}])
    assert not loaded.get("failed"), loaded
    assert run("ldap_entries", entries=BASE)["changed"]
    return run


def converge(runner: Runner, *people: dict[str, Any], **options: Any) -> dict[str, Any]:
    return runner.both("ldap_users", people_dn=PEOPLE, users=list(people), **options)


def stored(runner: Runner, dn: str = DN) -> dict[str, list[bytes]]:
    return entries_of(runner.server)[dn]


@pytest.mark.parametrize(
    "options",
    [{"sip_drivers": ["pjsip"]}, {"sip_drivers": ["chan_sip"]}, {"update_password": "on_create"}],
    ids=str,
)
@pytest.mark.parametrize("more", [{}, {"voicemail": None}], ids=str)
def test_a_password_is_hashed_whatever_a_person_has(
    users: Runner, options: dict[str, Any], more: dict[str, Any]
) -> None:
    person = {**RUSSELL, **more}
    converge(users, person, **options)
    users.server.connect_as(DN, SECRETS["password"]).unbind_s()
    assert stored(users)["userPassword"][0].startswith(b"{SSHA}")
    assert not converge(users, person, **options)["changed"]


@pytest.mark.parametrize("password", ["{b0ne}Hunter2", "{Sw0rd}fish", "{}x", "{SSHA"])
def test_a_password_that_begins_with_a_word_in_braces_is_hashed(users: Runner, password: str) -> None:
    converge(users, {**RUSSELL, "password": password})
    users.server.connect_as(DN, password).unbind_s()
    assert stored(users)["userPassword"][0].startswith(b"{SSHA}")
    assert not converge(users, {**RUSSELL, "password": password})["changed"]


def test_a_hash_without_ha1_is_refused_for_a_phone(users: Runner) -> None:
    hashed = "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0dGVz"
    refused = converge(users, {**RUSSELL, "password": hashed})
    assert refused["failed"] and "uid 'rbryant': password is a hash" in refused["msg"], refused["msg"]
    assert hashed not in str(refused)
    converge(users, {**RUSSELL, "password": hashed, "ha1": DIGEST.decode()})
    assert stored(users)["userPassword"] == [hashed.encode()]


def test_a_person_gets_phone_and_mailbox_and_a_second_run_changes_nothing(users: Runner) -> None:
    assert converge(users, RUSSELL)["counts"]["added"] == 1
    entry = stored(users)
    expected = {
        "uid": b"rbryant",
        "cn": b"Russell Bryant",
        "sn": b"Bryant",
        "givenName": b"Russell",
        "displayName": b"Russell Bryant",
        "mail": b"russell.bryant@shifteight.org",
        "telephoneNumber": b"101",
        "AstExtension": b"101",
        "AstAccountRealmedPassword": DIGEST,
        "AstAccountContext": b"LocalSets",
        "AstAccountAllowedCodec": b"!all,ulaw,alaw",
        "AstAccountCallerID": b'"Russell Bryant" <101>',
        "AstAccountMailbox": b"101@default",
        "AstAccountHost": b"dynamic",
        "AstAccountType": b"friend",
        "AstAccountNAT": b"force_rport,comedia",
        "AstPJSIPAors": b"rbryant",
        "AstPJSIPAuth": b"rbryant",
        "AstPJSIPAuthUser": b"rbryant",
        "AstPJSIPAuthType": b"md5",
        "AstPJSIPMaxContacts": b"1",
        "AstPJSIPRemoveExisting": b"yes",
        "AstContext": b"default",
        "AstVoicemailMailbox": b"101",
        "AstVoicemailPassword": b"471199",
        "AstVoicemailFullname": b"Russell Bryant",
        "AstVoicemailEmail": b"russell.bryant@shifteight.org",
    }
    classes = [b"inetOrgPerson", b"AsteriskSIPUser", b"AsteriskPJSIPUser", b"AsteriskVoiceMail"]
    assert entry.pop("objectClass") == classes
    assert entry.pop("userPassword")[0].startswith(b"{SSHA}")
    assert entry == {name: [value] for name, value in expected.items()}
    users.server.connect_as(DN, SECRETS["password"]).unbind_s()
    again = converge(users, RUSSELL)
    assert not again["changed"]
    assert again["counts"]["unchanged"] == 1


def test_no_secret_is_printed(users: Runner) -> None:
    converge(users, RUSSELL)
    digest = stored(users)["AstAccountRealmedPassword"][0].decode()
    converge(users, {**RUSSELL, "password": "other-s3cret", "voicemail": {"pin": "880044"}})
    converge(users, {**RUSSELL, "ha1": "no digest"})
    everything = "".join(users.printed)
    for secret in (*SECRETS.values(), "other-s3cret", "880044", digest, users.server.rootpw, "no digest"):
        assert secret not in everything


def test_registration_data_and_other_attributes_are_left_alone(users: Runner) -> None:
    converge(users, RUSSELL)
    connection = users.server.connect_root()
    connection.modify_s(
        DN,
        [
            (2, "AstAccountIPAddress", [b"192.0.2.7"]),
            (2, "AstAccountFullContact", [b"sip:rbryant@192.0.2.7"]),
            (2, "description", [b"kept"]),
        ],
    )
    assert not converge(users, RUSSELL)["changed"]
    converge(users, {**RUSSELL, "context": "Elsewhere"})
    entry = stored(users)
    assert entry["AstAccountIPAddress"] == [b"192.0.2.7"]
    assert entry["description"] == [b"kept"]
    assert entry["AstAccountContext"] == [b"Elsewhere"]


def test_on_create_keeps_a_pin_changed_by_phone(users: Runner) -> None:
    converge(users, RUSSELL, update_password="on_create")
    users.server.connect_root().modify_s(DN, [(2, "AstVoicemailPassword", [b"999"])])
    assert not converge(users, {**RUSSELL, "password": "new"}, update_password="on_create")["changed"]
    assert stored(users)["AstVoicemailPassword"] == [b"999"]
    assert converge(users, RUSSELL)["changes"][0]["attributes"] == ["AstVoicemailPassword"]


def test_a_driver_that_is_no_longer_listed_loses_its_class_and_attributes(users: Runner) -> None:
    converge(users, RUSSELL)
    converge(users, RUSSELL, sip_drivers=["pjsip"])
    entry = stored(users)
    assert b"AsteriskSIPUser" not in entry["objectClass"]
    assert "AstAccountHost" not in entry
    assert entry["AstPJSIPAors"] == [b"rbryant"]
    converge(users, RUSSELL, sip_drivers=["chan_sip"])
    entry = stored(users)
    assert b"AsteriskPJSIPUser" not in entry["objectClass"]
    assert not [name for name in entry if name.startswith("AstPJSIP")]
    assert not converge(users, RUSSELL, sip_drivers=["chan_sip"])["changed"]


def test_voicemail_null_removes_the_mailbox(users: Runner) -> None:
    converge(users, RUSSELL)
    converge(users, {**RUSSELL, "voicemail": None})
    entry = stored(users)
    assert b"AsteriskVoiceMail" not in entry["objectClass"]
    assert not [name for name in entry if name.startswith("AstVoicemail")]
    assert "AstAccountMailbox" not in entry


def test_special_characters_in_a_name_are_kept_and_reach_no_other_field(users: Runner) -> None:
    name = 'Jürgen "Jay"; Müller, <x>\\'
    person = {"uid": "jm", "surname": "Müller", "common_name": name, "extension": "7", "password": "p"}
    converge(users, person)
    entry = stored(users, f"uid=jm,{PEOPLE}")
    assert entry["cn"] == [name.encode()]
    assert entry["AstAccountCallerID"] == ['"Jürgen Jay Müller, x" <7>'.encode()]
    assert not converge(users, person)["changed"]
    result = converge(users, {**person, "common_name": "a\nAstAccountHost: 1"})
    assert "uid 'jm'" in result["msg"]
    assert "control character" in result["msg"]


@pytest.mark.parametrize(
    ("people", "messages"),
    [
        ([RUSSELL, {**RUSSELL, "extension": "102"}], ["'rbryant' is given twice"]),
        ([{"uid": "x"}], ["uid 'x'", "surname is missing"]),
        (
            [RUSSELL, {"uid": "b", "surname": "B", "extension": "101"}],
            ["extension '101'", "'rbryant'", "'b'"],
        ),
        ([{"uid": "x", "surname": "X", "surnme": "Y"}], ["uid 'x'", "'surnme' is unknown"]),
        (
            [{"uid": "x", "surname": "X", "attributes": {"AstAcountHost": "1"}}],
            ["AstAcountHost", "AstAccountHost"],
        ),
    ],
)
def test_bad_records_are_reported_before_anything_changes(
    users: Runner, people: Any, messages: list[str]
) -> None:
    result = converge(users, {"uid": "good", "surname": "Good"}, *people)
    assert result["failed"]
    for message in messages:
        assert message in result["msg"]
    assert len(entries_of(users.server)) == 2


def test_extension_and_mailbox_of_a_stored_person_cannot_be_taken(users: Runner) -> None:
    converge(users, RUSSELL)
    other = {"uid": "other", "surname": "Other", "extension": "101"}
    assert "held by 'uid=rbryant" in converge(users, other)["msg"]
    mailbox = {"uid": "other", "surname": "Other", "voicemail": {"mailbox": "101", "pin": "1"}}
    assert "mailbox '101@default'" in converge(users, mailbox)["msg"]
    swapped = converge(users, other, {**RUSSELL, "extension": "102"})
    assert swapped["counts"] == {"added": 1, "modified": 1, "renamed": 0, "deleted": 0, "unchanged": 0}


def test_uid_numbers_are_allocated_without_conflicts_and_kept(users: Runner) -> None:
    people = [{"uid": f"p{number}", "surname": "P"} for number in range(3)]
    people[1]["uid_number"] = 10000
    options: dict[str, Any] = {"uid_number_range": {"first": 10000}}
    converge(users, *people, **options)
    numbers = [stored(users, f"uid=p{number},{PEOPLE}")["uidNumber"][0] for number in range(3)]
    assert numbers == [b"10001", b"10000", b"10002"]
    assert not converge(users, *people, **options)["changed"]
    converge(users, {"uid": "new", "surname": "N"}, **options)
    assert stored(users, f"uid=new,{PEOPLE}")["uidNumber"] == [b"10003"]


def test_people_are_removed_by_state_absent(users: Runner) -> None:
    converge(users, RUSSELL)
    assert converge(users, {"uid": "rbryant", "state": "absent"})["counts"]["deleted"] == 1
    assert DN not in entries_of(users.server)
    assert not converge(users, {"uid": "rbryant"}, state="absent")["changed"]


def test_people_from_ldif_get_their_digest(users: Runner) -> None:
    content = (
        f"dn: {DN}\nobjectClass: inetOrgPerson\nobjectClass: AsteriskSIPUser\ncn: R\nsn: B\nuid: rbryant\n"
        "AstAccountHost: dynamic\nuserPassword: phone-s3cret\n"
    )
    options = {"people_dn": PEOPLE, "content": content}
    assert users.both("ldap_users", **options)["changed"]
    assert stored(users)["AstAccountRealmedPassword"] == [DIGEST]
    assert stored(users)["userPassword"][0].startswith(b"{SSHA}")
    assert not users.both("ldap_users", **options)["changed"]


def test_among_many_people_only_what_differs_is_changed(users: Runner, tmp_path: Path) -> None:
    fleet = [
        {**RUSSELL, "uid": f"u{number}", "extension": str(number), "voicemail": {"pin": "471199"}}
        for number in range(1000, 1600)
    ]
    assert users("ldap_users", people_dn=PEOPLE, users=fleet)["counts"]["added"] == len(fleet)
    everything = entries_of(users.server)
    people = {dn: values for dn, values in everything.items() if dn.endswith("," + PEOPLE)}
    source = tmp_path / "fleet.ldif"
    source.write_text(format_records(Record(dn, 0, None, values) for dn, values in people.items()))
    options = {"people_dn": PEOPLE, "src": str(source)}
    assert users("ldap_users", **options)["counts"]["unchanged"] == len(fleet)

    names = [f"uid=u{number},{PEOPLE}" for number in range(1000, 1006)]
    same, lost, other, more, deleted, extended = names
    connection = users.server.connect_root()
    connection.modify_s(same, [(ldap.MOD_REPLACE, "cn", [b"RUSSELL  bryant"])])
    connection.modify_s(lost, [(ldap.MOD_DELETE, "AstPJSIPAuth", None)])
    connection.modify_s(other, [(ldap.MOD_REPLACE, "AstPJSIPAors", [b"another"])])
    connection.modify_s(more, [(ldap.MOD_ADD, "mail", [b"second@example.org"])])
    connection.delete_s(deleted)
    connection.modify_s(extended, [(ldap.MOD_ADD, "title", [b"Engineer"])])
    connection.unbind_s()
    result = users.both("ldap_users", **options)
    assert result["counts"] == {"added": 1, "modified": 3, "renamed": 0, "deleted": 0, "unchanged": 596}
    assert {change["dn"]: change.get("attributes") for change in result["changes"]} == {
        lost: ["AstPJSIPAuth"],
        other: ["AstPJSIPAors"],
        more: ["mail"],
        deleted: None,
    }
    everything[same]["cn"] = [b"RUSSELL  bryant"]
    everything[extended]["title"] = [b"Engineer"]
    assert entries_of(users.server) == everything


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("AstPJSIPAuth: ,", "AstPJSIPAuth ','"),
        ("2.25.28965954145566112202410899609297990429.1.2: ,", "AstPJSIPAuth ','"),
        ("userPassword: ", "userPassword is empty"),
    ],
)
def test_a_phone_from_ldif_cannot_be_left_without_a_password(users: Runner, line: str, message: str) -> None:
    content = f"dn: {DN}\nobjectClass: inetOrgPerson\nobjectClass: AsteriskPJSIPUser\ncn: R\nsn: B\n{line}\n"
    result = users.both("ldap_users", people_dn=PEOPLE, content=content)
    assert message in result["msg"]
    assert DN not in entries_of(users.server)


def test_an_extension_with_a_star_is_stored(users: Runner) -> None:
    assert converge(users, {**RUSSELL, "extension": "*97"})["counts"]["added"] == 1
    assert stored(users)["AstExtension"] == [b"*97"]
    assert "telephoneNumber" not in stored(users)
    assert not converge(users, {**RUSSELL, "extension": "*97"})["changed"]


def test_a_uid_in_another_case_is_refused(users: Runner) -> None:
    converge(users, RUSSELL)
    before = stored(users)
    result = converge(users, {**RUSSELL, "uid": "RBRYANT"})
    assert result["failed"]
    assert "'RBRYANT' is stored as 'rbryant'" in result["msg"]
    assert stored(users) == before


def test_a_missing_parent_is_reported(run: Runner) -> None:
    result = run("ldap_users", people_dn=PEOPLE, users=[{"uid": "x", "surname": "X"}], sip_drivers=[])
    assert result["failed"]
    assert f"people_dn {PEOPLE!r} does not exist" in result["msg"]


POOL = {"uid_number_range": {"first": 10000}}
SPELLED = "OU=People, DC=example ,DC=ORG"


def other_branch(runner: Runner, uid: str, number: int) -> None:
    """Store an account that is not below ou=people."""
    unit = f"ou=services,{SUFFIX}"
    account = {"objectClass": ["account", "posixAccount"], "cn": uid, "gidNumber": 1, "homeDirectory": "/"}
    entries = [
        {"dn": unit, "attributes": {"objectClass": "organizationalUnit"}},
        {"dn": f"uid={uid},{unit}", "attributes": {**account, "uidNumber": number}},
    ]
    assert runner("ldap_entries", entries=entries)["changed"]


def test_a_number_used_in_another_branch_is_not_given_again_however_people_dn_is_spelled(
    users: Runner,
) -> None:
    other_branch(users, "backup", 10000)
    person = {"uid": "p", "surname": "P"}
    users.both("ldap_users", people_dn=SPELLED, users=[person], **POOL)
    assert stored(users, f"uid=p,{PEOPLE}")["uidNumber"] == [b"10001"]
    assert not users.both("ldap_users", people_dn=SPELLED, users=[person], **POOL)["changed"]


def test_an_account_of_the_same_name_in_another_branch_keeps_its_number_to_itself(users: Runner) -> None:
    other_branch(users, "p", 10000)
    converge(users, {"uid": "p", "surname": "P"}, **POOL)
    assert stored(users, f"uid=p,{PEOPLE}")["uidNumber"] == [b"10001"]


def mailbox_of(uid: str, mailbox: str, context: str) -> dict[str, Any]:
    return {
        "uid": uid,
        "surname": uid,
        "voicemail": {"mailbox": mailbox, "context": context, "pin": "4711"},
    }


def test_a_mailbox_changed_alone_is_unique_in_the_context_that_is_stored(users: Runner) -> None:
    people = [mailbox_of("a", "101", "default"), mailbox_of("b", "102", "sales")]
    converge(users, *people, mailbox_of("c", "103", "sales"))
    assert not converge(users, mailbox_of("b", "101", "sales")).get("failed")
    refused = converge(users, mailbox_of("b", "103", "sales"))
    assert "mailbox '103@sales'" in refused["msg"]
    assert stored(users, f"uid=b,{PEOPLE}")["AstVoicemailMailbox"] == [b"101"]


def test_a_mailbox_from_ldif_without_its_context_is_unique_in_the_context_that_is_stored(
    users: Runner,
) -> None:
    converge(users, mailbox_of("a", "101", "default"), mailbox_of("b", "102", "sales"))
    change = "dn: uid=b,{}\nchangetype: modify\nreplace: {}\n{}: {}\n"
    mailbox = change.format(PEOPLE, "AstVoicemailMailbox", "AstVoicemailMailbox", "101")
    assert not users.both("ldap_users", people_dn=PEOPLE, content=mailbox).get("failed")
    context = change.format(PEOPLE, "AstContext", "AstContext", "default")
    refused = users.both("ldap_users", people_dn=PEOPLE, content=context)
    assert "mailbox '101@default'" in refused["msg"]
    assert stored(users, f"uid=b,{PEOPLE}")["AstContext"] == [b"sales"]


def test_a_list_of_mail_addresses_is_as_many_values_and_voicemail_uses_the_first(users: Runner) -> None:
    person = {**RUSSELL, "mail": ["a@example.org", "b@example.org"]}
    converge(users, person)
    assert stored(users)["mail"] == [b"a@example.org", b"b@example.org"]
    assert stored(users)["AstVoicemailEmail"] == [b"a@example.org"]
    assert not converge(users, person)["changed"]
    assert converge(users, {**person, "mail": []})["changed"]
    assert "mail" not in stored(users)


@pytest.mark.parametrize("key", ["surname", "given_name", "display_name", "context", "transport", "language"])
def test_a_list_is_refused_where_one_value_is_meant(users: Runner, key: str) -> None:
    refused = converge(users, {**RUSSELL, key: ["a", "b"]})
    assert refused["failed"] and f"uid 'rbryant': {key} is a list" in refused["msg"], refused["msg"]


def test_groups_may_be_a_list(users: Runner) -> None:
    converge(users, {**RUSSELL, "call_groups": [1, 2], "pickup_groups": ["1", "3"]})
    assert stored(users)["AstAccountCallGroup"] == [b"1,2"]
    assert stored(users)["AstAccountPickupGroup"] == [b"1,3"]


@pytest.mark.parametrize("value", [101.0, True, 1e3], ids=str)
@pytest.mark.parametrize(
    "key", ["extension", "uid", "mailbox", "password", "voicemail.mailbox", "voicemail.pin"]
)
def test_digits_given_as_a_fraction_or_a_boolean_are_refused(users: Runner, key: str, value: Any) -> None:
    part, _dot, inner = key.partition(".")
    record = {**RUSSELL, part: {**RUSSELL["voicemail"], inner: value} if inner else value}
    refused = converge(users, record)
    assert refused["failed"] and key in refused["msg"] and "in quotes" in refused["msg"], refused["msg"]


def test_a_whole_number_without_quotes_is_told_since_yaml_may_have_read_it_as_octal(users: Runner) -> None:
    # What YAML makes of "extension: 0101" and "pin: 0123".
    record = {**RUSSELL, "extension": 0o101, "voicemail": {"pin": 0o123}}
    result = converge(users, record)
    assert stored(users)["AstExtension"] == [b"65"]
    warnings = " ".join(map(str, result["warnings"]))
    assert "extension and voicemail.pin of 'rbryant'" in warnings and "quotes" in warnings, warnings
    assert "83" not in warnings
    assert "without quotes" not in str(converge(users, RUSSELL).get("warnings"))
