"""Phones out of the directory, whatever driver serves them: let in by their password, called, and never cut off."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from lab import directory
from lab.directory import replace_value, stopped, stored
from lab.phone import Account, call, phone, register
from lab.proof import SPEECH_SECONDS, Lab
from lab.wait import wait_until
from testinfra.host import Host

WATCH_SECONDS = 5
# What a phone needs beside a secret, as each driver reads it.
NEW_PHONE = {
    "pjsip": """\
objectClass: inetOrgPerson
objectClass: AsteriskPJSIPUser
AstPJSIPAuthUser: {uid}
AstPJSIPAuthType: md5
AstPJSIPMaxContacts: 1
""",
    "chan_sip": """\
objectClass: inetOrgPerson
objectClass: AsteriskSIPUser
AstAccountType: friend
""",
}
NAMES = "uid: {uid}\ncn: {uid}\nsn: {uid}\nAstAccountContext: LocalSets\nAstAccountAllowedCodec: !all,ulaw\n"
# What tells the driver where the phone is, and by which name it proves itself.
REACHABLE = {
    "pjsip": "AstPJSIPAors: {uid}\nAstPJSIPAuth: {uid}\n",
    "chan_sip": "AstAccountHost: dynamic\n",
}
# md5 of stranger:asterisk:known
HA1_OF_STRANGER = "AstAccountRealmedPassword: d9b1bf14153e41ac3d9013fa6a45bfa1\n"
# All that a change of the role's files can have reloaded; what the host has not is left out.
RELOADED = [
    "extconfig",
    "res_config_ldap.so",
    "res_rtp_asterisk.so",
    "app_voicemail.so",
    "chan_sip.so",
    "manager",
    "pbx_config.so",
    "res_pjsip.so",
]


def entry(pbx: Host, lab: Lab, uid: str, more: str) -> AbstractContextManager[None]:
    """A phone's entry, with these lines of LDIF more, that exists as long as the block."""
    text = (NEW_PHONE[lab.pbx_host["sip"]] + NAMES).format(uid=uid) + more
    return directory.entry(pbx, person(lab, uid), text)


def person(lab: Lab, uid: str) -> str:
    """The DN of somebody's entry."""
    return f"uid={uid},{lab.facts['people_dn']}"


def test_every_phone_registers_with_its_password_from_the_directory(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number)) == 200


def test_another_password_and_an_unknown_name_are_refused_alike(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number, "not-the-password")) == lab.refusal
    assert register(Account("nobody", "anything", lab.pbx)) == lab.refusal


def test_a_whole_entry_of_any_origin_registers_as_long_as_it_exists(pbx: Host, lab: Lab) -> None:
    reachable = REACHABLE[lab.pbx_host["sip"]].format(uid="stranger")
    with entry(pbx, lab, "stranger", reachable + HA1_OF_STRANGER):
        assert register(Account("stranger", "known", lab.pbx)) == 200
        assert register(Account("stranger", "", lab.pbx)) != 200
    # The driver keeps what it knows in memory; the directory watch has it forget who is gone.
    assert wait_until(
        lambda: register(Account("stranger", "known", lab.pbx)) == lab.refusal, 2 * WATCH_SECONDS
    )


def test_a_phone_whose_secret_was_taken_away_is_refused_soon(pbx: Host, lab: Lab) -> None:
    account, attribute = lab.account(2), "AstAccountRealmedPassword"
    dn = person(lab, account.user)
    assert register(account) == 200
    # On old releases such a name makes chan_sip keep one more copy of the peer, which must go as well.
    register(Account(f"{account.user}%2a", "", lab.pbx))
    (ha1,) = stored(pbx, dn, attribute)
    replace_value(pbx, dn, attribute, None)
    try:
        assert wait_until(lambda: register(account) == lab.refusal, 2 * WATCH_SECONDS)
    finally:
        replace_value(pbx, dn, attribute, ha1)
    assert register(account) == 200


def test_extensions_203_and_202_speak(pbx: Host, lab: Lab) -> None:
    heard = call(lab.account(0), "203")
    assert heard.audible_seconds >= SPEECH_SECONDS
    assert heard.peak_dbfs < -1, "speech is not clipped"
    assert call(lab.account(0), "202").audible_seconds >= SPEECH_SECONDS
    assert pbx.check_output("find /tmp -name '*text2wave*'") == "", "the spoken file is removed"


def test_a_phone_reaches_another_at_the_extension_that_the_directory_gives_it(lab: Lab) -> None:
    with phone(lab.account(1)) as called:
        called.registration()
        heard = call(lab.account(0), lab.facts["phones"][1]["extension"], seconds=3)
        called.hang_up()
        assert heard.audible_seconds > 1
        assert called.heard().audible_seconds > 1


def test_a_call_goes_on_through_a_reload_and_both_sides_hear_no_gap(
    pbx: Host, lab: Lab, module: Callable[..., dict[str, Any]]
) -> None:
    with phone(lab.account(1)) as called:
        called.registration()
        with phone(lab.account(0), f"/dial {lab.facts['phones'][1]['extension']}") as caller:
            caller.wait_for("Call established")
            started = time.monotonic()
            before = channels(pbx)
            result = module("asterisk_reload", modules=RELOADED)
            assert not result["failed"], result
            assert {"pbx_config.so", "res_config_ldap.so"} < set(result["reloaded"])
            time.sleep(2)
            assert channels(pbx) == before
            lasted = time.monotonic() - started
            caller.hang_up()
            called.hang_up()
            for side in (caller, called):
                assert side.heard().audible_seconds > lasted - 1


def channels(pbx: Host) -> set[str]:
    """Those that carry a call now."""
    lines = pbx.check_output("asterisk -rx 'core show channels concise'").splitlines()
    return {line.split("!")[0] for line in lines if "!" in line}


def test_known_phones_go_on_registering_and_calling_while_the_directory_is_away(pbx: Host, lab: Lab) -> None:
    first, second = lab.account(0), lab.account(1)
    extension = lab.facts["phones"][1]["extension"]
    with phone(second) as called:
        called.registration()
        assert call(first, extension, seconds=2).audible_seconds > 0.5
    with stopped(pbx, "slapd"):
        time.sleep(WATCH_SECONDS)
        for _ in range(3):
            assert register(first) == 200
            assert register(lab.account(0, "not-the-password")) == lab.refusal
        assert call(first, "203").audible_seconds >= SPEECH_SECONDS
        with phone(second) as called:
            assert called.registration() == 200
            assert call(first, extension, seconds=2).audible_seconds > 0.5
    assert register(first) == 200
