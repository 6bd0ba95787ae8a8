# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Killed at any moment, module and slapd leave whole batches, and the next run finishes the work."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PACKAGE, Runner, entries_of

SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
BATCH, BATCHES = 200, 10
MOMENTS = int(os.environ.get("SWITCHBOARD_KILLS", "3"))


def ldif() -> str:
    people = "".join(
        f"dn: uid=u{number:05d},{PEOPLE}\nobjectClass: inetOrgPerson\ncn: U {number}\nsn: U\nuid: u{number:05d}\n\n"
        for number in range(BATCH * BATCHES - 2)
    )
    return (
        f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n"
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n{people}"
    )


@pytest.mark.slow
def test_a_kill_leaves_whole_batches_and_the_next_run_finishes(run: Runner, tmp_path: Path) -> None:
    server = run.server
    if server.version.name == "2.4":
        pytest.skip("slapd 2.4 has no transactions")
    from conftest import empty

    source = tmp_path / "people.ldif"
    source.write_text(ldif())
    options = {"src": str(source), "batch_size": BATCH}
    begun = time.monotonic()
    run("ldap_entries", **options)
    whole = time.monotonic() - begun
    expected = entries_of(server)
    seen = set()
    for _moment in range(MOMENTS):
        empty(server)
        arguments = {"server_uri": server.uri, "bind_dn": server.rootdn, "bind_pw": server.rootpw, **options}
        module = subprocess.Popen(
            [sys.executable, "-m", f"{PACKAGE}.ldap_entries"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert module.stdin is not None
        module.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        module.stdin.close()
        time.sleep(random.uniform(0.2, whole))
        module.kill()
        module.wait()
        server.kill()
        server.start()
        stored = len(entries_of(server))
        seen.add(stored)
        assert stored % BATCH == 0
        result = run("ldap_entries", **options)
        assert result["counts"]["added"] == BATCH * BATCHES - stored
        assert entries_of(server) == expected
    print(f"entries stored at the kills: {sorted(seen)}")
