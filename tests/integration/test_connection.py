# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failed bind is reported with its reason, and no operation waits forever."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Runner
from slapd_server import SlapdServer

SUFFIX = "dc=example,dc=org"
TREE = [{"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}}]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"bind_pw": "wrong-s3cret"},
            ["refused the bind of cn=admin", "Invalid credentials (49)", "check bind_dn"],
        ),
        ({"bind_pw": ""}, ["without a password", "bind_pw"]),
        ({"server_uri": "http://example.org"}, ["'http://example.org' is not an LDAP URI"]),
        ({"server_uri": "ldap://127.0.0.1:1", "start_tls": True}, ["ldap://127.0.0.1:1 cannot be reached"]),
    ],
)
def test_a_failed_bind_is_reported_with_its_reason(
    run: Runner, options: dict[str, Any], words: list[str]
) -> None:
    result = run("ldap_entries", entries=TREE, **options)
    assert result["failed"]
    for word in words:
        assert word in result["msg"]
    assert "wrong-s3cret" not in "".join(run.printed)


def test_an_empty_account_is_an_anonymous_one(run: Runner) -> None:
    run("ldap_entries", entries=TREE)
    anonymous = {"bind_dn": "", "bind_pw": None}
    assert run("ldap_entries", entries=TREE, **anonymous)["changed"] is False
    result = run("ldap_entries", entries=[{**TREE[0], "add": {"description": "x"}}], **anonymous)
    assert "modify" in result["msg"] and "(8)" in result["msg"], result["msg"]


def test_a_client_certificate_and_its_key_are_given_together(run: Runner) -> None:
    result = run("ldap_entries", entries=TREE, certfile="/nowhere.pem")
    assert "client_cert, client_key" in result["msg"]


@pytest.fixture
def elsewhere(run: Runner) -> Iterator[str]:
    """The DN of a person on another server, to which this one refers for the unit above."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        uri = f"ldap://127.0.0.1:{free.getsockname()[1]}"
    unit = f"ou=branch,{SUFFIX}"
    branch = {"dn": unit, "attributes": {"objectClass": "organizationalUnit"}}
    person = {"dn": f"cn=ann,{unit}", "attributes": {"objectClass": "person", "sn": "Ann"}}
    referral = {
        "dn": unit,
        "attributes": {"objectClass": ["referral", "extensibleObject"], "ref": f"{uri}/{unit}"},
    }
    with SlapdServer(run.server.version, log_level=0, extra_uris=(uri,)) as other:
        for server, entries in ((run, [*TREE, referral]), (Runner(other), [*TREE, branch, person])):
            done = server("ldap_entries", entries=entries)
            assert not done.get("failed"), done
        yield person["dn"]


def test_a_referral_is_followed_without_the_account_if_asked_for(run: Runner, elsewhere: str) -> None:
    same = [{"dn": elsewhere, "attributes": {"sn": "Ann"}}]
    refused = run("ldap_entries", entries=same)
    assert "Referral (10)" in refused["msg"] and "use the server that it names" in refused["msg"]
    followed = run("ldap_entries", entries=same, referrals_chasing="anonymous")
    assert followed.get("changed") is False, followed
    other = [{"dn": elsewhere, "attributes": {"sn": "Lee"}}]
    written = run("ldap_entries", entries=other, referrals_chasing="anonymous", atomic="off")
    assert written.get("failed") and "(8)" in written["msg"], written


def test_a_server_that_never_answers_is_left_after_the_timeout(run: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        result = run(
            "ldap_entries", entries=TREE, server_uri=f"ldap://127.0.0.1:{silent.getsockname()[1]}", timeout=1
        )
    assert "did not answer within 1 s" in result["msg"]
    assert time.monotonic() - begun < 10


def test_missing_permissions_are_reported_with_the_entry(run: Runner) -> None:
    run("ldap_entries", entries=TREE)
    person = {
        "dn": f"cn=x,{SUFFIX}",
        "attributes": {"objectClass": "person", "sn": "x", "userPassword": "own-s3cret"},
    }
    run("ldap_entries", entries=[person])
    result = run(
        "ldap_entries",
        entries=[{**TREE[0], "add": {"description": "x"}}],
        bind_dn=person["dn"],
        bind_pw="own-s3cret",
    )
    assert result["failed"]
    assert f"modify the entry '{SUFFIX}': Insufficient access (50)" in result["msg"]


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_a_file_for_tls_that_is_missing_or_broken_is_named(run: Runner, tmp_path: Path, option: str) -> None:
    missing, other = tmp_path / "missing.pem", tmp_path / "other.pem"
    other.write_text("-----BEGIN CERTIFICATE-----")
    files = {"client_cert": str(other), "client_key": str(other), option: str(missing)}
    result = run("ldap_entries", entries=TREE, server_uri="ldaps://127.0.0.1:1", **files)
    assert f"{option}: the file {missing} cannot be read (No such file or directory)" in result["msg"]
    missing.write_text("no certificate")
    result = run("ldap_entries", entries=TREE, server_uri="ldaps://127.0.0.1:1", **files)
    assert result["msg"].startswith(f"{option}: ") and "PEM" in result["msg"]


def test_a_server_that_is_not_reached_is_not_said_to_refuse(run: Runner) -> None:
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _each in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        reasons = {
            f"ldap://127.0.0.1:{full.getsockname()[1]}": "timed out",
            "ldap://nosuch.invalid": "",
            "ldap://127.0.0.1:1": "Connection refused",
            "ldaps://127.0.0.1:1": "Connection refused",
            "ldapi://%2Fnowhere%2Fldapi": "",
        }
        for uri, reason in reasons.items():
            for account in ({}, {"bind_dn": None, "bind_pw": None}):
                result = run("ldap_entries", entries=TREE, server_uri=uri, timeout=1, **account)
                assert f"The LDAP server {uri} cannot be reached" in result["msg"], result["msg"]
                assert reason in result["msg"] and "bind" not in result["msg"]
                # Only where nothing listens may a later task be what starts the server.
                bare = run(
                    "ldap_entries", entries=TREE, server_uri=uri, timeout=1, check=True, **account
                ).get("changed")
                assert bool(bare) == (reason == "Connection refused" or uri.startswith("ldapi:")), uri


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[int]:
    """The port of a TLS server whose certificate nobody trusts."""
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*request, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _address = listener.accept()
                    client.settimeout(5)
                    with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("check", [True, False], ids=["check mode", "real run"])
def test_an_untrusted_certificate_is_an_error_in_check_mode_too(
    run: Runner, untrusted: int, check: bool
) -> None:
    result = run("ldap_entries", entries=TREE, server_uri=f"ldaps://127.0.0.1:{untrusted}", check=check)
    assert result["failed"] and "was reached, but TLS failed" in result["msg"]
    assert "ca_path" in result["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prune": {"base": SUFFIX, "filter": "(cn=x"}}, "'(cn=x'"),
        ({"prune": {"base": "nonsense", "filter": "(cn=x)"}}, "'nonsense'"),
        ({"prune": {"base": f"cn=\udcff,{SUFFIX}", "filter": "(cn=x)"}}, "not UTF-8"),
        ({"entries": [{"dn": f"cn=\udcff,{SUFFIX}", "attributes": {"objectClass": "person"}}]}, "entr"),
        ({"entries": [{"dn": f"cn=a\0b,{SUFFIX}", "attributes": {"objectClass": "person"}}]}, "entr"),
    ],
)
def test_input_that_the_library_refuses_is_an_error_in_one_sentence(
    run: Runner, options: dict[str, Any], words: str
) -> None:
    run("ldap_entries", entries=TREE)
    result = run("ldap_entries", **{"entries": TREE, **options})
    assert result["failed"] and words in result["msg"] and "{'" not in result["msg"], result["msg"]


@contextlib.contextmanager
def losing_the_server(server: SlapdServer, writes: int) -> Iterator[str]:
    """The URI of a relay to slapd that drops the connection at a write after so many."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def relay() -> None:
            client, _address = listener.accept()
            with client, socket.socket(socket.AF_UNIX) as slapd:
                slapd.connect(str(server.directory / "ldapi"))
                remaining = writes
                while request := client.recv(1 << 20):
                    # LDAPMessage: SEQUENCE, length, the message's number (up to 127), and the operation.
                    start = 2 + (request[1] & 0x7F if request[1] & 0x80 else 0)
                    if request[start + 3] in (0x66, 0x68):
                        remaining -= 1
                    if remaining < 0:
                        return
                    slapd.sendall(request)
                    if request[start + 3] != 0x42:
                        answer_until_done(slapd, client)

        threading.Thread(target=relay, daemon=True).start()
        yield f"ldap://127.0.0.1:{listener.getsockname()[1]}"


def answer_until_done(slapd: socket.socket, client: socket.socket) -> None:
    """Pass on what slapd sends until it is silent."""
    slapd.settimeout(5)
    while True:
        client.sendall(slapd.recv(1 << 20))
        slapd.settimeout(0.3)
        try:
            if not slapd.recv(1, socket.MSG_PEEK):
                return
        except TimeoutError:
            return


def test_a_server_lost_midway_is_an_error_that_tells_what_was_done(run: Runner) -> None:
    account = {"bind_dn": run.server.config_rootdn, "bind_pw": run.server.config_rootpw}
    with losing_the_server(run.server, 1) as uri:
        result = run(
            "ldap_config",
            server_uri=uri,
            **account,
            globals={"olcIdleTimeout": 77},
            database={"suffix": SUFFIX, "limits": ["users size=77"]},
        )
    assert result["failed"] and f"{uri} closed the connection" in result["msg"], result["msg"]
    assert "olcDatabase={1}mdb,cn=config (database.limits)" in result["msg"]
    names = ("lost-one", "lost-two")
    definition = "attributetype ( 1.3.6.1.4.1.32473.7.{} NAME '{}' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"
    schemas = [
        {"name": name, "content": definition.format(number, name)} for number, name in enumerate(names, 1)
    ]
    with losing_the_server(run.server, 1) as uri:
        result = run("ldap_schema", server_uri=uri, **account, schemas=schemas)
    assert result["failed"] and f"{uri} closed the connection" in result["msg"], result["msg"]
    assert "already loaded: lost-one" in result["msg"] and result["done"] == ["lost-one"]


def test_an_error_names_options_as_the_caller_does(run: Runner) -> None:
    names = {
        "server_uri": "directory_uri",
        "bind_dn": "directory_bind_dn",
        "bind_pw": "directory_bind_password",
    }
    refused = run("ldap_entries", entries=TREE, bind_pw="wrong", variable_names=names)
    assert "check directory_bind_dn and directory_bind_password" in refused["msg"]
    unreached = run("ldap_entries", entries=TREE, server_uri="ldap://127.0.0.1:1", variable_names=names)
    assert "check directory_uri" in unreached["msg"]
    bare = run(
        "ldap_entries", entries=TREE, server_uri="ldap://127.0.0.1:1", variable_names=names, check=True
    )
    assert "check directory_uri" in str(bare["warnings"])
