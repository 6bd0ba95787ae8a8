"""Fixtures for the tests of every scenario: the hosts and the facts that a phone needs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ldap
import pytest
import testinfra

from .hosts import PROJECT, HostSet
from .phone import Phone, phone
from .proof import Lab, describe
from .sip_message import RUSSELL, ZOE

Module = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def host_set() -> HostSet:
    """The hosts under test: those of Molecule's current scenario, by default of the scenario default."""
    return HostSet("test", os.environ.get("MOLECULE_SCENARIO_NAME", "default"))


@pytest.fixture(scope="session")
def inventory(host_set: HostSet) -> Path:
    """The inventory of the scenario."""
    return PROJECT / "molecule" / host_set.scenario / "inventory"


@pytest.fixture(scope="session")
def ansible_environment(host_set: HostSet) -> dict[str, str]:
    """The environment variables with which Ansible reaches the hosts under test."""
    return {
        **os.environ,
        "ANSIBLE_CONFIG": str(PROJECT / "molecule/shared/ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / ".cache/collections"),
        "ANSIBLE_SSH_ARGS": f"-F {host_set.ssh_config}",
        "SWITCHBOARD_HOSTS": str(host_set.folder),
    }


@pytest.fixture(scope="session")
def lab(host_set: HostSet, inventory: Path, ansible_environment: dict[str, str]) -> Lab:
    """The facts of the hosts under test, in the format of build/lab.json."""
    play = ["ansible-playbook", "-i", str(inventory), str(PROJECT / "molecule/shared/facts.yml")]
    subprocess.run(play, check=True, env=ansible_environment, capture_output=True)
    return describe(host_set)


@pytest.fixture(scope="session")
def pbx(host_set: HostSet, lab: Lab) -> testinfra.host.Host:
    """The host that serves SIP."""
    return testinfra.get_host(f"ssh://{lab.pbx_host['name']}", ssh_config=str(host_set.ssh_config))


@pytest.fixture(scope="session")
def module(lab: Lab, inventory: Path, ansible_environment: dict[str, str]) -> Module:
    """Runs a module of the collection on the SIP host and returns its result."""

    def run(name: str, interpreter: str = "/usr/bin/python3", **options: Any) -> dict[str, Any]:
        call = ["ansible", "-i", str(inventory), lab.pbx_host["name"], "-m", f"switchboard.pbx.{name}"]
        done = subprocess.run(
            [*call, "-a", json.dumps(options), "-e", json.dumps({"ansible_python_interpreter": interpreter})],
            env={
                **ansible_environment,
                "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
                "ANSIBLE_FORCE_COLOR": "false",
                "ANSIBLE_NOCOLOR": "true",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        result: dict[str, Any] = json.loads(done.stdout.partition("=> ")[2])
        result.setdefault("failed", done.returncode != 0)
        return result

    return run


@pytest.fixture(scope="session")
def secrets(host_set: HostSet) -> dict[str, str]:
    """The passwords of this set of hosts, by name."""
    return {file.name: file.read_text().strip() for file in (host_set.folder / "secrets").iterdir()}


@pytest.fixture
def directory(lab: Lab) -> Callable[..., ldap.ldapobject.LDAPObject]:
    """Opens a connection to the directory from the controller, bound or anonymous."""

    def connect(dn: str = "", password: str = "") -> ldap.ldapobject.LDAPObject:
        connection = ldap.initialize(lab.facts["ldap_uri"])
        connection.simple_bind_s(dn, password)
        return connection

    return connect


@pytest.fixture
def russell(lab: Lab) -> Iterator[Phone]:
    with phone(lab.account(RUSSELL), trace=True) as running:
        assert running.registration() == 200
        yield running


@pytest.fixture
def zoe(lab: Lab) -> Iterator[Phone]:
    with phone(lab.account(ZOE), trace=True) as running:
        assert running.registration() == 200
        yield running
