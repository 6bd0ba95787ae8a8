"""Phones are served from the directory, and only those that know their password."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

import pytest
from lab import directory
from lab.directory import change_directory, stopped
from lab.phone import Account, PhoneError, call, phone, register
from lab.proof import SPEECH_SECONDS, Lab
from lab.sip_message import send_message
from testinfra.host import Host

WATCH_SECONDS = 5

NEW_PHONE = """\
objectClass: inetOrgPerson
objectClass: AsteriskPJSIPUser
uid: {uid}
cn: {uid}
sn: {uid}
AstPJSIPAuthUser: {uid}
AstPJSIPAuthType: md5
AstPJSIPMaxContacts: 1
AstAccountContext: LocalSets
AstAccountAllowedCodec: !all,ulaw
"""
# md5 of stranger:asterisk:known
HA1_OF_STRANGER = "AstAccountRealmedPassword: d9b1bf14153e41ac3d9013fa6a45bfa1\n"


def calls_without_registering(account: Account) -> bool:
    with phone(account, "/dial 203", register_seconds=0) as caller:
        try:
            caller.wait_for("Call established", 4)
        except PhoneError:
            return False
        return True


def entry(pbx: Host, lab: Lab, uid: str, more: str) -> AbstractContextManager[None]:
    return directory.entry(pbx, f"uid={uid},{lab.facts['people_dn']}", NEW_PHONE.format(uid=uid) + more)


def test_every_phone_registers_with_its_password_from_the_directory(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number)) == 200


def test_no_phone_registers_with_another_password(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number, "not-the-password")) == 401


def test_a_phone_that_was_restarted_without_a_farewell_registers_again(lab: Lab) -> None:
    with phone(lab.account(0)) as first, phone(lab.account(0)) as second:
        assert first.registration() == 200
        assert second.registration() == 200


def test_somebody_who_is_not_in_the_directory_is_refused(lab: Lab) -> None:
    assert register(Account("nobody", "anything", lab.pbx)) == 401


def test_an_entry_without_a_secret_does_not_register(pbx: Host, lab: Lab) -> None:
    with entry(pbx, lab, "nosecret", "AstPJSIPAors: nosecret\nAstPJSIPAuth: nosecret\n"):
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
def test_an_entry_that_is_not_whole_does_not_register(pbx: Host, lab: Lab, secret: str) -> None:
    with entry(pbx, lab, "stranger", secret):
        for password in ("known", "", "anything"):
            assert register(Account("stranger", password, lab.pbx)) != 200
        assert not calls_without_registering(Account("stranger", "anything", lab.pbx))


def test_a_whole_entry_of_any_origin_registers(pbx: Host, lab: Lab) -> None:
    with entry(pbx, lab, "stranger", "AstPJSIPAors: stranger\nAstPJSIPAuth: stranger\n" + HA1_OF_STRANGER):
        assert register(Account("stranger", "known", lab.pbx)) == 200
        assert register(Account("stranger", "", lab.pbx)) == 401


def test_a_phone_whose_secret_was_taken_away_is_refused_soon(pbx: Host, lab: Lab) -> None:
    account = lab.account(2)
    dn = f"uid={account.user},{lab.facts['people_dn']}"
    assert register(account) == 200
    ha1 = pbx.check_output(
        f"ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -b {dn} AstAccountRealmedPassword"
    ).split()[-1]
    change_directory(pbx, f"dn: {dn}\nchangetype: modify\ndelete: AstAccountRealmedPassword\n")
    try:
        time.sleep(2 * WATCH_SECONDS)
        assert register(account) == 401
    finally:
        change_directory(
            pbx,
            f"dn: {dn}\nchangetype: modify\nadd: AstAccountRealmedPassword\nAstAccountRealmedPassword: {ha1}\n",
        )
    assert register(account) == 200


def test_messages_are_refused_while_nobody_asked_for_them(lab: Lab) -> None:
    for to in ("203", "102", "pbx"):
        assert send_message(lab.account(0), to, "hello") == 501


def test_extension_203_speaks_through_the_festival_server(lab: Lab) -> None:
    heard = call(lab.account(0), "203")
    assert heard.audible_seconds >= SPEECH_SECONDS
    assert heard.peak_dbfs < -1, "speech is not clipped"


def test_extension_202_speaks_through_text2wave(pbx: Host, lab: Lab) -> None:
    heard = call(lab.account(0), "202")
    assert heard.audible_seconds >= SPEECH_SECONDS
    assert pbx.check_output("ls /tmp | grep -c text2wave || true") == "0", "the spoken file is removed"


def test_a_phone_reaches_another_at_the_extension_that_the_directory_gives_it(lab: Lab) -> None:
    with phone(lab.account(1)) as called:
        called.registration()
        heard = call(lab.account(0), lab.facts["phones"][1]["extension"], seconds=3)
        called.hang_up()
        assert heard.audible_seconds > 1
        assert called.heard().audible_seconds > 1


def test_known_phones_go_on_registering_and_calling_while_the_directory_is_away(pbx: Host, lab: Lab) -> None:
    first, second = lab.account(0), lab.account(1)
    extension = lab.facts["phones"][1]["extension"]
    with phone(second) as called:
        called.registration()
        assert call(first, extension, seconds=2).audible_seconds > 0.5
    with stopped(pbx, "slapd"):
        for _ in range(3):
            assert register(first) == 200
            assert register(lab.account(0, "not-the-password")) == 401
            time.sleep(WATCH_SECONDS)
        assert call(first, "203").audible_seconds >= SPEECH_SECONDS
        with phone(second) as called:
            assert called.registration() == 200
            assert call(first, extension, seconds=2).audible_seconds > 0.5
    assert register(first) == 200


def test_known_phones_go_on_while_the_directory_hangs(pbx: Host, lab: Lab) -> None:
    assert register(lab.account(0)) == 200
    pbx.run_expect([0], "pkill -STOP -x slapd")
    try:
        with phone(Account("nobody", "anything", lab.pbx)):
            assert register(lab.account(0)) == 200
    finally:
        pbx.run_expect([0], "pkill -CONT -x slapd")
