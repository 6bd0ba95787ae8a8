"""Podman, which knows systemd; in a private mount namespace if the machine needs one."""

from __future__ import annotations

from pathlib import Path

from .interface import Command, Container, Engine
from .namespace import has_plain_cgroup_v2, namespace_keeper

CONTAINERS_CONF = Path(__file__).with_name("containers.conf")


class Podman(Engine):
    """Runs podman as a client and engine in one."""

    kill = ("--time=0",)

    def command(self, *arguments: str) -> Command:
        enter = []
        if not has_plain_cgroup_v2():
            enter = ["nsenter", "--mount", "--target", str(namespace_keeper()), "--"]
        return Command([*enter, "podman", *arguments], {"CONTAINERS_CONF": str(CONTAINERS_CONF)})

    def init_arguments(self, container: Container) -> list[str]:
        return ["--systemd=always", container.image]
