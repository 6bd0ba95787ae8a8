# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide "An existing directory", step by step, on a directory that others have filled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Runner
from slapd_server import versions_present

from ansible_collections.switchboard.pbx.tests.unit.docs.snippets import Snippet, rst_snippets

ROOT = Path(__file__).resolve().parents[2]
SUFFIX = "dc=example,dc=org"
WRITER, READER = f"cn=switchboard,{SUFFIX}", f"cn=asterisk,ou=services,{SUFFIX}"
RUSSELL = f"uid=rbryant,ou=people,{SUFFIX}"
PASSWORDS = {
    "vault_switchboard_password": "to write",
    "vault_asterisk_password": "to read",
    "vault_rbryant_phone_password": "to call",
}
HA1 = "2f62a260271ed2e62b3ffe0ba34a76b3"
HERE = {
    "ansible_connection": "local",
    "ansible_python_interpreter": sys.executable,
    "ansible_facts": {"os_family": "Debian"},
}


@pytest.fixture(scope="module")
def steps() -> dict[str, Snippet]:
    """The code blocks of the guide by their first word."""
    guide = (ROOT / "docs/docsite/rst/existing_directory.rst").read_text()
    return {snippet.text.split()[0]: snippet for snippet in rst_snippets(guide)}


@pytest.fixture
def prepared(run: Runner, steps: dict[str, Snippet]) -> Runner:
    """A directory with a person and the writing account, prepared as the guide says."""
    everything = run.server.connect_root()
    everything.add_s(SUFFIX, [("objectClass", [b"domain"])])
    everything.add_s(
        f"ou=people,{SUFFIX}", [("objectClass", [b"organizationalUnit", b"uidObject"]), ("uid", [b"x"])]
    )
    role = [b"organizationalRole", b"simpleSecurityObject"]
    password = PASSWORDS["vault_switchboard_password"].encode()
    everything.add_s(WRITER, [("objectClass", role), ("userPassword", [password])])
    person = {
        "cn": "Russell Bryant",
        "sn": "Bryant",
        "mail": "russell@example.org",
        "userPassword": "to log in",
    }
    values = [(name, [value.encode()]) for name, value in person.items()]
    everything.add_s(RUSSELL, [("objectClass", [b"inetOrgPerson"]), *values])

    (task,) = yaml.safe_load(steps["-"].text)[0]["tasks"]
    arguments = {**task["switchboard.pbx.ldap_schema"], "backup": None}
    assert not run("ldap_schema", as_root=False, **arguments).get("failed")
    call = ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", run.server.uri]
    subprocess.run(call, input=steps["dn:"].text, text=True, check=True, capture_output=True)
    return run


def site(server_uri: str, inventory: dict[str, Any], folder: Path) -> str:
    """Run what the site playbook runs on a client of a directory, except the installation; return the output."""
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
    play = {"hosts": "ldap_clients", "gather_facts": False, "roles": ["switchboard.pbx.directory"]}
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    extra = {**PASSWORDS, **HERE, "directory_uri": server_uri}
    call = [
        "ansible-playbook",
        "-i",
        str(folder / "hosts.yml"),
        "--tags",
        "configure",
        "-e",
        json.dumps(extra),
    ]
    done = subprocess.run([*call, str(folder / "play.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "shared_slapd", versions_present()[-1:], ids=lambda version: version.name, indirect=True
)
def test_a_person_of_an_existing_directory_gets_a_phone(
    prepared: Runner, steps: dict[str, Snippet], tmp_path: Path
) -> None:
    inventory = yaml.safe_load(steps["all:"].text)
    # The server is reached over its socket, where there is no certificate to verify.
    del inventory["all"]["vars"]["directory_ca"]
    before = prepared.server.connect_root().read_s(RUSSELL)
    site(prepared.server.uri, inventory, tmp_path)

    asterisk = prepared.server.connect_as(READER, PASSWORDS["vault_asterisk_password"])
    phone = asterisk.read_s(RUSSELL)
    assert phone["AstAccountRealmedPassword"] == [HA1.encode()]
    assert phone["AstExtension"] == [b"101"]
    assert "userPassword" not in phone
    everything = prepared.server.connect_root()
    after = everything.read_s(RUSSELL)
    for attribute in ("cn", "sn", "mail", "userPassword"):
        assert after[attribute] == before[attribute], attribute
    assert everything.read_s(SUFFIX)["objectClass"] == [b"domain"]
    assert "AstAccountRealmedPassword" not in prepared.server.connect_as(RUSSELL, "to log in").read_s(RUSSELL)
    assert "changed=0" in site(prepared.server.uri, inventory, tmp_path)
