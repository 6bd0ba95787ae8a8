"""Phones from the directory register with their password, call, and survive outages, with either SIP driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lab.directory import replace_value, stopped, stored
from lab.phone import Account, call, phone, register
from lab.phone_entries import HA1_OF_STRANGER, REACHABLE, WATCH_SECONDS, person_dn, phone_entry
from lab.proof import SPEECH_SECONDS, Lab
from lab.wait import wait_until
from testinfra.host import Host

# Everything that a change of the role's files can reload; modules that the host lacks are ignored.
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


def test_every_phone_registers_with_its_password_from_the_directory(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number)) == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_response(lab: Lab) -> None:
    for number in range(len(lab.facts["phones"])):
        assert register(lab.account(number, "not-the-password")) == lab.refusal
    assert register(Account("nobody", "anything", lab.pbx)) == lab.refusal


def test_a_complete_entry_of_any_origin_registers_while_it_exists(pbx: Host, lab: Lab) -> None:
    reachable = REACHABLE[lab.pbx_host["sip"]].format(uid="stranger")
    with phone_entry(pbx, lab, "stranger", reachable + HA1_OF_STRANGER):
        assert register(Account("stranger", "known", lab.pbx)) == 200
        assert register(Account("stranger", "", lab.pbx)) != 200
    # The driver keeps known phones in memory; the directory watch expires those that were removed.
    assert wait_until(
        lambda: register(Account("stranger", "known", lab.pbx)) == lab.refusal, 2 * WATCH_SECONDS
    )


def test_a_phone_whose_secret_was_removed_is_refused_soon(pbx: Host, lab: Lab) -> None:
    account, attribute = lab.account(2), "AstAccountRealmedPassword"
    dn = person_dn(lab, account.user)
    assert register(account) == 200
    # On old releases, such a name makes chan_sip keep another copy of the peer, which must be removed as well.
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


def test_a_phone_reaches_another_at_its_extension_in_the_directory(lab: Lab) -> None:
    with phone(lab.account(1)) as called:
        called.registration()
        heard = call(lab.account(0), lab.facts["phones"][1]["extension"], seconds=3)
        called.hang_up()
        assert heard.audible_seconds > 1
        assert called.heard().audible_seconds > 1


def test_a_call_continues_during_a_reload_without_a_gap(
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
    """Return the active channels."""
    lines = pbx.check_output("asterisk -rx 'core show channels concise'").splitlines()
    return {line.split("!")[0] for line in lines if "!" in line}


def test_known_phones_keep_registering_and_calling_while_the_directory_is_down(pbx: Host, lab: Lab) -> None:
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
