# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server refuses entries that give a phone the name or auth of another one, from any client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ldap
import pytest
from conftest import Runner, empty, entries_of
from slapd_server import BASIC_SCHEMAS, SlapdServer, versions_present

SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
UNIQUE = ["uid", "AstPJSIPAuthUser", "AstPJSIPAuth", "AstPJSIPAors"]
# As the role openldap configures it.
OVERLAY = {
    "name": "unique",
    "options": {"uris": [f"ldap:///{SUFFIX}?{attribute}?sub" for attribute in UNIQUE]},
}
RUSSELL: dict[str, Any] = {
    "uid": "rbryant",
    "surname": "Bryant",
    "extension": "101",
    "password": "phone-s3cret",
}
JIM: dict[str, Any] = {
    "uid": "jvanmeg",
    "surname": "van Meggelen",
    "extension": "102",
    "password": "other-s3cret",
}


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def server_with_overlay(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    """A server with the overlay unique; one of its own, since slapd 2.4 cannot remove an overlay."""
    with SlapdServer(request.param, schemas=BASIC_SCHEMAS) as server:
        run = Runner(server)
        schemas = [{"name": "asterisk"}, {"name": "asterisk-pjsip"}]
        assert not run("ldap_schema", as_root=False, schemas=schemas).get("failed")
        database = {"suffix": SUFFIX, "overlays": [OVERLAY]}
        assert not run("ldap_config", as_root=False, database=database).get("failed")
        assert run("ldap_config", as_root=False, database=database)["changed"] is False
        yield server


@pytest.fixture
def users(server_with_overlay: SlapdServer) -> Runner:
    """A runner of modules, with an ou=people on that server."""
    empty(server_with_overlay)
    run = Runner(server_with_overlay)
    base = {"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}}
    people = {"dn": PEOPLE, "attributes": {"objectClass": "organizationalUnit"}}
    assert run("ldap_entries", entries=[base, people])["changed"]
    return run


def test_people_with_unique_names_are_stored_and_a_second_run_changes_nothing(users: Runner) -> None:
    assert users.both("ldap_users", people_dn=PEOPLE, users=[RUSSELL, JIM])["counts"]["added"] == 2
    assert users.both("ldap_users", people_dn=PEOPLE, users=[RUSSELL, JIM])["changed"] is False


@pytest.mark.parametrize("attribute", UNIQUE)
def test_any_program_is_refused_the_name_of_another_phone(users: Runner, attribute: str) -> None:
    users("ldap_users", people_dn=PEOPLE, users=[RUSSELL, JIM])
    connection = users.server.connect_root()
    dn = f"uid=jvanmeg,{PEOPLE}"
    kind = ldap.MOD_ADD if attribute == "uid" else ldap.MOD_REPLACE
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        connection.modify_s(dn, [(kind, attribute, [b"rbryant"])])
    assert entries_of(users.server)[dn][attribute] == [b"jvanmeg"]


def test_the_module_reports_which_entry_was_refused_and_why(users: Runner) -> None:
    users("ldap_users", people_dn=PEOPLE, users=[RUSSELL])
    thief = {**JIM, "attributes": {"AstPJSIPAuth": "rbryant"}}
    zoe = {"uid": "zgross", "surname": "Groß", "extension": "103", "password": "third-s3cret"}
    before = entries_of(users.server)
    result = users("ldap_users", people_dn=PEOPLE, users=[zoe, thief])
    assert result["failed"]
    assert f"refused to add the entry 'uid=jvanmeg,{PEOPLE}'" in result["msg"]
    assert "unique" in result["msg"]
    assert "another entry already has one of its values" in result["msg"]
    left = set(entries_of(users.server)) - set(before)
    assert left <= {f"uid=zgross,{PEOPLE}"}, (
        "a server without transactions stores the operations before the refused one"
    )
