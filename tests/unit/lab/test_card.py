# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make lab` ends with what a person needs to use the lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lab.card import card

ROOT = Path(__file__).resolve().parents[3]

FACTS: dict[str, Any] = {
    "hosts": [
        {
            "name": "pbx",
            "address": "10.88.0.2",
            "asterisk": "22.10.1+dfsg-1",
            "slapd": "2.6.14",
            "festival": "",
            "sip": "pjsip",
            "ssh": f"ssh -F {ROOT}/.cache/hosts/lab-default/ssh_config pbx",
        }
    ],
    "phones": [
        {
            "user": "rbryant",
            "extension": "101",
            "password": "s3cret",
            "voicemail": {"mailbox": "901", "pin": "4711"},
        },
        {"user": "zgross", "extension": "103", "password": "g3heim"},
    ],
    "extensions": {"voicemail": "8500", "say": "204"},
    "engine": "espeak",
    "ldap_uri": "ldap://10.88.0.2",
    "ldap_ca": "",
    "people_dn": "ou=people,dc=example,dc=org",
    "messages": {},
}
MESSAGES = {
    "alias": "pbx",
    "call_word": "call me",
    "chat": {
        "server": "10.88.0.3",
        "domain": "example.org",
        "pbx": "pbx@example.org",
        "certificate": f"{ROOT}/.cache/hosts/lab-messaging/chat.pem",
        "people": {"zoe": "ch4t"},
    },
}


def row(text: str, *words: str) -> bool:
    """Return whether a line has all these words."""
    return any(all(word in line for word in words) for line in text.splitlines())


def test_the_card_names_hosts_with_addresses_and_versions() -> None:
    assert row(card(FACTS), "hosts", "pbx", "10.88.0.2", "Asterisk 22.10.1, slapd 2.6.14")


def test_the_card_names_phones_with_their_passwords() -> None:
    assert row(card(FACTS), "rbryant", "101", "s3cret", "mailbox 901, PIN 4711")
    assert row(card(FACTS), "zgross", "103", "g3heim")


def test_the_card_names_extensions_to_dial_in_order() -> None:
    shown = card(FACTS)
    assert row(shown, "204", "speaks (espeak)")
    assert shown.index("204 ") < shown.index("8500 ")


def test_the_card_says_how_to_reach_a_host_without_the_path_of_this_machine() -> None:
    assert row(card(FACTS), "shell", " ssh -F .cache/hosts/lab-default/ssh_config pbx")
    assert str(ROOT) not in card({**FACTS, "messages": MESSAGES, "ldap_ca": f"{ROOT}/.cache/ca.pem"})


@pytest.mark.parametrize(("scenario", "named"), [("default", ""), ("speech", " SCENARIO=speech")])
def test_the_card_says_how_to_look_change_and_remove(scenario: str, named: str) -> None:
    shown = card(FACTS, scenario)
    assert row(shown, "report", f"make report{named}:")
    assert row(shown, "change", f"molecule/{scenario}/inventory", f"make lab{named}")
    assert row(shown, "remove", f"make lab-down{named}")


def test_the_card_names_messages_and_chat_where_there_are_some() -> None:
    assert "chat" not in card(FACTS)
    shown = card({**FACTS, "messages": MESSAGES})
    assert row(shown, "pbx", "«call me» makes it call you")
    assert row(shown, "zoe@example.org", "ch4t")


def test_labels_are_emphasized_where_that_is_possible() -> None:
    assert "<phones     >" in card(FACTS, bold=lambda text: f"<{text}>")
