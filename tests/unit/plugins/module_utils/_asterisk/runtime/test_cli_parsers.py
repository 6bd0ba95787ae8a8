# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Asterisk's console says is read into data; the texts are those of Asterisk 22.10 and 16.28."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import cli_parsers

MODULES = """\
Module                         Description                              Use Count  Status      Support Level
app_voicemail.so               Comedian Mail (Voicemail System)         0          Running              core
app_voicemail_odbc.so          Comedian Mail (Voicemail System) with OD 0          Not Running          core
extconfig                      Configuration                            16         Running              core
3 modules loaded
"""
ENDPOINTS = """\

 Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>
    I/OAuth:  <AuthId/UserName...........................................................>
        Aor:  <Aor............................................>  <MaxContact>
      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

 Endpoint:  101/101                                              Not in use    0 of inf
     InAuth:  101/101
        Aor:  101                                                1
      Contact:  101/sip:101@127.0.0.1:25999                4ba4cb0c3b Avail        12.345

 Endpoint:  102                                                  Unavailable   1 of 2


Objects found: 2
"""
PEERS = """\
Name/username             Host                                    Dyn Forcerport Comedia    ACL Port     Status      Description                      Realtime
101/101                   127.0.0.1                                D  Yes        Yes            5070     OK (3 ms)                                    Cached RT
102                       (Unspecified)                            D  No         No             0        UNKNOWN
2 sip peers [Monitored: 1 online, 1 offline Unmonitored: 0 online, 0 offline]
"""  # noqa: E501 - as Asterisk prints it


def test_modules_are_read_with_whether_they_run() -> None:
    assert cli_parsers.modules(MODULES) == {
        "app_voicemail.so": True,
        "app_voicemail_odbc.so": False,
        "extconfig": True,
    }


def test_the_outcome_of_a_reload_is_told_from_its_answer() -> None:
    assert cli_parsers.reload_outcome("Module 'res_pjsip.so' reloaded successfully.\n") == "reloaded"
    assert cli_parsers.reload_outcome("No such module 'nope.so'\n") == "unknown"
    assert cli_parsers.reload_outcome("The module 'x' does not support reloads\n") == "unsupported"
    assert cli_parsers.reload_outcome("The module 'x' reported a reload failure\n") == "failed"
    assert cli_parsers.reload_outcome("Asterisk cannot reload a module yet; request queued\n") == "queued"
    assert cli_parsers.reload_outcome("") == "unclear"


def test_channels_are_counted() -> None:
    assert cli_parsers.active_channels("2 active channels\n1 active call\n3 calls processed\n") == 2
    assert cli_parsers.active_channels("1 active channel\n") == 1
    assert cli_parsers.active_channels("0 active channels\n") == 0
    assert cli_parsers.active_channels("nonsense") is None


def test_the_version_is_found_in_what_distributions_print() -> None:
    printed = "Asterisk 22.10.1+dfsg+~cs6.17.60671434-1 built by nobody @ buildd.debian.org on a unknown"
    assert cli_parsers.version(printed) == "22.10.1"
    assert cli_parsers.version("Asterisk 16.28.0~dfsg-0+deb11u4 built by") == "16.28.0"
    assert cli_parsers.version("Asterisk certified/20.7-cert2 built by") == "20.7-cert2"
    assert cli_parsers.version("nothing") is None


def test_endpoints_are_read_with_state_and_contacts() -> None:
    assert cli_parsers.endpoints(ENDPOINTS) == [
        {
            "name": "101",
            "caller_id": "101",
            "state": "Not in use",
            "channels": 0,
            "contacts": [
                {"aor": "101", "uri": "sip:101@127.0.0.1:25999", "status": "Avail", "rtt_ms": 12.345}
            ],
        },
        {"name": "102", "caller_id": "", "state": "Unavailable", "channels": 1, "contacts": []},
    ]


def test_contacts_are_read_and_the_heading_is_not_one() -> None:
    assert [contact["uri"] for contact in cli_parsers.contacts(ENDPOINTS)] == ["sip:101@127.0.0.1:25999"]


def test_peers_of_chan_sip_are_read() -> None:
    assert cli_parsers.peers(PEERS) == [
        {"name": "101", "address": "127.0.0.1", "status": "OK (3 ms)"},
        {"name": "102", "address": None, "status": "UNKNOWN"},
    ]


def test_the_state_of_the_ldap_driver_is_read() -> None:
    user = "cn=a,dc=example,dc=org"
    said = f"Connected to 'ldapi:///', baseDN dc=example,dc=org with username {user} for 3 minutes\n"
    assert cli_parsers.ldap_status(said) == {
        "url": "ldapi:///",
        "base_dn": "dc=example,dc=org",
        "bind_dn": user,
        "connected_for": "3 minutes",
    }
    assert cli_parsers.ldap_status("No such command 'realtime show ldap status'") is None


def test_colours_are_taken_off() -> None:
    assert cli_parsers.plain("\x1b[1;31mWARNING\x1b[0m: x") == "WARNING: x"


def test_a_setting_is_found_by_its_name() -> None:
    assert (
        cli_parsers.setting("  Module directory:            /usr/lib/m\n", "Module directory") == "/usr/lib/m"
    )
