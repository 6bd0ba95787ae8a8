# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test rig of the directory's benchmark: its own slapd, and each way to import people into it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ldap
from measure import BenchmarkError, timed
from slapd_server import BASE_LDIF, PEOPLE, SUFFIX, SlapdServer, SlapdVersion

HERE = Path(__file__).resolve().parent
MODULES = "ansible_collections.switchboard.pbx.plugins.modules"
# mdb reserves this much address space, not disk.
MAX_SIZE = 1 << 32


class Rig:
    """A slapd with the schemas of people and phones; *directory* holds the files of a run."""

    def __init__(self, version: SlapdVersion) -> None:
        self.server = SlapdServer(version, suffix=SUFFIX, max_size=MAX_SIZE, log_level=0)
        self.directory = self.server.directory
        self._password_file = self.directory / "password"
        self._password_file.write_text(self.server.rootpw)
        self._base = self.file("base.ldif", BASE_LDIF)
        self._variables = self.directory / "group_vars/all.json"
        self._variables.parent.mkdir()
        (self.directory / "ansible.cfg").write_text("[defaults]\n")
        self._interpreter = sys.executable
        self.server.start()
        self._load_schemas()

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.remove()

    def file(self, name: str, text: str) -> Path:
        """Write a file of the rig."""
        path = self.directory / name
        path.write_text(text)
        return path

    def _load_schemas(self) -> None:
        arguments = {
            "server_uri": self.server.uri,
            "schemas": [{"name": "asterisk"}, {"name": "asterisk-pjsip"}],
        }
        timed(
            [sys.executable, "-m", f"{MODULES}.ldap_schema"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        )

    def empty_database(self) -> None:
        """Restart slapd with a database that holds only the parent entries of the people."""
        self._wipe()
        self.server.slapadd(self._base, "-q")
        self.server.start()

    def _wipe(self) -> None:
        self.server.stop()
        for file in self.server.data_directory.iterdir():
            file.unlink()

    def check_count(self, expected: int) -> None:
        """Raise BenchmarkError unless *expected* people are stored."""
        connection = self.server.connect_root()
        found = len(connection.search_s(PEOPLE, ldap.SCOPE_ONELEVEL, attrlist=["1.1"]))
        connection.unbind_s()
        if found != expected:
            raise BenchmarkError(f"{found} people are stored instead of {expected}")

    # Each of the following methods imports in one way, in whole processes, and returns the seconds it took.

    def ldapadd(self, source: Path) -> float:
        """Import with OpenLDAP's own client."""
        bind = ["-x", "-H", self.server.uri, "-D", self.server.rootdn, "-y", str(self._password_file)]
        return timed(["ldapadd", *bind, "-f", str(source)])[0]

    def slapadd(self, source: Path) -> float:
        """Import with OpenLDAP's offline loader into an empty database; slapd is stopped meanwhile."""
        self._wipe()
        self.server.slapadd(self._base, "-q")
        config = ["-F", str(self.server.config_directory), "-b", SUFFIX]
        command = self.server.version.command(self.directory, "slapadd", "-q", *config, "-l", str(source))
        seconds = timed(command)[0]
        self.server.start()
        return seconds

    def bare_loop(self, source: Path) -> float:
        """Import with a script that uses python-ldap."""
        bind = [self.server.uri, self.server.rootdn, str(self._password_file)]
        return timed([sys.executable, str(HERE / "bare_loop.py"), *bind, str(source)])[0]

    def ldap_users(self, *, changes: bool, **options: Any) -> float:
        """Run a playbook with one task; *changes*: whether it must change something, which is checked."""
        seconds, printed = self._play(
            [self._task("switchboard.pbx.ldap_users", people_dn=PEOPLE, remote_src=True, **options)]
        )
        self._check_recap(printed, "changed=1 " if changes else "changed=0 ")
        return seconds

    def ldap_users_records(self, records: Path, *, changes: bool) -> float:
        """Run ldap_users() with the people as records in a variables file of the inventory."""
        return self._with_variables(records, lambda: self.ldap_users(users="{{ people }}", changes=changes))

    def ansible_alone(self, records: Path) -> float:
        """Run a play that only passes the same records to a task."""
        task = {"ansible.builtin.set_fact": {"copy": "{{ people }}"}}
        return self._with_variables(records, lambda: self._play([task])[0])

    def _with_variables(self, records: Path, program: Callable[[], float]) -> float:
        self._variables.symlink_to(records)
        try:
            return program()
        finally:
            self._variables.unlink()

    def incumbent(self, records: Path, collections: Path) -> float:
        """Run one task of community.general.ldap_entry in a loop over entries."""
        options = {
            "server_uri": self.server.uri,
            "bind_dn": self.server.rootdn,
            "bind_pw": self.server.rootpw,
            "dn": "{{ item.dn }}",
            "objectClass": "{{ item.classes }}",
            "attributes": "{{ item.attributes }}",
        }
        task = {"community.general.ldap_entry": options, "loop": "{{ entries }}", "no_log": True}
        return self._play([task], collections=collections, vars_files=[str(records)])[0]

    def empty_play(self) -> float:
        """Run a play without tasks, which shows the time of Ansible itself."""
        return self._play([])[0]

    def _task(self, module: str, **options: Any) -> dict[str, Any]:
        bind = {
            "server_uri": self.server.uri,
            "bind_dn": self.server.rootdn,
            "bind_pw": self.server.rootpw,
        }
        return {module: {**bind, **options}}

    def _play(
        self, tasks: Iterable[dict[str, Any]], collections: Path | None = None, **keywords: Any
    ) -> tuple[float, str]:
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, **keywords}
        play["vars"] = {"ansible_python_interpreter": self._interpreter}
        playbook = self.file("play.yml", json.dumps([{**play, "tasks": list(tasks)}]))
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(self.directory / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
        }
        if collections is not None:
            environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
        return timed(
            ["ansible-playbook", "-i", "localhost,", str(playbook)], env=environment, cwd=self.directory
        )

    def _check_recap(self, printed: str, expected: str) -> None:
        if expected not in printed:
            raise BenchmarkError(f"the play did not end with {expected}: {printed[-500:]}")

    def peak_megabytes(self, program: Callable[[], float]) -> float:
        """Run *program* once more; return the peak memory of a module's own process."""
        log = self.directory / "peaks"
        command = [sys.executable, "-I", "-S", str(HERE / "peak_memory.py"), str(log), sys.executable]
        wrapper = self.file("python", f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        wrapper.chmod(0o755)
        self._interpreter = str(wrapper)
        try:
            program()
        finally:
            self._interpreter = sys.executable
        peaks = [int(line) for line in log.read_text().split()]
        log.unlink()
        return round(max(peaks) / 1024, 1)

    def full_version(self) -> str:
        """Return slapd's version, for example 2.6.14."""
        finished = subprocess.run(
            self.server.version.command(self.directory, "slapd", "-VV"),
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"slapd (\d+\.\d+\.\d+)", finished.stdout + finished.stderr)
        return found.group(1) if found else self.server.version.name
