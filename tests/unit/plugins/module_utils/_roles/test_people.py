# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People whom nobody could call, and roles that disagree, are told before anything is written."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._roles.people import (
    disagreements,
    extension_problems,
)

ASTERISK = {
    "asterisk_user_extension_pattern": "_1XX",
    "asterisk_festival_extension": "203",
    "asterisk_text2wave_extension": "202",
    "asterisk_say_extension": "",
    "asterisk_voicemail_extension": "150",
    "asterisk_voicemail": False,
    "asterisk_files": [],
    "asterisk_dialplan_extra": "",
    "asterisk_dialplan_ldap_dn": "",
    "asterisk_realm": "asterisk",
    "asterisk_ldap_bind_dn": "cn=asterisk",
    "asterisk_ldap_password": "x",
}
DIRECTORY = {
    "directory_users": [{"uid": "tess"}],
    "directory_users_ldif": "",
    "directory_realm": "asterisk",
    "directory_service_dn": "cn=asterisk",
    "directory_service_password": "x",
}


def unreachable(extension: str, **given: t.Any) -> list[str]:
    return list(extension_problems({**ASTERISK, **given}, [("directory_users, uid 'tess'", extension)]))


@pytest.mark.parametrize(
    ("extension", "given"),
    [
        ("101", {}),
        ("201", {"asterisk_user_extension_pattern": "_[12]XX"}),
        ("150", {}),
        ("201", {"asterisk_dialplan_extra": "exten => 201,1,Hangup()"}),
        ("201", {"asterisk_dialplan_ldap_dn": "ou=dialplan"}),
        ("201", {"asterisk_files": [{"name": "extensions.conf"}]}),
    ],
)
def test_an_extension_that_can_be_dialled_is_accepted(extension: str, given: dict[str, t.Any]) -> None:
    assert unreachable(extension, **given) == []


def test_an_extension_outside_the_pattern_is_refused() -> None:
    assert unreachable("201") == [
        "directory_users, uid 'tess': the extension '201' cannot be dialled, as asterisk_user_extension_pattern "
        "(_1XX) does not match it; change one of them."
    ]


def test_an_extension_that_the_role_answers_itself_is_refused() -> None:
    assert "asterisk_festival_extension" in unreachable("203", asterisk_user_extension_pattern="_2XX")[0]
    assert "asterisk_voicemail_extension" in unreachable("150", asterisk_voicemail=True)[0]


def test_roles_that_agree_are_accepted() -> None:
    assert list(disagreements(ASTERISK, DIRECTORY)) == []


def test_another_realm_is_refused_if_there_are_people() -> None:
    other = {**DIRECTORY, "directory_realm": "pbx"}
    assert "no phone could register" in next(disagreements(ASTERISK, other))
    assert list(disagreements(ASTERISK, {**other, "directory_users": []})) == []


def test_another_password_of_the_same_account_is_refused_without_showing_it() -> None:
    (said,) = disagreements(ASTERISK, {**DIRECTORY, "directory_service_password": "hunter2"})
    assert "cn=asterisk" in said
    assert "hunter2" not in said
    own = {**ASTERISK, "asterisk_ldap_bind_dn": "cn=reader", "asterisk_ldap_password": "y"}
    assert list(disagreements(own, DIRECTORY)) == []
