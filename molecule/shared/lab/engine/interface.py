"""What the lab asks of a container engine, in the commands that podman and docker have in common."""

from __future__ import annotations

import os
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

# Sandboxed units (DynamicUser, PrivateTmp, PrivateNetwork) need the first two in a container; init scripts need the
# third to find the program that they stop. AppArmor, where the machine has it, denies their mounts.
SYSTEMD_RIGHTS = (
    "--cap-add=SYS_ADMIN",
    "--cap-add=NET_ADMIN",
    "--cap-add=SYS_PTRACE",
    "--security-opt=apparmor=unconfined",
)


class EngineError(Exception):
    """A command of the engine failed; the message contains its output."""


@dataclass(frozen=True)
class Container:
    """A container to create: it runs the init system of its image."""

    name: str
    hostname: str
    image: str
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """A command of the engine's client, and what is different from this process in its environment."""

    arguments: list[str]
    environment: dict[str, str]


Runner = Callable[[Command, str | None], subprocess.CompletedProcess[str]]


def run(command: Command, stdin: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command.arguments,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **command.environment},
    )


class Engine(ABC):
    """Containers and images. A method raises EngineError if the engine refuses."""

    # Without them, removal waits for the container to shut down.
    kill: ClassVar[tuple[str, ...]] = ()

    def __init__(self, runner: Runner = run) -> None:
        self._run = runner

    @abstractmethod
    def command(self, *arguments: str) -> Command:
        """Return the command that runs the client with these arguments."""

    @abstractmethod
    def init_arguments(self, container: Container) -> list[str]:
        """Return the options for an init system, the image and, if it is not the image's, the command."""

    def create(self, container: Container) -> None:
        """Start a container that keeps running."""
        named = [f"--name={container.name}", f"--hostname={container.hostname}"]
        volumes = [f"--volume={volume}" for volume in container.volumes]
        self._call("run", "--detach", *named, *SYSTEMD_RIGHTS, *volumes, *self.init_arguments(container))

    def names(self, *, running: bool = False) -> list[str]:
        """Return the names of the containers."""
        return self._call("ps", *([] if running else ["--all"]), "--format", "{{.Names}}").split()

    def exec(self, name: str, *command: str, stdin: str | None = None, check: bool = True) -> str:
        """Run a command in a container and return its output."""
        interactive = [] if stdin is None else ["--interactive"]
        return self._call("exec", *interactive, name, *command, stdin=stdin, check=check)

    def copy(self, text: str, name: str, path: str) -> None:
        """Write a text into a file of a container."""
        # By a shell, since the engines' own copying does not see what the container has mounted, such as /run.
        write = 'mkdir -p "${1%/*}" && cat >"$1"'
        self.exec(name, "sh", "-c", write, "sh", path, stdin=text)

    def address(self, name: str) -> str:
        """Return the address of a container in its first network."""
        addresses = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        return self._call("inspect", "--format", addresses, name).split()[0]

    def remove(self, name: str) -> None:
        """Remove a container, whether it runs or not; do nothing if it does not exist."""
        if name in self.names():
            self._call("rm", "--force", *self.kill, "--volumes", name)

    def run(self, image: str, *command: str, volumes: tuple[str, ...] = ()) -> None:
        """Run a command in a container of its own."""
        self._call("run", "--rm", *(f"--volume={volume}" for volume in volumes), image, *command)

    def has_image(self, image: str) -> bool:
        return bool(self._call("images", "--quiet", image))

    def import_image(self, archive: Path, image: str) -> None:
        """Make an image of the archive of a file system."""
        self._call("import", "--change", 'CMD ["/sbin/init"]', str(archive), image)

    def build_image(self, dockerfile: str, image: str) -> None:
        """Build an image from the text of a Dockerfile, which copies no files."""
        with tempfile.TemporaryDirectory(prefix="switchboard-image-") as folder:
            (Path(folder) / "Dockerfile").write_text(dockerfile)
            self._call("build", "--quiet", "--tag", image, folder)

    def _call(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        command = self.command(*arguments)
        done = self._run(command, stdin)
        if check and done.returncode != 0:
            said = done.stderr.strip() or done.stdout.strip()
            raise EngineError(f"{type(self).__name__.lower()} {arguments[0]} failed: {said}")
        return done.stdout.strip()
