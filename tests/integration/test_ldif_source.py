# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF files of the controller, used by a real ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Runner, empty, entries_of

SUFFIX = "dc=example,dc=org"
LDIF = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
o: Example
dc: example
userPassword: s3cret-file
"""


def play(
    directory: Path, module: str, keywords: dict[str, Any] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    task = {f"switchboard.pbx.{module}": options, **(keywords or {})}
    (directory / "vault").write_text("secret of the vault")
    book = directory / "play.yml"
    book.write_text(
        json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}])
    )
    return subprocess.run(
        ["ansible-playbook", "-i", "localhost,", str(book), "-vvv", "--diff"],
        cwd=directory,
        env={
            **os.environ,
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_REMOTE_TMP": str(directory / "tmp"),
            "ANSIBLE_LOCAL_TEMP": str(directory / "local"),
            "ANSIBLE_ASYNC_DIR": str(directory / "jobs"),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(directory / "vault"),
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


def account(run: Runner) -> dict[str, Any]:
    return {"server_uri": run.server.uri, "bind_dn": run.server.rootdn, "bind_pw": run.server.rootpw}


def leftovers(directory: Path) -> list[Path]:
    return [path for name in ("tmp", "local") for path in (directory / name).rglob("*") if path.is_file()]


def test_a_vaulted_file_of_the_controller_is_decrypted(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("secret of the vault")
    file = tmp_path / "tree.ldif"
    file.write_text(LDIF)
    vault = ["ansible-vault", "encrypt", "--vault-password-file", str(tmp_path / "vault"), str(file)]
    subprocess.run(vault, check=True, capture_output=True)
    assert "s3cret" not in file.read_text()
    done = play(tmp_path, "ldap_entries", **account(run), src=str(file), remote_src=False)
    assert "changed=1" in done.stdout, done.stdout
    assert SUFFIX in entries_of(run.server)
    assert "s3cret" not in done.stdout + done.stderr and not leftovers(tmp_path)
    (tmp_path / "vault").write_text("another secret")
    file.write_text(file.read_text()[:-20])
    broken = play(tmp_path, "ldap_entries", **account(run), src=str(file), remote_src=False)
    assert broken.returncode != 0 and "tree.ldif' cannot be decrypted" in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr


@pytest.mark.parametrize("remote_src", [True, False])
def test_a_file_is_read_by_a_task_in_the_background(run: Runner, tmp_path: Path, remote_src: bool) -> None:
    file = tmp_path / "tree.ldif"
    file.write_text(LDIF)
    done = play(
        tmp_path,
        "ldap_entries",
        {"async": 60, "poll": 1},
        **account(run),
        src=str(file),
        remote_src=remote_src,
    )
    assert "changed=1" in done.stdout and done.returncode == 0, done.stdout
    assert SUFFIX in entries_of(run.server)
    # The task in the background removes its files after it has stored its result.
    deadline = time.monotonic() + 20
    while leftovers(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not leftovers(tmp_path)


def test_check_mode_reads_the_file_of_the_controller(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "tree.ldif").write_text(LDIF)
    keywords = {"check_mode": True}
    done = play(tmp_path, "ldap_entries", keywords, **account(run), src="tree.ldif", remote_src=False)
    assert "changed=1" in done.stdout and not entries_of(run.server) and not leftovers(tmp_path)


@pytest.mark.parametrize("name", ["folder", "bad.ldif"])
def test_an_error_names_the_file_of_the_controller(run: Runner, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.ldif").write_text(LDIF + "\n\nno record\n")
    done = play(tmp_path, "ldap_entries", **account(run), src=name, remote_src=False)
    told = {"folder": "'folder' is a directory", "bad.ldif": "bad.ldif, line 9:"}
    assert done.returncode != 0 and told[name] in done.stdout
    assert str(tmp_path / "tmp") not in done.stdout.partition('"msg"')[2].partition("\n")[0]


OPEN = LDIF.replace("userPassword: s3cret-file\n", "")
ACCEPTED = {
    "byte order mark": "\ufeff" + OPEN,
    "a value of the RDN is missing": OPEN + f"\ndn: cn=A,{SUFFIX}\nobjectClass: person\ncn: B\nsn: C\n",
    "two values of the RDN are missing": OPEN
    + f"\ndn: cn=A+sn=B,{SUFFIX}\nobjectClass: person\ncn: B\nsn: C\n",
    "a record is only a comment": "# a comment\n\n" + OPEN,
    "carriage returns": OPEN.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_ldif_that_ldapadd_accepts_gives_the_same_entries(run: Runner, tmp_path: Path, text: str) -> None:
    file = tmp_path / "tree.ldif"
    file.write_text(text, newline="")
    server = run.server
    login = ["-x", "-H", server.uri, "-D", server.rootdn, "-w", server.rootpw]
    source = file
    if "\ufeff" in text:
        # ldapadd itself does not know the mark, which editors of Windows write.
        source = tmp_path / "plain.ldif"
        source.write_text(file.read_text(encoding="utf-8-sig"))
    subprocess.run(["ldapadd", *login, "-f", str(source)], check=True, capture_output=True)
    expected = entries_of(server)
    # Nothing is left to do, and on an empty directory the same is added.
    assert run("ldap_entries", src=str(file))["changed"] is False
    empty(server)
    run.both("ldap_entries", src=str(file))
    normal = {dn: {name: sorted(values) for name, values in of_dn.items()} for dn, of_dn in expected.items()}
    stored = entries_of(server)
    assert {dn: {n: sorted(v) for n, v in of_dn.items()} for dn, of_dn in stored.items()} == normal
    assert run("ldap_entries", src=str(file))["changed"] is False


def test_records_of_a_dn_alone_are_deleted(run: Runner) -> None:
    person = f"\ndn: cn=A,{SUFFIX}\nobjectClass: person\nsn: C\n"
    run("ldap_entries", content=LDIF + person)
    assert run.both("ldap_entries", content=f"dn: cn=A,{SUFFIX}\n", state="absent")["counts"]["deleted"] == 1
    assert list(entries_of(run.server)) == [SUFFIX]
    refused = run("ldap_entries", content=f"dn: cn=A,{SUFFIX}\n")
    assert "content, line 1: the record of 'cn=A,dc=example,dc=org' has no attributes" in refused["msg"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"dn: {SUFFIX}\nchangetype: modify\nincrement: uidNumber\nuidNumber: 1\n", "line 3: increment"),
        ("dn: x\n".encode("utf-16").decode("latin-1"), "UTF-16"),
    ],
)
def test_ldif_that_cannot_be_supported_is_refused_with_the_reason(
    run: Runner, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "tree.ldif"
    file.write_bytes(text.encode("latin-1"))
    refused = run("ldap_entries", src=str(file))
    assert refused["failed"] and words in refused["msg"], refused["msg"]


@pytest.mark.parametrize("entry", ["cn=config", "cn=schema,cn=config", "olcDatabase={1}mdb, CN=config"])
def test_the_configuration_of_slapd_is_left_to_its_own_modules(run: Runner, entry: str) -> None:
    for options in (
        {"entries": [{"dn": entry, "attributes": {"olcLogLevel": "none"}}]},
        {"content": f"dn: {entry}\nolcLogLevel: none\n"},
    ):
        refused = run("ldap_entries", as_root=False, **options)
        assert refused["failed"] and "switchboard.pbx.ldap_config" in refused["msg"], refused["msg"]
        assert "ldap_schema" in refused["msg"]
    pruned = {"base": entry, "filter": "(cn=*)"}
    refused = run("ldap_entries", as_root=False, entries=[], prune=pruned, prune_limit="100%")
    assert refused["failed"] and "switchboard.pbx.ldap_config" in refused["msg"], refused["msg"]
