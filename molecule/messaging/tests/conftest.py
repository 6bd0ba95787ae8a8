"""The additional host of this scenario."""

from __future__ import annotations

import pytest
import testinfra
from lab.hosts import HostSet
from testinfra.host import Host


@pytest.fixture(scope="session")
def chat_host(host_set: HostSet) -> Host:
    """The host of the XMPP server."""
    return testinfra.get_host("ssh://chat", ssh_config=str(host_set.ssh_config))
