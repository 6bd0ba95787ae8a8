"""PJSIP serves phones from the directory that have a complete entry and know their password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab.phone import Account, PhoneError, phone, register
from lab.phone_entries import HA1_OF_STRANGER, phone_entry
from lab.proof import Lab
from lab.sip_message import send_message
from testinfra.host import Host


def calls_without_registering(account: Account) -> bool:
    with phone(account, "/dial 203", register_seconds=0) as caller:
        try:
            caller.wait_for("Call established", 4)
        except PhoneError:
            return False
        return True


def test_a_phone_that_was_restarted_without_a_farewell_registers_again(lab: Lab) -> None:
    with phone(lab.account(0)) as first, phone(lab.account(0)) as second:
        assert first.registration() == 200
        assert second.registration() == 200


@pytest.mark.parametrize(
    ("uid", "password"),
    [("tess1", "a;b c"), ("tess2", '"q" \\ <x>'), ("tess3", "ä,=%20#:"), ("tess4", "x" * 80)],
)
def test_a_phone_registers_whatever_characters_its_password_has(
    module: Callable[..., dict[str, Any]], lab: Lab, uid: str, password: str
) -> None:
    """Each under a name of its own: a cached password stays valid until the directory is polled next."""
    people = lab.facts["people_dn"]
    tess = {
        "uid": uid,
        "surname": "Test",
        "password": password,
        "extension": "199",
        "context": "LocalSets",
    }
    try:
        assert module("ldap_users", people_dn=people, users=[tess]).get("changed")
        assert register(Account(uid, password, lab.pbx)) == 200
        assert register(Account(uid, password[:-1], lab.pbx)) == 401
    finally:
        module("ldap_users", people_dn=people, users=[{"uid": uid}], state="absent")


def test_an_entry_without_a_secret_does_not_register(pbx: Host, lab: Lab) -> None:
    with phone_entry(pbx, lab, "nosecret", "AstPJSIPAors: nosecret\nAstPJSIPAuth: nosecret\n"):
        assert register(Account("nosecret", "", lab.pbx)) == 401
        assert register(Account("nosecret", "anything", lab.pbx)) == 401


@pytest.mark.parametrize(
    "secret",
    [
        "AstPJSIPAors: stranger\n" + HA1_OF_STRANGER,
        "AstPJSIPAors: stranger\nAstPJSIPAuth: stranger\nAstAccountRealmedPassword: {md5}abc\n",
        "AstPJSIPAors: stranger\nAstPJSIPAuth: stranger\nAstAccountSecret: known\n",
        "AstPJSIPAuth: stranger\n" + HA1_OF_STRANGER,
        "AstPJSIPAors: stranger\nAstPJSIPAuth: ,\n" + HA1_OF_STRANGER,
        "AstPJSIPAors: stranger\nAstPJSIPAuth: ;\n" + HA1_OF_STRANGER,
    ],
    ids=["no auth", "no HA1", "a clear-text secret only", "no address of record", "a comma", "a semicolon"],
)
def test_an_incomplete_entry_does_not_register(pbx: Host, lab: Lab, secret: str) -> None:
    with phone_entry(pbx, lab, "stranger", secret):
        for password in ("known", "", "anything"):
            assert register(Account("stranger", password, lab.pbx)) != 200
        assert not calls_without_registering(Account("stranger", "anything", lab.pbx))


def test_messages_are_refused_by_default(lab: Lab) -> None:
    for to in ("203", "102", "pbx"):
        assert send_message(lab.account(0), to, "hello") == 501


def test_known_phones_go_on_while_the_directory_hangs(pbx: Host, lab: Lab) -> None:
    assert register(lab.account(0)) == 200
    pbx.run_expect([0], "pkill -STOP -x slapd")
    try:
        with phone(Account("nobody", "anything", lab.pbx)):
            assert register(lab.account(0)) == 200
    finally:
        pbx.run_expect([0], "pkill -CONT -x slapd")
