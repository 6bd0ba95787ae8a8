"""chan_sip serves phones from the directory, and only those that know their password."""

from __future__ import annotations

import time

import pytest
from lab.directory import entry, replace_value, stopped, stored
from lab.phone import Account, call, phone, register
from lab.proof import SPEECH_SECONDS, Lab
from testinfra.host import Host

WATCH_SECONDS = 5

PEER = """\
objectClass: inetOrgPerson
objectClass: AsteriskSIPUser
uid: stranger
cn: stranger
sn: stranger
AstAccountType: friend
AstAccountContext: LocalSets
AstAccountAllowedCodec: !all,ulaw
"""
DYNAMIC = "AstAccountHost: dynamic\n"
# md5 of stranger:asterisk:known
HA1_OF_STRANGER = "AstAccountRealmedPassword: d9b1bf14153e41ac3d9013fa6a45bfa1\n"


def person(lab: Lab, uid: str) -> str:
    return f"uid={uid},{lab.facts['people_dn']}"


def test_chan_sip_serves_phones_and_nothing_of_pjsip_is_loaded(pbx: Host, lab: Lab) -> None:
    assert [host["sip"] for host in lab.facts["hosts"]] == ["chan_sip"]
    assert "0 modules loaded" in pbx.check_output("asterisk -rx 'module show like pjsip'")


def test_every_phone_registers_with_its_password_from_the_directory(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number)) == 200


def test_another_password_and_an_unknown_name_are_refused_alike(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number, "not-the-password")) == 403
    assert register(Account("nobody", "anything", lab.pbx)) == 403


@pytest.mark.parametrize(
    "more",
    [DYNAMIC, DYNAMIC + "AstAccountSecret: known\n", HA1_OF_STRANGER],
    ids=["no secret", "a clear-text secret only", "no dynamic host"],
)
def test_an_entry_that_is_not_whole_neither_registers_nor_calls(pbx: Host, lab: Lab, more: str) -> None:
    with entry(pbx, person(lab, "stranger"), PEER + more):
        for password in ("", "known"):
            account = Account("stranger", password, lab.pbx)
            assert register(account) != 200
            with phone(account, "/dial 203", register_seconds=0) as running:
                running.wait_for(r"session closed|\d{3} (Forbidden|Unauthorized)")
                assert "Call established" not in running.printed


def test_a_whole_entry_of_any_origin_registers(pbx: Host, lab: Lab) -> None:
    with entry(pbx, person(lab, "stranger"), PEER + DYNAMIC + HA1_OF_STRANGER):
        assert register(Account("stranger", "known", lab.pbx)) == 200
        assert register(Account("stranger", "", lab.pbx)) != 200


@pytest.mark.parametrize("name", ["*", "r*", "x)(uid=*", "rbryant)(uid=*", "x)(|(uid=*)"])
def test_a_name_that_is_a_piece_of_a_filter_gets_nobody_in(pbx: Host, lab: Lab, name: str) -> None:
    pid = pbx.check_output("pidof asterisk")
    escaped = "".join(char if char.isalnum() else f"%{ord(char):02x}" for char in name)
    for password in ("", lab.facts["phones"][0]["password"]):
        assert register(Account(escaped, password, lab.pbx)) != 200
    # Each such name left a copy of a peer in memory: an unfixed fault of this release.
    pbx.run_expect([0], "asterisk -rx 'sip prune realtime all'")
    assert pbx.check_output("pidof asterisk") == pid


def test_a_registration_is_written_to_the_entry(pbx: Host, lab: Lab) -> None:
    dn = person(lab, lab.account(0).user)
    with phone(lab.account(0), trace=True) as running:
        assert running.registration() == 200
        time.sleep(1)
        assert stored(pbx, dn, "AstAccountIPAddress") != []
        assert stored(pbx, dn, "AstAccountRegistrationServer") == ["pbx"]
        assert "baresip" in stored(pbx, dn, "AstAccountUserAgent")[0]
        assert int(stored(pbx, dn, "AstAccountExpirationTimestamp")[0]) > time.time()


def test_a_phone_whose_secret_was_taken_away_is_refused_soon(pbx: Host, lab: Lab) -> None:
    account, attribute = lab.account(2), "AstAccountRealmedPassword"
    dn = person(lab, account.user)
    assert register(account) == 200
    # On this release such a name makes one more copy of the peer in memory, which must go as well.
    register(Account(f"{account.user}%2a", "", lab.pbx))
    (ha1,) = stored(pbx, dn, attribute)
    replace_value(pbx, dn, attribute, None)
    try:
        time.sleep(2 * WATCH_SECONDS)
        assert register(account) == 403
    finally:
        replace_value(pbx, dn, attribute, ha1)
    assert register(account) == 200


def test_a_phone_stays_known_to_asterisk_although_its_entry_is_written_on_registration(
    pbx: Host, lab: Lab
) -> None:
    with phone(lab.account(1)) as running:
        running.registration()
        time.sleep(2 * WATCH_SECONDS)
        assert lab.account(1).user in pbx.check_output("asterisk -rx 'sip show peers'")


def test_extensions_203_and_202_speak(pbx: Host, lab: Lab) -> None:
    heard = call(lab.account(0), "203")
    assert heard.audible_seconds >= SPEECH_SECONDS
    assert heard.peak_dbfs < -1, "speech is not clipped"
    assert call(lab.account(0), "202").audible_seconds >= SPEECH_SECONDS


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
        time.sleep(WATCH_SECONDS)
        assert register(first) == 200
        assert register(lab.account(0, "not-the-password")) == 403
        assert call(first, "203").audible_seconds >= SPEECH_SECONDS
        with phone(second) as called:
            assert called.registration() == 200
            assert call(first, extension, seconds=2).audible_seconds > 0.5
    assert register(first) == 200
