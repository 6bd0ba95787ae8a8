# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters and lookups as a playbook uses them, with a real slapd."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import ldap
import pytest
from conftest import Runner, empty
from slapd_server import PEOPLE, SUFFIX, SlapdServer, versions_present

PASSWORD = "phone-s3cret"
UNITS = [
    {
        "dn": SUFFIX,
        "attributes": {"objectClass": ["dcObject", "organization"], "dc": "example", "o": "Zürich"},
    },
    {"dn": PEOPLE, "attributes": {"objectClass": "organizationalUnit", "ou": "people"}},
]


@pytest.fixture(scope="module")
def server() -> Iterator[SlapdServer]:
    """The newest slapd, which is enough: the modules are tested with each of them."""
    with SlapdServer(versions_present()[-1], log_level=0) as slapd:
        yield slapd


@pytest.fixture
def run(server: SlapdServer) -> Runner:
    """Runs modules against the server, whose database is empty."""
    empty(server)
    return Runner(server)


def evaluate(run: Runner, expression: str, **variables: Any) -> tuple[Any, str]:
    """What an expression gives in a playbook, None if it fails, and all that Ansible prints."""
    result = run.server.directory / "result.json"
    result.unlink(missing_ok=True)
    task = {"content": f"{{{{ {expression} | to_json }}}}", "dest": str(result)}
    done = subprocess.run(
        ["ansible", "localhost", "-m", "copy", "-a", json.dumps(task), "-e", json.dumps(variables)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return json.loads(result.read_text()) if result.exists() else None, done.stdout + done.stderr


def test_slapd_takes_the_ldif_and_the_hash_that_the_filters_give(run: Runner) -> None:
    person = {
        "dn": f"cn=Ann Lee,{PEOPLE}",
        "attributes": {
            "objectClass": "person",
            "sn": "Lee",
            "userPassword": "{{ secret | switchboard.pbx.ssha }}",
        },
    }
    text, printed = evaluate(run, "(units | switchboard.pbx.ldif)", units=[*UNITS, person], secret=PASSWORD)
    assert text and PASSWORD not in text, printed
    source = run.server.directory / "people.ldif"
    source.write_text(text)
    run.server.stop()
    run.server.slapadd(source)
    run.server.start()
    run.server.connect_as(f"cn=Ann Lee,{PEOPLE}", PASSWORD)
    with pytest.raises(ldap.INVALID_CREDENTIALS):
        run.server.connect_as(f"cn=Ann Lee,{PEOPLE}", "wrong")


@pytest.fixture
def phones(run: Runner) -> Runner:
    """A directory with a phone for the realm office.example.org, and a person without a phone."""
    run("ldap_schema", as_root=False, schemas=[{"name": "asterisk"}, {"name": "asterisk-pjsip"}])
    run("ldap_entries", entries=UNITS)
    people = [
        {"uid": "rbryant", "surname": "Bryant", "extension": "101", "password": PASSWORD},
        {"uid": "jdoe", "surname": "Doe"},
    ]
    done = run("ldap_users", people_dn=PEOPLE, realm="office.example.org", users=people)
    assert not done.get("failed"), done
    return run


def look_up(run: Runner, *users: str, **options: Any) -> tuple[Any, str]:
    account = {"server_uri": run.server.uri, "bind_dn": run.server.rootdn, "bind_pw": run.server.rootpw}
    given = {"people_dn": PEOPLE, "password": PASSWORD, **account, **options}
    arguments = ", ".join(["'switchboard.pbx.ha1_realm'", "*users", "wantlist=true", "**given"])
    return evaluate(run, f"lookup({arguments})", users=users, given=given)


def test_the_realm_of_a_stored_phone_password_is_found(phones: Runner) -> None:
    found, printed = look_up(phones, "RBryant", realms=["asterisk", "office.example.org"])
    assert found == ["office.example.org"], printed
    assert PASSWORD not in printed and phones.server.rootpw not in printed


@pytest.mark.parametrize(
    ("user", "options", "words"),
    [
        ("rbryant", {}, "belongs to none of the realms asterisk with this password"),
        ("jdoe", {}, "shows no AstAccountRealmedPassword; bind with an account that may read it"),
        ("rbryant*", {}, "There is no entry with the uid 'rbryant*'"),
        ("rbryant", {"bind_pw": "wrong"}, "check bind_dn and bind_pw"),
        ("rbryant", {"server_uri": "ldap://127.0.0.1:1"}, "cannot be reached: Connection refused"),
    ],
)
def test_a_realm_that_is_not_found_is_an_error_in_one_sentence(
    phones: Runner, user: str, options: dict[str, str], words: str
) -> None:
    found, printed = look_up(phones, user, **options)
    assert found is None and words in printed, printed
    assert PASSWORD not in printed and phones.server.rootpw not in printed
