# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each changed file requires the reload of its readers, a restart or nothing."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.file_effects import (
    file_effects,
    transports_need_restart,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse

TRANSPORT = "[udp]\ntype=transport\nbind=0.0.0.0:5060\n"


def needs_restart(old: str, new: str) -> bool:
    before, after = ({"pjsip.conf": parse(text, "pjsip.conf")} for text in (old, new))
    return transports_need_restart(before, after, "/etc/asterisk")


def test_modules_that_others_depend_on_are_reloaded_first() -> None:
    effects = file_effects(["pjsip.conf", "res_ldap.conf", "extconfig.conf"], {}, {})
    assert effects == (["extconfig", "res_config_ldap.so", "res_pjsip.so"], False, [])


def test_the_includers_of_a_file_determine_its_effects() -> None:
    assert file_effects(["a.conf"], {"a.conf": ["sip.conf"]}, {}).modules == ["chan_sip.so"]
    assert file_effects(["a.conf"], {"a.conf": ["modules.conf"]}, {}).restart


def test_modules_set_by_the_user_replace_the_known_ones() -> None:
    assert file_effects(["sip.conf"], {}, {"sip.conf": ["mine.so"]}).modules == ["mine.so"]


def test_a_file_without_a_known_reader_is_unknown() -> None:
    assert file_effects(["mine.conf", "festival.conf"], {}, {}) == ([], False, ["mine.conf"])


def test_a_changed_or_removed_transport_needs_a_restart_and_a_new_one_does_not() -> None:
    assert needs_restart(TRANSPORT, TRANSPORT.replace("5060", "5070"))
    assert needs_restart(TRANSPORT, "[general]\n")
    assert not needs_restart(TRANSPORT, TRANSPORT + "[tcp]\ntype=transport\n")
    assert not needs_restart(TRANSPORT, TRANSPORT + "[101]\ntype=endpoint\n")


def test_a_transport_that_allows_reloads_needs_no_restart() -> None:
    for word in ("yes", "true", "True", "1", "on", "y", "t"):
        for option in ("allow_reload", "Allow_Reload"):
            text = TRANSPORT + f"{option}={word}\n"
            assert not needs_restart(text, text.replace("5060", "5070"))
    for word in ("no", "0", "", "enabled"):
        text = TRANSPORT + f"allow_reload={word}\n"
        assert needs_restart(text, text.replace("5060", "5070"))


def test_the_permissions_of_the_console_are_read_at_start() -> None:
    assert file_effects(["cli_permissions.conf"], {}, {}) == ([], True, [])


def test_every_reader_of_a_shared_file_is_reloaded() -> None:
    assert file_effects(["http.conf"], {}, {}).modules == ["http", "res_http_post.so"]
    assert {"chan_sip.so", "manager", "pbx_config.so"} <= set(file_effects(["users.conf"], {}, {}).modules)
