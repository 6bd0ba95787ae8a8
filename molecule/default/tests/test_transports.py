"""A TLS transport works with current clients, and one that cannot work stops the run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

FOLDER = "/etc/ssl/switchboard-test"
STANDARD = [{"name": kind, "protocol": kind, "bind": "0.0.0.0:5060"} for kind in ("udp", "tcp")]
TLS = {
    "name": "tls",
    "protocol": "tls",
    "bind": "0.0.0.0:5061",
    "cert_file": f"{FOLDER}/pbx.pem",
    "priv_key_file": f"{FOLDER}/pbx.key",
}
Site = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def site(inventory: Path, ansible_environment: dict[str, str]) -> Site:
    """Runs the role asterisk with these transports."""

    def run(*transports: dict[str, str]) -> subprocess.CompletedProcess[str]:
        play = ["ansible-playbook", "-i", str(inventory), str(inventory.parents[2] / "playbooks/site.yml")]
        variables = json.dumps({"asterisk_transports": [*STANDARD, *transports]})
        return subprocess.run(
            [*play, "-e", variables], env=ansible_environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def certificate(pbx: Host, site: Site) -> Iterator[None]:
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pbx -keyout pbx.key -out pbx.pem"
    pbx.run_expect(
        [0], f"mkdir -p {FOLDER} && cd {FOLDER} && {make} && chgrp asterisk pbx.key && chmod 640 pbx.key"
    )
    yield
    pbx.run_expect([0], f"rm -r {FOLDER}")
    assert site().returncode == 0


def answers(pbx: Host, version: str) -> bool:
    client = (
        f"timeout 5 openssl s_client -connect 127.0.0.1:5061 -{version} -cipher DEFAULT@SECLEVEL=0 </dev/null"
    )
    return "BEGIN CERTIFICATE" in pbx.run(client).stdout


def test_a_missing_certificate_stops_the_run_before_anything_is_written(pbx: Host, site: Site) -> None:
    before = pbx.check_output("sha256sum /etc/asterisk/pjsip.conf")
    done = site({**TLS, "cert_file": "/nowhere/pbx.pem"})
    assert done.returncode != 0
    assert "/nowhere/pbx.pem, cannot be read by asterisk" in " ".join(done.stdout.split())
    assert pbx.check_output("sha256sum /etc/asterisk/pjsip.conf") == before


@pytest.mark.usefixtures("certificate")
def test_tls_answers_from_version_1_2_on(pbx: Host, site: Site) -> None:
    done = site(TLS)
    assert done.returncode == 0, done.stdout
    versions = ("tls1", "tls1_1", "tls1_2", "tls1_3")
    assert [version for version in versions if answers(pbx, version)] == ["tls1_2", "tls1_3"]


@pytest.mark.usefixtures("certificate")
def test_a_transport_that_does_not_listen_fails_every_run(site: Site) -> None:
    elsewhere = {"name": "other", "protocol": "tcp", "bind": "192.0.2.99:5070"}
    for _run in range(2):
        done = site(elsewhere)
        assert done.returncode != 0
        assert "does not listen on the transport other" in " ".join(done.stdout.split())


@pytest.mark.parametrize("protocol", ["ws", "udp", "tls"])
def test_each_kind_of_transport_is_looked_for(module: Callable[..., dict[str, Any]], protocol: str) -> None:
    here = module("asterisk_transports", transports=STANDARD, listening=True)
    assert not here["failed"], here
    missing = {**TLS, "name": "x", "protocol": protocol, "bind": "0.0.0.0:5999"}
    if protocol == "tls":
        missing.update(cert_file="/etc/ssl/certs/ssl-cert.pem")
    found = module("asterisk_transports", transports=[missing], listening=True, timeout=1)
    assert found["failed"]
    assert "transport x" in found["msg"]
