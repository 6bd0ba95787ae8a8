# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Asterisk could not use is refused in one sentence."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"asterisk_realm": "a;b"}, ["asterisk_realm is 'a;b'", "semicolons"]),
        ({"asterisk_ldap_uri": "ldap.example.org"}, ["asterisk_ldap_uri", "ldaps://"]),
        ({"asterisk_messages_context": "LocalSets"}, ["asterisk_messages_context", "another context"]),
        ({"asterisk_messages_reply": "${x}"}, ["asterisk_messages_reply", "dollar sign"]),
        (
            {"asterisk_contact_deny": ["192.0.2.1/24"]},
            ["asterisk_contact_deny contains '192.0.2.1/24'", "192.0.2.0/24"],
        ),
        ({"asterisk_contact_deny": ["localhost"]}, ["'localhost', which is not a network"]),
        ({"asterisk_messages_per_minute": 0}, ["asterisk_messages_per_minute is 0", "from 1 to"]),
        ({"asterisk_tts_engine": "piper"}, ["asterisk_tts_piper_model"]),
        (
            {"asterisk_transports": [{"name": "udp", "protocol": "udp"}]},
            ["item 1 of asterisk_transports", "bind"],
        ),
        (
            {"asterisk_xmpp_accounts": [{"name": "pbx", "jid": "pbx@x"}]},
            ["asterisk_xmpp_accounts", "password"],
        ),
        (
            {"asterisk_rtp_port_min": 20000},
            ["asterisk_rtp_port_min is 20000", "asterisk_rtp_port_max (20000)"],
        ),
    ],
)
def test_a_value_that_cannot_work_is_named_with_the_reason(given: dict[str, t.Any], words: list[str]) -> None:
    (said,) = problems(**given)
    for word in words:
        assert word in said
    assert "hunter2" not in said


def test_a_build_needs_its_source_and_the_checksum_of_a_url() -> None:
    (said,) = problems(method="source")
    assert said.startswith("asterisk_source and asterisk_source_version are not set")
    url = {"asterisk_source": "https://example.org/a.tar.gz", "asterisk_source_version": "22.1.0"}
    assert "asterisk_source_checksum" in problems(method="source", **url)[0]
    assert problems(method="source", asterisk_source_release="22.1.0") == []


def test_a_password_that_the_configuration_would_cut_is_refused() -> None:
    said = problems(["asterisk"], asterisk_ldap_password="hunter2;")
    assert len(said) == 1
    assert "semicolons" in said[0]
    assert "hunter2" not in said[0]
