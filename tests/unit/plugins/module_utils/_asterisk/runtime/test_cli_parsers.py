# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Output of Asterisk 22.10 and 16.28 is parsed into data."""

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


def test_modules_are_read_with_their_status() -> None:
    assert cli_parsers.modules(MODULES) == {
        "app_voicemail.so": True,
        "app_voicemail_odbc.so": False,
        "extconfig": True,
    }


def test_the_outcome_of_a_reload_is_read_from_its_output() -> None:
    assert cli_parsers.reload_outcome("Module 'res_pjsip.so' reloaded successfully.\n") == "reloaded"
    assert cli_parsers.reload_outcome("No such module 'nope.so'\n") == "unknown"
    assert cli_parsers.reload_outcome("The module 'x' does not support reloads\n") == "unsupported"
    assert cli_parsers.reload_outcome("The module 'x' reported a reload failure\n") == "failed"
    assert cli_parsers.reload_outcome("Asterisk cannot reload a module yet; request queued\n") == "queued"
    assert cli_parsers.reload_outcome("") == "unclear"


def test_channels_and_calls_are_counted() -> None:
    assert cli_parsers.calls("2 active channels\n1 of 20 max active calls\n3 calls processed\n") == {
        "channels": 2,
        "active": 1,
        "processed": 3,
    }
    assert cli_parsers.calls("1 active channel\n")["channels"] == 1
    assert cli_parsers.calls("0 active channels\n")["channels"] == 0
    assert cli_parsers.calls("nonsense")["channels"] is None


def test_the_version_is_read_without_the_suffix_of_a_distribution() -> None:
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


def test_contacts_are_read_without_the_heading() -> None:
    assert [contact["uri"] for contact in cli_parsers.contacts(ENDPOINTS)] == ["sip:101@127.0.0.1:25999"]


def test_peers_of_chan_sip_are_read() -> None:
    assert cli_parsers.peers(PEERS) == [
        {"name": "101", "address": "127.0.0.1", "status": "OK (3 ms)"},
        {"name": "102", "address": None, "status": "UNKNOWN"},
    ]


def test_the_state_of_the_ldap_driver_is_read() -> None:
    user = "cn=a,dc=example,dc=org"
    output = f"Connected to 'ldapi:///', baseDN dc=example,dc=org with username {user} for 3 minutes\n"
    assert cli_parsers.ldap_status(output) == {
        "url": "ldapi:///",
        "base_dn": "dc=example,dc=org",
        "bind_dn": user,
        "connected_for": "3 minutes",
    }
    assert cli_parsers.ldap_status("No such command 'realtime show ldap status'") is None


def test_colours_are_removed() -> None:
    assert cli_parsers.strip_colours("\x1b[1;31mWARNING\x1b[0m: x") == "WARNING: x"


def test_a_setting_is_found_by_its_name() -> None:
    assert (
        cli_parsers.setting("  Module directory:            /usr/lib/m\n", "Module directory") == "/usr/lib/m"
    )


def test_websockets_are_served_by_the_http_servers_that_are_bound() -> None:
    text = "HTTP Server Status:\nPrefix: \nServer Enabled and Bound to 0.0.0.0:8088\n\n"
    assert cli_parsers.http_servers(text) == {"ws"}
    assert cli_parsers.http_servers(text + "HTTPS Server Enabled and Bound to [::]:8089\n") == {"ws", "wss"}
    assert cli_parsers.http_servers("HTTP Server Status:\nServer Disabled\n") == set()
