# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF files of the controller, used by a real ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import Runner, entries_of

SUFFIX = "dc=example,dc=org"
LDIF = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
o: Example
dc: example
userPassword: s3cret-file
"""


def play(directory: Path, module: str, **options: Any) -> subprocess.CompletedProcess[str]:
    task = {f"switchboard.pbx.{module}": options}
    book = directory / "play.yml"
    book.write_text(
        json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}])
    )
    return subprocess.run(
        ["ansible-playbook", "-i", "localhost,", str(book), "-vvv", "--diff"],
        env={
            **os.environ,
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_REMOTE_TMP": str(directory / "tmp"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_file_of_the_controller_is_read_and_leaves_no_copy(run: Runner, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "tree.ldif").write_text(LDIF)
    server = run.server
    options = {
        "server_uri": server.uri,
        "bind_dn": server.rootdn,
        "bind_pw": server.rootpw,
        "src": "tree.ldif",
    }
    done = play(tmp_path, "ldap_entries", **options, remote_src=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=1" in done.stdout
    stored = entries_of(server)[SUFFIX]["userPassword"][0].decode()
    for secret in ("s3cret-file", stored, server.rootpw):
        assert secret not in done.stdout + done.stderr
    assert not [path for path in (tmp_path / "tmp").rglob("*") if path.is_file()]
    again = play(tmp_path, "ldap_entries", **options, remote_src=False)
    assert "changed=0" in again.stdout


def test_a_file_missing_on_the_controller_is_named(run: Runner, tmp_path: Path) -> None:
    done = play(
        tmp_path, "ldap_users", people_dn=SUFFIX, src="none.ldif", remote_src=False, server_uri=run.server.uri
    )
    assert done.returncode != 0
    assert "'none.ldif' is not on the controller" in done.stdout
