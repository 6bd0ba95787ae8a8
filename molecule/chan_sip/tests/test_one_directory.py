"""One directory serves PBXs of either stack, and one of both, with the same people."""

from __future__ import annotations

import time

import pytest
from conftest import Elsewhere
from lab.directory import entry, stored
from lab.phone import Account, call, phone, register
from lab.phone_entries import WATCH_SECONDS, person_dn
from lab.proof import SPEECH_SECONDS, Lab
from lab.sip_message import send_message
from lab.wait import wait_until
from testinfra.host import Host

CHAN_SIP_PORT = 5062
# In the directory only: see the inventory.
DIRECTORY_EXTENSION = "301"
# The last is the md5 of oldphone:asterisk:known.
ONLY_CHAN_SIP = """\
objectClass: inetOrgPerson
objectClass: AsteriskSIPUser
uid: oldphone
cn: oldphone
sn: oldphone
AstAccountType: friend
AstAccountHost: dynamic
AstAccountContext: LocalSets
AstAccountAllowedCodec: !all,ulaw
AstExtension: 150
AstAccountRealmedPassword: 6be009fd7fcabb48ee66c976c314e581
"""


def test_the_same_people_register_on_each_pbx_and_nobody_without_the_password(
    lab: Lab, pbx22: Elsewhere, mixed: Elsewhere
) -> None:
    for number in range(len(lab.facts["phones"])):
        for account in (
            lab.account(number),
            pbx22.account(number),
            mixed.account(number),
            mixed.account(number, port=CHAN_SIP_PORT),
        ):
            assert register(account) == 200
    assert register(pbx22.account(0, "not-the-password")) == 401
    assert register(mixed.account(0, "not-the-password")) == 401
    assert register(mixed.account(0, "not-the-password", CHAN_SIP_PORT)) == 403


def test_each_stack_of_one_host_has_ports_of_its_own(mixed: Elsewhere) -> None:
    sockets = mixed.host.check_output("ss -H -l -n -p --udp")
    ports = {
        line.split()[3].rsplit(":", 1)[1]
        for line in sockets.splitlines()
        if "asterisk" in line and line.split()[3].startswith("0.0.0.0:")
    }
    assert {"5060", "5062", "4569"} <= ports
    assert ("LISTEN", "5060") in {
        (line.split()[0], line.split()[3].rsplit(":", 1)[1])
        for line in mixed.host.check_output("ss -H -l -n --tcp").splitlines()
    }


@pytest.mark.parametrize(("caller_port", "called_port"), [(5060, CHAN_SIP_PORT), (CHAN_SIP_PORT, 5060)])
def test_a_phone_of_one_stack_talks_with_one_of_the_other(
    lab: Lab, mixed: Elsewhere, caller_port: int, called_port: int
) -> None:
    with phone(mixed.account(1, port=called_port)) as called:
        called.registration()
        heard = call(mixed.account(0, port=caller_port), lab.facts["phones"][1]["extension"], seconds=2)
        called.hang_up()
        assert heard.audible_seconds > 1
        assert called.heard().audible_seconds > 1


def test_phones_talk_on_the_pjsip_host_while_the_same_people_are_registered_by_chan_sip(
    lab: Lab, pbx22: Elsewhere
) -> None:
    with phone(lab.account(1)) as called_here, phone(pbx22.account(1)) as called_there:
        assert (called_here.registration(), called_there.registration()) == (200, 200)
        extension = lab.facts["phones"][1]["extension"]
        assert call(pbx22.account(0), extension, seconds=2).audible_seconds > 1
        assert call(lab.account(0), extension, seconds=2).audible_seconds > 1
        called_here.hang_up()
        called_there.hang_up()
        assert called_here.heard().audible_seconds > 1
        assert called_there.heard().audible_seconds > 1


def test_only_the_chan_sip_host_writes_registrations_and_the_pjsip_host_reads_on(
    pbx: Host, lab: Lab, pbx22: Elsewhere
) -> None:
    dn = person_dn(lab, lab.account(2).user)
    before = stored(pbx, dn, "entryCSN")
    assert register(pbx22.account(2)) == 200
    assert stored(pbx, dn, "entryCSN") == before, "PJSIP writes nothing"
    with phone(lab.account(2)) as running:
        assert running.registration() == 200
        assert wait_until(lambda: stored(pbx, dn, "AstAccountIPAddress") != [])
        assert stored(pbx, dn, "AstAccountRegistrationServer") == ["pbx"]
        time.sleep(WATCH_SECONDS)
        assert register(pbx22.account(2)) == 200
        assert register(pbx22.account(2, "not-the-password")) == 401
        assert stored(pbx, dn, "AstAccountRegistrationServer") == ["pbx"]


def test_a_person_without_pjsip_attributes_is_reached_at_the_extension(pbx: Host, lab: Lab) -> None:
    with entry(pbx, person_dn(lab, "oldphone"), ONLY_CHAN_SIP), phone(
        Account("oldphone", "known", lab.pbx)
    ) as called:
        assert called.registration() == 200
        assert call(lab.account(0), "150", seconds=2).audible_seconds > 1


def test_an_extension_that_lives_in_the_directory_only_is_heard_on_every_stack(
    pbx: Host, lab: Lab, pbx22: Elsewhere, mixed: Elsewhere
) -> None:
    for host in (pbx, pbx22.host, mixed.host):
        assert host.run(f"grep -r 'exten => {DIRECTORY_EXTENSION}' /etc/asterisk").stdout == ""
    for account in (lab.account(0), pbx22.account(0), mixed.account(0), mixed.account(0, port=CHAN_SIP_PORT)):
        assert call(account, DIRECTORY_EXTENSION, seconds=5).audible_seconds >= SPEECH_SECONDS


@pytest.mark.parametrize("extension", ["202", "203"])
def test_an_extension_that_could_not_speak_does_not_exist(
    pbx22: Elsewhere, mixed: Elsewhere, extension: str
) -> None:
    """The only Festival server listens on the loopback address of another host."""
    for elsewhere in (pbx22, mixed):
        shown = elsewhere.host.check_output(f"asterisk -rx 'dialplan show {extension}@LocalSets'")
        assert f"'{extension}' =>" not in shown
        with phone(elsewhere.account(0), f"/dial {extension}") as running:
            running.wait_for(r"session closed: 603 Decline")
            assert "Call established" not in running.printed


def test_an_extension_missing_in_the_directory_reaches_nobody(lab: Lab) -> None:
    with phone(lab.account(0), "/dial 302") as running:
        running.wait_for(r"session closed|404 Not Found")
        assert "Call established" not in running.printed


def test_messages_are_refused_by_default(mixed: Elsewhere) -> None:
    assert send_message(mixed.account(0, port=CHAN_SIP_PORT), "102", "hello") == 405
    assert send_message(mixed.account(0), "102", "hello") == 501
