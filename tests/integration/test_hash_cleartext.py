# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role openldap's overlays on each slapd: what a client that does not hash passwords leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ldap
import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from conftest import Runner
from slapd_server import SlapdServer, versions_present

SUFFIX = "dc=example,dc=org"
PERSON = f"cn=ann,{SUFFIX}"
ROLE = Path(__file__).parents[2] / "roles/openldap"


@pytest.fixture(params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def slapd(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    with SlapdServer(request.param, log_level=0) as server:
        yield server


def overlays_of_the_role(server: SlapdServer, **variables: Any) -> tuple[list[Any], list[Any]]:
    """The schemas for overlays, and the overlays, that the role configures with these variables."""
    loader = DataLoader()
    known: dict[str, Any] = {}
    for name in ("defaults/main.yml", "vars/main.yml"):
        known |= loader.load_from_file(str(ROLE / name), trusted_as_template=True)
    schema = server.version.schema_directory / "ppolicy.schema"
    known |= {"openldap_suffix": SUFFIX, "openldap_unique_attributes": []} | variables
    # Debian 11 has slapd 2.4, and 12 has 2.5.
    release = "11" if server.version.name == "2.4" else "12"
    known |= {
        "__openldap_ppolicy_schema_file": str(schema),
        "ansible_facts": {
            "distribution": "Debian",
            "distribution_major_version": release,
            "os_family": "Debian",
        },
    }
    templar = Templar(loader, variables=known)
    return templar.template(known["__openldap_overlay_schemas"]), templar.template(
        known["__openldap_overlays"]
    )


@pytest.mark.parametrize("hashed", [True, False])
def test_a_clear_password_that_any_client_stores_is_hashed_if_asked_for(
    slapd: SlapdServer, hashed: bool
) -> None:
    schemas, overlays = overlays_of_the_role(slapd, openldap_hash_cleartext=hashed)
    run = Runner(slapd)
    if schemas:
        loaded = run("ldap_schema", as_root=False, schemas=schemas)
        assert not loaded.get("failed"), loaded
    options = {"database": {"suffix": SUFFIX, "overlays": overlays}}
    assert not (done := run("ldap_config", as_root=False, **options)).get("failed"), done
    assert run("ldap_config", as_root=False, **options)["changed"] is False

    root = slapd.connect_root()
    root.add_s(SUFFIX, [("objectClass", [b"domain"]), ("dc", [b"example"])])
    root.add_s(PERSON, [("objectClass", [b"person"]), ("sn", [b"Ann"]), ("userPassword", [b"at first"])])
    assert is_hash(slapd) == hashed
    root.modify_s(PERSON, [(ldap.MOD_REPLACE, "userPassword", [b"and then"])])
    assert is_hash(slapd) == hashed
    root.simple_bind_s(PERSON, "and then")


def is_hash(server: SlapdServer) -> bool:
    (_dn, found), *_others = server.connect_root().search_s(PERSON, ldap.SCOPE_BASE, None, ["userPassword"])
    (stored,) = found["userPassword"]
    return stored.startswith(b"{SSHA}")
