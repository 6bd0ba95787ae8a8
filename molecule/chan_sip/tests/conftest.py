"""The additional hosts of this scenario."""

from __future__ import annotations

from dataclasses import replace

import pytest
import testinfra
from lab.hosts import HostSet
from lab.phone import Account
from lab.proof import Lab
from testinfra.host import Host


class Elsewhere:
    """Another PBX of the same directory, and the people's accounts there."""

    def __init__(self, host_set: HostSet, lab: Lab, name: str) -> None:
        self._lab = lab
        self.host: Host = testinfra.get_host(f"ssh://{name}", ssh_config=str(host_set.ssh_config))
        self.address = next(host["address"] for host in lab.facts["hosts"] if host["name"] == name)

    def account(self, number: int, password: str | None = None, port: int = 5060) -> Account:
        """A person's account at this PBX, as lab.account() is for the scenario's first."""
        return replace(self._lab.account(number, password), server=f"{self.address}:{port}")


@pytest.fixture(scope="session")
def pbx22(host_set: HostSet, lab: Lab) -> Elsewhere:
    """The one that serves the same people by PJSIP."""
    return Elsewhere(host_set, lab, "pbx22")


@pytest.fixture(scope="session")
def mixed(host_set: HostSet, lab: Lab) -> Elsewhere:
    """The one that serves them by both, chan_sip on a port of its own."""
    return Elsewhere(host_set, lab, "mixed")
