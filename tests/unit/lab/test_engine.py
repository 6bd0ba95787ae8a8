# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands that the lab gives to podman and docker."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lab.engine import Container, Docker, Engine, EngineError, Podman, choose, interface, podman

HOST = Container("lab-pbx", "pbx", "localhost/bookworm", ("/cache:/var/cache/apt/archives",))


@dataclass
class Client:
    """Stands for the client program: it remembers its commands and answers each with a text."""

    answers: dict[str, str] = field(default_factory=dict)
    failure: str = ""
    calls: list[list[str]] = field(default_factory=list)
    typed: list[str | None] = field(default_factory=list)

    def __call__(self, command: interface.Command, stdin: str | None) -> subprocess.CompletedProcess[str]:
        self.calls.append(command.arguments)
        self.typed.append(stdin)
        action = next((name for name in self.answers if name in command.arguments), "")
        return subprocess.CompletedProcess(
            command.arguments, int(bool(self.failure)), self.answers.get(action, ""), self.failure
        )


@pytest.fixture(autouse=True)
def plain_cgroups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(podman, "has_plain_cgroup_v2", lambda: True)


@pytest.mark.parametrize(
    ("environment", "installed", "expected"),
    [
        ({}, {"podman", "docker"}, Podman),
        ({}, {"docker"}, Docker),
        ({"SWITCHBOARD_ENGINE": "docker"}, {"podman", "docker"}, Docker),
        ({"SWITCHBOARD_ENGINE": "podman"}, {"podman", "docker"}, Podman),
        ({"SWITCHBOARD_ENGINE": ""}, {"docker"}, Docker),
    ],
)
def test_the_engine_is_the_named_one_or_an_installed_one(
    environment: dict[str, str], installed: set[str], expected: type[Engine]
) -> None:
    assert choose(environment, installed.__contains__) is expected


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match="'lxc'; known engines are podman and docker"):
        choose({"SWITCHBOARD_ENGINE": "lxc"}, bool)


@pytest.mark.parametrize("name", ["docker", "podman"])
def test_an_engine_that_is_not_installed_is_refused(name: str) -> None:
    with pytest.raises(EngineError, match=f"{name} is not installed"):
        choose({"SWITCHBOARD_ENGINE": name}, lambda _name: False)


def test_podman_is_told_that_the_container_runs_systemd() -> None:
    client = Client()
    Podman(client).create(HOST)
    assert client.calls == [
        [
            *("podman", "run", "--detach", "--name=lab-pbx", "--hostname=pbx"),
            *("--cap-add=SYS_ADMIN", "--cap-add=NET_ADMIN", "--cap-add=SYS_PTRACE"),
            "--security-opt=apparmor=unconfined",
            *("--volume=/cache:/var/cache/apt/archives", "--systemd=always", "localhost/bookworm"),
        ]
    ]


def test_docker_gets_what_systemd_needs_without_privileges_over_the_machine() -> None:
    client = Client()
    Docker(client).create(HOST)
    [call] = client.calls
    assert call[:3] == ["docker", "run", "--detach"]
    assert "--privileged" not in call
    assert call[call.index("--cgroupns=private") :] == [
        *("--cgroupns=private", "--tmpfs=/run", "--tmpfs=/run/lock", "--env=container=docker"),
        *("localhost/bookworm", "sh", "-c", "mount -o remount,bind,rw /sys/fs/cgroup && exec /sbin/init"),
    ]


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (Podman, ["podman", "rm", "--force", "--time=0", "--volumes", "lab-pbx"]),
        (Docker, ["docker", "rm", "--force", "--volumes", "lab-pbx"]),
    ],
)
def test_a_container_is_killed_and_removed(engine: type[Engine], expected: list[str]) -> None:
    client = Client({"ps": "lab-pbx\nlab-chat\n"})
    engine(client).remove("lab-pbx")
    assert client.calls[-1] == expected


def test_removing_a_container_that_does_not_exist_is_no_error() -> None:
    client = Client({"ps": "lab-chat\n"})
    Docker(client).remove("lab-pbx")
    assert [call[1] for call in client.calls] == ["ps"]


def test_a_text_is_copied_through_the_shell_of_the_container() -> None:
    client = Client()
    Podman(client).copy("Pin: release", "lab-pbx", "/etc/apt/preferences.d/pin")
    assert client.calls[0][:4] == ["podman", "exec", "--interactive", "lab-pbx"]
    assert client.calls[0][-1] == "/etc/apt/preferences.d/pin"
    assert client.typed == ["Pin: release"]


def test_the_address_is_the_one_in_the_first_network() -> None:
    assert Docker(Client({"inspect": "10.88.0.7 10.99.0.2 \n"})).address("lab-pbx") == "10.88.0.7"


def test_an_image_is_built_from_the_text_of_a_dockerfile() -> None:
    seen = []

    def build(command: interface.Command, _stdin: str | None) -> subprocess.CompletedProcess[str]:
        seen.append((Path(command.arguments[-1]) / "Dockerfile").read_text())
        assert command.arguments[1:-1] == ["build", "--quiet", "--tag", "localhost/noble"]
        return subprocess.CompletedProcess([], 0, "", "")

    Docker(build).build_image("FROM ubuntu:24.04\n", "localhost/noble")
    assert seen == ["FROM ubuntu:24.04\n"]


def test_a_failure_tells_the_command_and_what_the_engine_said() -> None:
    with pytest.raises(EngineError, match=r"^docker inspect failed: no such container$"):
        Docker(Client(failure="no such container\n")).address("lab-pbx")


def test_a_failure_may_be_an_answer() -> None:
    assert (
        Podman(Client({"exec": "starting"}, failure="exit 1")).exec("lab-pbx", "true", check=False)
        == "starting"
    )
