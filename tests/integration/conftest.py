# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared fixtures: a real slapd of each available version, and a runner for modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slapd_server import BASIC_SCHEMAS, SlapdServer, versions_present

PACKAGE = "ansible_collections.switchboard.pbx.plugins.modules"


@dataclass
class Runner:
    """Runs modules as Ansible does, in a process of their own, and keeps all that they print."""

    server: SlapdServer
    printed: list[str] = field(default_factory=list)

    def __call__(
        self, name: str, *, check: bool = False, as_root: bool = True, **options: Any
    ) -> dict[str, Any]:
        """Run a module with diff on; ``as_root`` binds as the rootdn of the data, else by SASL EXTERNAL."""
        arguments: dict[str, Any] = {"server_uri": self.server.uri, "_ansible_check_mode": check}
        if as_root:
            arguments.update(bind_dn=self.server.rootdn, bind_pw=self.server.rootpw)
        arguments.update(options, _ansible_diff=True, _ansible_verbosity=3)
        done = subprocess.run(
            [sys.executable, "-m", f"{PACKAGE}.{name}"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        self.printed += [done.stdout, done.stderr]
        assert done.stdout.lstrip().startswith("{"), done.stdout + done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def both(self, name: str, **options: Any) -> dict[str, Any]:
        """Run in check mode, then for real; both must say the same. Return the real result."""
        planned = self(name, check=True, **options)
        result = self(name, **options)
        assert planned.get("failed") == result.get("failed"), (planned, result)
        assert planned.get("changed") == result.get("changed")
        assert planned.get("diff") == result.get("diff")
        return result


@pytest.fixture(scope="session", params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def shared_slapd(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    """One running slapd of each version for the whole session, with the basic schemas."""
    with SlapdServer(request.param, schemas=BASIC_SCHEMAS, log_level=256) as server:
        yield server


@pytest.fixture
def slapd(shared_slapd: SlapdServer) -> SlapdServer:
    """A running slapd whose data database is empty."""
    empty(shared_slapd)
    return shared_slapd


@pytest.fixture
def run(slapd: SlapdServer) -> Runner:
    """Runs modules against the server of the test."""
    return Runner(slapd)


def empty(server: SlapdServer) -> None:
    """Start the server anew on an empty database; deleting the suffix entry is what slapd 2.4 cannot do."""
    server.stop()
    for file in server.data_directory.iterdir():
        file.unlink()
    server.start()


def entries_of(server: SlapdServer) -> dict[str, dict[str, list[bytes]]]:
    """All that the data database holds, by DN, without operational attributes."""
    import ldap

    connection = server.connect_root()
    try:
        return dict(connection.search_s(server.suffix, ldap.SCOPE_SUBTREE))
    except ldap.NO_SUCH_OBJECT:
        return {}
    finally:
        connection.unbind_s()
