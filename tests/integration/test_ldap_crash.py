# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many entries at once: processes killed at random moments, an invalid entry, one change among many."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import PACKAGE, Runner
from slapd_server import BASE_LDIF, PEOPLE, SlapdServer

BATCH, BATCHES = 50, 12
TOTAL = BATCH * BATCHES
# Kills of each kind; more on the newest slapd, whose transactions are what most people have.
MOMENTS = {"2.4": 2, "2.5": 2, "2.6": 10}
# Seconds after an operation is logged in which a batch is settled and committed.
LATER = 0.12
OPERATIONAL = re.compile(
    r"^(structuralObjectClass|entryUUID|entryCSN|contextCSN|creatorsName|createTimestamp|modifiersName"
    r"|modifyTimestamp)::? "
)
WRITES = re.compile(r" (ADD|MOD|MODRDN|DEL) dn=")


def people(count: int, **changed: str) -> str:
    """Return LDIF of so many people; *changed*: more lines for one of them, by uid."""
    return "\n".join(
        f"dn: uid=u{number:05d},{PEOPLE}\nobjectClass: inetOrgPerson\nuid: u{number:05d}\ncn: U {number}\nsn: U\n"
        + changed.get(f"u{number:05d}", "")
        for number in range(count)
    )


def store(server: SlapdServer, text: str) -> None:
    """Start the server anew with just these entries."""
    server.stop()
    for file in server.data_directory.iterdir():
        file.unlink()
    source = server.directory / "store.ldif"
    source.write_text(text)
    server.slapadd(source, "-q")
    server.start()


def dump(server: SlapdServer) -> dict[str, list[str]]:
    """Return the sorted lines of each entry as slapcat prints them, without operational attributes."""
    records = server.slapcat().replace("\n ", "").strip().split("\n\n")
    found = [[line for line in record.splitlines() if not OPERATIONAL.match(line)] for record in records]
    return {lines[0]: sorted(lines[1:]) for lines in found if lines}


def writes_logged(server: SlapdServer, since: int = 0) -> int:
    """Return how many operations that write the server has logged since its log had this length."""
    with server.log.open("rb") as log:
        log.seek(since)
        return len(WRITES.findall(log.read().decode(errors="replace")))


def start_module(server: SlapdServer, options: dict[str, Any]) -> subprocess.Popen[str]:
    """Start ldap_entries in a process of its own."""
    who = {"server_uri": server.uri, "bind_dn": server.rootdn, "bind_pw": server.rootpw}
    module = subprocess.Popen(
        [sys.executable, "-m", f"{PACKAGE}.ldap_entries"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        text=True,
    )
    assert module.stdin is not None
    module.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": {**who, **options}}))
    module.stdin.close()
    module.stdin = None
    return module


def wait_for_moment(
    module: subprocess.Popen[str], server: SlapdServer, since: int, chance: random.Random
) -> None:
    """Wait until a random operation is logged, and a little while more."""
    operation, later = chance.randint(1, TOTAL), chance.uniform(0, LATER)
    while writes_logged(server, since) < operation and module.poll() is None:
        time.sleep(0.001)
    time.sleep(later)


def check_batches(stored: dict[str, list[str]]) -> int:
    """Check that each batch is stored wholly or not at all, none before an earlier one; return how many are."""
    uids = [line.partition("uid=u")[2][:5] for line in stored if "uid=u" in line]
    sizes = Counter(int(uid) // BATCH for uid in uids)
    assert set(sizes.values()) <= {BATCH}, sizes
    assert sorted(sizes) == list(range(len(sizes)))
    return len(sizes)


def kill_at_random_moments(run: Runner, directory: Path, victim: str) -> None:
    """Kill the module or slapd in the middle of imports, look at what is stored, and let a next run finish."""
    server = run.server
    source = directory / "people.ldif"
    source.write_text(people(TOTAL))
    options = {"src": str(source), "batch_size": BATCH}
    store(server, BASE_LDIF)
    assert run("ldap_entries", **options)["counts"]["added"] == TOTAL
    uninterrupted = dump(server)
    assert len(uninterrupted) == TOTAL + 2
    part_way = 0
    for moment in range(MOMENTS[server.version.name]):
        store(server, BASE_LDIF)
        since = server.log.stat().st_size
        module = start_module(server, options)
        chance = random.Random(f"{victim} {moment}")
        wait_for_moment(module, server, since, chance)
        if victim == "module":
            module.kill()
            module.communicate()
            # In good order, for what the module has asked for to its end may still be done.
            server.restart()
        else:
            server.kill()
            printed, _nothing = module.communicate(timeout=60)
            result = json.loads(printed)
            assert not result.get("failed") or "closed the connection" in result["msg"], result
            server.start()
        stored = dump(server)
        if server.version.name != "2.4":
            part_way += 0 < check_batches(stored) < BATCHES
        result = run("ldap_entries", **options)
        assert result["counts"]["added"] == TOTAL + 2 - len(stored), (moment, result)
        assert dump(server) == uninterrupted, moment
    assert part_way or server.version.name != "2.6", "no kill came in the middle"


@pytest.mark.slow
def test_a_killed_module_leaves_complete_batches_and_the_next_run_finishes(
    run: Runner, tmp_path: Path
) -> None:
    kill_at_random_moments(run, tmp_path, "module")


@pytest.mark.slow
def test_a_killed_slapd_leaves_complete_batches_and_the_next_run_finishes(
    run: Runner, tmp_path: Path
) -> None:
    kill_at_random_moments(run, tmp_path, "slapd")


def test_a_bad_value_in_one_of_a_thousand_stores_nothing_and_is_named(run: Runner, tmp_path: Path) -> None:
    store(run.server, BASE_LDIF)
    before = dump(run.server)
    bad = "objectClass: posixAccount\nuidNumber: many\ngidNumber: 1\nhomeDirectory: /\n"
    source = tmp_path / "people.ldif"
    source.write_text(people(1000, u00700=bad))
    result = run("ldap_entries", src=str(source))
    assert result["failed"]
    assert f"uid=u00700,{PEOPLE}" in result["msg"]
    assert "the value 'many' of uidNumber, which the server's schema does not allow" in result["msg"]
    assert dump(run.server) == before


def test_one_changed_among_ten_thousand_is_one_modify(run: Runner, tmp_path: Path) -> None:
    store(run.server, BASE_LDIF + "\n" + people(10_000))
    source = tmp_path / "people.ldif"
    source.write_text(people(10_000, u07777="title: Engineer\n"))
    since = run.server.log.stat().st_size
    result = run("ldap_entries", src=str(source))
    assert result["counts"] == {"added": 0, "modified": 1, "renamed": 0, "deleted": 0, "unchanged": 9999}
    assert writes_logged(run.server, since) == 1
    assert "title: Engineer" in dump(run.server)[f"dn: uid=u07777,{PEOPLE}"]
    assert not run("ldap_entries", src=str(source))["changed"]
    assert writes_logged(run.server, since) == 1
