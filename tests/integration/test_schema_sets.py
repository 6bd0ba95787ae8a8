# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas that Debian's packages ship: each set is loaded once, whatever the order, and then is there.

``tools/debian_trees.sh schemas`` fetches them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Runner
from slapd_server import BASIC_SCHEMAS, ROOT, SlapdServer, SlapdVersion, versions_present

SCHEMAS = ROOT / ".cache" / "schemas"

# Sets whose schemas can be loaded together, as patterns below a suite.
SETS = {
    "fusiondirectory": ("etc/ldap/schema/fusiondirectory/*.schema",),
    "glue": ("etc/ldap/schema/G*.schema",),
    "gosa": ("etc/ldap/schema/gosa/*.schema",),
    "gosa-ldif": ("etc/ldap/schema/gosa/*.ldif",),
    "389": ("usr/share/dirsrv/schema/[0-9]*.ldif",),
    "services": ("etc/ldap/schema/[!G]*.schema", "usr/share/**/*.schema"),
}
# Schemas that slapd cannot load, or not beside the others of their set, and why.
LEFT_OUT = {
    "contradicts another schema": {
        *("kolab2", "openxchange", "perdition", "authldap", "dns", "BDII", "02common", "10rfc2307compat"),
    },
    "is not complete without other software": {"nordugrid", "20subscriber", "50ns-web"},
    "is broken": {"uif", "60autofs", "60posix-winsync-plugin", "gosa-samba3.ldif"},
    "has OIDs that are none": {
        "01core389",
        "30ns-common",
        "50ns-mail",
        "50ns-directory",
        "50ns-certificate",
        "50ns-admin",
    },
    "redefines what is built into slapd": {"00core", "60acctpolicy", "05rfc2927"},
    "is for another server": {"samba-nds", "dsee", "README"},
}


def files_of(suite: Path, name: str) -> dict[str, Path]:
    """The files of a set by the name of their schema."""
    out = {each for names in LEFT_OUT.values() for each in names}
    found: dict[str, Path] = {}
    for pattern in SETS[name]:
        for path in sorted(suite.glob(pattern), reverse=True):
            if path.name not in out and path.stem not in out and "iplanet" not in path.parts:
                found.setdefault(path.stem, path)
    return found


def cases() -> list[Any]:
    found = []
    for version in versions_present():
        for suite in ("bullseye", "forky"):
            for name in SETS:
                files = files_of(SCHEMAS / suite, name)
                # The packages of forky on the newest slapd, all others on each.
                if version.name == "2.4":
                    # Uses the rule caseIgnoreListSubstringsMatch, which is new in 2.5.
                    files.pop("05rfc4524", None)
                if files and (suite == "bullseye" or version.name == "2.6"):
                    found.append(pytest.param(version, files, id=f"{version.name}-{suite}-{name}"))
    return found


@pytest.mark.parametrize(("version", "files"), cases())
def test_a_set_of_schemas_is_loaded_once(version: SlapdVersion, files: dict[str, Path]) -> None:
    schemas = [{"name": name, "src": str(path)} for name, path in files.items() if name not in BASIC_SCHEMAS]
    with SlapdServer(version, log_level=0) as server:
        run = Runner(server)
        first = run("ldap_schema", as_root=False, schemas=schemas)
        assert first.get("changed") is True, first.get("msg")
        assert len(first["schemas"]) >= len(schemas) / 2
        server.restart()
        assert run("ldap_schema", as_root=False, schemas=schemas, keep_extra=False)["changed"] is False
