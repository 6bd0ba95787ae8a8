# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's hosts by docker's client, with podman behind the API, since a daemon may not be there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.engine import Container, Docker, Podman
from lab.images import ensure_image
from lab.published import dockerfile
from lab.wait import wait_until

BASE = "localhost/switchboard-test-docker:base"
IMAGE = "localhost/switchboard-test-docker:host"


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    """Docker's client, answered by podman."""
    socket = tmp_path_factory.mktemp("api") / "api.sock"
    serve = Podman().command("system", "service", "--time=0", f"unix://{socket}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", f"unix://{socket}")
        with subprocess.Popen(serve.arguments, env={**os.environ, **serve.environment}) as service:
            assert wait_until(socket.exists)
            yield Docker()
            service.terminate()


@pytest.fixture(scope="module")
def host(docker: Docker) -> Iterator[str]:
    """A running host whose image was built as from a published one, which keeps services from starting."""
    docker.build_image(f"FROM {ensure_image('bookworm')}\nRUN touch /usr/sbin/policy-rc.d\n", BASE)
    docker.build_image(dockerfile(BASE), IMAGE)
    assert docker.has_image(IMAGE)
    name = f"switchboard-test-docker-{os.getpid()}"
    docker.create(Container(name, "pbx", IMAGE))
    yield name
    docker.remove(name)
    assert name not in docker.names()
    subprocess.run(["docker", "rmi", "--force", IMAGE, BASE], check=True, capture_output=True)


def test_systemd_boots_with_its_sandboxes(docker: Docker, host: str) -> None:
    assert wait_until(lambda: docker.exec(host, "systemctl", "is-system-running", check=False) == "running")
    sandboxes = ["--property=PrivateTmp=yes", "--property=PrivateNetwork=yes", "--property=DynamicUser=yes"]
    docker.exec(host, "systemd-run", "--quiet", "--wait", *sandboxes, "true")


def test_the_host_is_made_of_its_image_and_knows_its_name(docker: Docker, host: str) -> None:
    docker.exec(host, "test", "!", "-e", "/usr/sbin/policy-rc.d")
    assert docker.exec(host, "hostname") == "pbx"


def test_the_host_answers_at_its_address(docker: Docker, host: str) -> None:
    assert docker.address(host) == docker.exec(host, "hostname", "--all-ip-addresses")


def test_a_text_arrives_in_a_file_of_the_host(docker: Docker, host: str) -> None:
    docker.copy("Pin: «release»\n", host, "/run/made/for/it")
    assert docker.exec(host, "cat", "/run/made/for/it") == "Pin: «release»"
    assert Path("/run/made").exists() is False
