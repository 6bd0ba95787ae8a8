"""Docker, or whatever answers its client at DOCKER_HOST."""

from __future__ import annotations

from .interface import Command, Container, Engine

# Docker mounts the container's own cgroups read-only, which only --privileged would change from outside.
INIT = "mount -o remount,bind,rw /sys/fs/cgroup && exec /sbin/init"


class Docker(Engine):
    """Runs docker as the client of a daemon."""

    def command(self, *arguments: str) -> Command:
        # The builder that needs no plugin.
        return Command(["docker", *arguments], {"DOCKER_BUILDKIT": "0"})

    def init_arguments(self, container: Container) -> list[str]:
        mounts = ["--cgroupns=private", "--tmpfs=/run", "--tmpfs=/run/lock", "--env=container=docker"]
        return [*mounts, container.image, "sh", "-c", INIT]
