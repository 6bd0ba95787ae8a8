"""Fixtures of this scenario: the whole playbook, and the proof that it has changed nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab.hosts import PROJECT
from testinfra.host import Host

Site = Callable[..., "subprocess.CompletedProcess[str]"]


def state(pbx: Host) -> str:
    """Return a fingerprint of everything that bad input could have changed."""
    return pbx.check_output(
        "{ slapcat -n0; slapcat -n1; cat /etc/asterisk/* /etc/festival-server.scm; } 2>/dev/null | sha256sum"
    )


@pytest.fixture
def unchanged(pbx: Host) -> Iterator[None]:
    before = state(pbx)
    yield
    assert state(pbx) == before


@pytest.fixture
def site(inventory: Path, ansible_environment: dict[str, str]) -> Site:
    """Runs the site playbook with additional variables; returns the completed process."""

    def run(*arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        play = ["ansible-playbook", "-i", str(inventory), str(PROJECT / "playbooks/site.yml")]
        environment = {**ansible_environment, "ANSIBLE_NOCOLOR": "true", "COLUMNS": "160"}
        return subprocess.run(
            [*play, "-e", json.dumps(variables), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
