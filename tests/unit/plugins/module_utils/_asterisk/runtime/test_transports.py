# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TLS transport needs usable files, and every transport a socket of Asterisk."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime import transports
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def certificate(folder: Path, name: str, *options: str) -> dict[str, t.Any]:
    """Return a TLS transport with a new certificate."""
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=pbx", "-keyout", str(key)]
    subprocess.run(
        [*command, "-out", str(cert), *(options or ("-nodes", "-days", "2"))], check=True, capture_output=True
    )
    return {
        "name": name,
        "protocol": "tls",
        "bind": "127.0.0.1",
        "cert_file": str(cert),
        "priv_key_file": str(key),
    }


def run_command(command: list[str]) -> tuple[int, str, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def check(transport: dict[str, t.Any]) -> None:
    transports.check_files(transport, "asterisk", run_command)


def refusal(transport: dict[str, t.Any]) -> str:
    with pytest.raises(ModuleError) as caught:
        check(transport)
    sentence = str(caught.value)
    assert "tls" in sentence
    assert sentence.count("; ") == 1, "the reason, and the cure"
    return sentence


def test_a_certificate_and_its_key_are_accepted(tmp_path: Path) -> None:
    transport = certificate(tmp_path, "tls")
    check(transport)
    check({**transport, "ca_list_file": transport["cert_file"]})
    check({"name": "udp", "protocol": "udp", "bind": "127.0.0.1"})


@pytest.mark.parametrize("option", ["cert_file", "priv_key_file", "ca_list_file"])
def test_a_missing_file_is_named(tmp_path: Path, option: str) -> None:
    transport = {**certificate(tmp_path, "tls"), option: "/nowhere/tls.pem"}
    assert "/nowhere/tls.pem" in refusal(transport)
    assert option in refusal(transport)


@pytest.mark.parametrize("option", ["cert_file", "priv_key_file"])
def test_a_certificate_and_a_key_are_needed(tmp_path: Path, option: str) -> None:
    assert f"has no {option}" in refusal({**certificate(tmp_path, "tls"), option: ""})


def test_the_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    other = certificate(tmp_path, "other")
    assert "other.key" in refusal({**certificate(tmp_path, "tls"), "priv_key_file": other["priv_key_file"]})


@pytest.mark.parametrize("option", ["cert_file", "priv_key_file", "ca_list_file"])
def test_a_file_without_pem_is_refused(tmp_path: Path, option: str) -> None:
    (tmp_path / "text").write_text("no PEM\n")
    assert str(tmp_path / "text") in refusal({**certificate(tmp_path, "tls"), option: str(tmp_path / "text")})


def test_an_encrypted_key_is_refused(tmp_path: Path) -> None:
    refusal(certificate(tmp_path, "tls", "-days", "2", "-passout", "pass:hunter2"))


@pytest.mark.parametrize(("days", "words"), [(30, "expired on"), (-30, "valid only from")])
def test_a_certificate_that_expired_or_is_not_valid_yet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, words: str
) -> None:
    transport = certificate(tmp_path, "tls")
    today = time.time()
    monkeypatch.setattr(time, "time", lambda: today + days * 86400)
    assert words in refusal(transport)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")
def test_files_are_read_with_the_permissions_of_the_account(tmp_path: Path) -> None:
    transport = certificate(tmp_path, "tls")
    for folder in tmp_path.parents[:-2]:
        folder.chmod(0o755)
    tmp_path.chmod(0o755)
    Path(transport["cert_file"]).chmod(0o644)
    Path(transport["priv_key_file"]).chmod(0o600)
    with transports.acting_as("nobody"):
        assert "tls.key" in refusal(transport)
    check(transport)


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("127.0.0.1:5070", ("127.0.0.1", 5070)),
        ("192.0.2.1", ("192.0.2.1", 5060)),
        ("[::]:5070", ("::", 5070)),
        ("[2001:db8::1]", ("2001:db8::1", 5060)),
        ("::", ("::", 5060)),
        ("pbx.example.org:5070", ("", 5070)),
    ],
)
def test_an_address_may_have_a_port(bind: str, expected: tuple[str, int]) -> None:
    assert transports.parse_bind(bind, 5060) == expected


@pytest.mark.parametrize("protocol", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_transport_listens_while_its_socket_is_open(protocol: str, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(family, kind) as server:
        server.bind((address, 0))
        if protocol != "udp":
            server.listen()
        port = server.getsockname()[1]
        bind = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        transport = {"name": "x", "protocol": protocol, "bind": bind}
        assert transports.listens(transport, transports.listening_sockets(), ())
        own = transports.sockets_of(Path("/proc/self/comm").read_text().strip())
        assert str(os.fstat(server.fileno()).st_ino) in own
    assert not transports.listens(transport, transports.listening_sockets(), ())


def test_a_websocket_listens_with_its_http_server() -> None:
    transport = {"name": "x", "protocol": "wss", "bind": "127.0.0.1"}
    assert transports.listens(transport, [], {"ws", "wss"})
    assert not transports.listens(transport, [], {"ws"})
