# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_users without a server: its options are checked, and LDIF gets what a record would."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import parse_text
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    AttributeChange,
    DesiredEntry,
    from_records,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users import module
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.convert import Settings
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

DN = "uid=anna,ou=people,dc=org"
PHONE = f"dn: {DN}\nobjectClass: inetOrgPerson\nobjectClass: AsteriskPJSIPUser\nsn: B\n"
# printf "anna:asterisk:s3cret" | md5sum
DIGEST = b"7317dc6a294c932738ab14e9f7fd8a2c"
OPTIONS: dict[str, Any] = {
    "people_dn": "ou=people,dc=org",
    "realm": "asterisk",
    "sip_drivers": ["pjsip"],
    "update_password": "always",
    "state": "present",
    "defaults": None,
}


def from_ldif(lines: str, **settings: Any) -> DesiredEntry:
    (entry,) = from_records(parse_text(PHONE + lines), "x.ldif")
    return module._from_ldif(entry, Settings("ou=people,dc=org", **settings))


def test_a_phone_with_a_clear_password_gets_its_ha1() -> None:
    assert from_ldif("userPassword: s3cret\n").attributes["AstAccountRealmedPassword"] == [DIGEST]
    assert from_ldif("uid: anna\nUSERPASSWORD: s3cret\n").attributes["AstAccountRealmedPassword"] == [DIGEST]


@pytest.mark.parametrize(
    "lines",
    ["userPassword: {SSHA}x\n", "userPassword: s3cret\nastaccountrealmedpassword: x\n", "mail: x\n"],
)
def test_a_phone_with_a_hash_or_a_digest_is_left_as_it_is(lines: str) -> None:
    assert "AstAccountRealmedPassword" not in from_ldif(lines).attributes


def test_on_create_sets_secrets_only_where_none_is_stored() -> None:
    entry = from_ldif("userPassword: s3cret\nAstVoicemailPassword: 1\n", update_password="on_create")
    assert set(entry.attributes) == {"objectClass", "sn"}
    assert entry.changes == (
        AttributeChange("set_if_absent", "userPassword", [b"s3cret"]),
        AttributeChange("set_if_absent", "AstVoicemailPassword", [b"1"]),
        AttributeChange("set_if_absent", "AstAccountRealmedPassword", [DIGEST]),
    )


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(ModuleError, match=r"x\.ldif, line 1: userPassword is empty"):
        from_ldif("userPassword:\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"people_dn": "people"}, "people_dn: "),
        ({"people_dn": ""}, "people_dn: the empty DN names no entry"),
        ({"defaults": {"password": "x"}}, "defaults: password belongs to one person"),
    ],
)
def test_a_bad_option_is_reported_by_its_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModuleError, match=f"^{message}"):
        module._settings({**OPTIONS, **options})


def test_people_are_checked_without_a_server() -> None:
    options = {**OPTIONS, "users": None, "src": None, "content": None}
    (entry,) = module.check_input({**options, "users": [{"uid": "anna", "surname": "B"}]})
    assert entry.dn == DN
    two = [{"uid": uid, "surname": "B", "extension": "101"} for uid in ("anna", "bert")]
    with pytest.raises(ModuleError, match="extension '101' is that of users, uid 'anna'"):
        module.check_input({**options, "users": two})
    with pytest.raises(ModuleError, match="anonymous"):
        module.check_input({**options, "content": PHONE.replace(DN, "uid=anonymous,dc=org")})
