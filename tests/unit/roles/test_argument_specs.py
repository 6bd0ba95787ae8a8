# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The suboptions of a role's variables are those of the module that gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config import argument_spec
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync import entries
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.fields import KEYS, VOICEMAIL_KEYS
from ansible_collections.switchboard.pbx.plugins.modules import (
    asterisk_config,
    asterisk_transports,
    ldap_schema,
)

ROLES = Path(__file__).resolve().parents[3] / "roles"
OPTIONS: dict[str, Any] = {
    name: option
    for path in ROLES.glob("*/meta/argument_specs.yml")
    for name, option in yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"].items()
}
CONFIG = argument_spec.argument_spec()


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if "dict" in str(option)])
def test_every_dictionary_has_its_keys_described(name: str) -> None:
    assert OPTIONS[name].get("options")


@pytest.mark.parametrize(
    ("name", "of_module"),
    [
        ("asterisk_files", asterisk_config.FILE),
        ("asterisk_transports", asterisk_transports.TRANSPORT),
        ("openldap_indexes", CONFIG["database"]["options"]["indexes"]["options"]),
        ("openldap_schemas", ldap_schema.SCHEMA),
        ("openldap_tls", CONFIG["tls"]["options"]),
    ],
)
def test_a_role_takes_what_its_module_takes(name: str, of_module: dict[str, Any]) -> None:
    assert facts(OPTIONS[name]["options"]) == facts(of_module)


def facts(options: dict[str, Any]) -> dict[str, Any]:
    """Options without their descriptions, and without what is false, which is the default."""
    found = {}
    for name, option in options.items():
        kept = {
            key: value for key, value in option.items() if value and key not in ("description", "options")
        }
        found[name] = {**kept, "options": facts(option.get("options", {}))}
    return found


def test_people_and_entries_have_the_keys_that_the_modules_know() -> None:
    assert OPTIONS["directory_users"]["options"].keys() == KEYS
    assert OPTIONS["directory_user_defaults"]["options"].keys() == KEYS - {"uid"}
    assert tuple(OPTIONS["directory_users"]["options"]["voicemail"]["options"]) == VOICEMAIL_KEYS
    assert OPTIONS["directory_entries"]["options"].keys() == set(entries._KEYS)


def test_a_person_may_be_written_in_every_way_that_ldap_users_understands() -> None:
    people = [
        {"uid": "ann", "state": "absent"},
        {"uid": 101, "surname": "Lee", "extension": 101, "direct_media": "no", "max_contacts": "2"},
        {"uid": "bob", "surname": "Lee", "mail": ["a@example.org"], "codecs": "ulaw,alaw", "voicemail": None},
        {"uid": "cid", "surname": "Lee", "mail": "a@example.org", "language": None, "dtmf_mode": None},
    ]
    validated = ArgumentSpecValidator(OPTIONS).validate(
        {"directory_service_password": "x", "directory_users": people}
    )
    assert not validated.error_messages
