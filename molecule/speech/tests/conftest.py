"""The additional host of this scenario."""

from __future__ import annotations

import pytest
import testinfra
from lab.hosts import HostSet
from testinfra.host import Host


@pytest.fixture(scope="session")
def office(host_set: HostSet) -> Host:
    """The host of the directory, and of a Festival that comes without units."""
    return testinfra.get_host("ssh://office", ssh_config=str(host_set.ssh_config))
