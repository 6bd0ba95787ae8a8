"""Lab hosts: systemd containers, reached over ssh like a fleet.

A set of hosts is named by its use and scenario, such as `lab-default` or `test-default`; its files are in
.cache/hosts/SET: `ssh_config` (one alias per host), the key, and `hosts.json`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from . import archives
from .engine import Container, EngineError, engine
from .images import ensure_image
from .published import published_image
from .rpms import ensure_repositories

PROJECT = Path(__file__).resolve().parents[3]
SETS = PROJECT / ".cache" / "hosts"
BOOT_SECONDS = 60
# Published images contain systemd at best; this adds the requirements of Ansible on any family.
ADD_SSH = """
command -v sshd >/dev/null 2>&1 || [ -x /usr/sbin/sshd ] || {
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends openssh-server python3 python3-apt sudo
  else
    dnf install -y -q openssh-server python3 sudo iproute procps-ng
  fi
} >/dev/null
systemctl start ssh 2>/dev/null || systemctl start sshd
"""


@dataclass(frozen=True)
class Host:
    """A container: its name in the inventory, its own name, and its address."""

    name: str
    container: str
    address: str


@dataclass(frozen=True)
class HostSet:
    """The hosts of one scenario, for the lab or for a test."""

    use: str
    scenario: str

    @property
    def name(self) -> str:
        return f"{self.use}-{self.scenario}"

    @property
    def folder(self) -> Path:
        return SETS / self.name

    @property
    def ssh_config(self) -> Path:
        return self.folder / "ssh_config"

    @property
    def key(self) -> Path:
        return self.folder / "id_ed25519"

    def container(self, host: str) -> str:
        """Return the name of the container, which differs between checkouts of this project."""
        checkout = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:4]
        return f"switchboard-{checkout}-{self.name}-{host}"

    def packages(self, host: str) -> Path:
        """Return the folder for packages that a host downloads."""
        return self.folder / "packages" / host

    def platforms(self) -> list[dict[str, Any]]:
        """Return the hosts in the scenario's molecule.yml."""
        text = (PROJECT / "molecule" / self.scenario / "molecule.yml").read_text()
        platforms: list[dict[str, Any]] = yaml.safe_load(text)["platforms"]
        return platforms

    def hosts(self) -> list[Host]:
        """Return the created hosts."""
        stored = self.folder / "hosts.json"
        return [Host(**entry) for entry in json.loads(stored.read_text())] if stored.exists() else []

    def ssh_command(self, host: str) -> str:
        return f"ssh -F {self.ssh_config} {host}"


def up(hosts: HostSet, image: str = "") -> list[Host]:
    """Create missing hosts, recreate stopped ones, and write the ssh configuration."""
    hosts.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not hosts.key.exists():
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", hosts.name, "-f", str(hosts.key)],
            check=True,
        )
    created = [_start_host(hosts, platform, image) for platform in hosts.platforms()]
    (hosts.folder / "hosts.json").write_text(json.dumps([asdict(host) for host in created], indent=2) + "\n")
    hosts.ssh_config.write_text("\n".join(_ssh_config(hosts, created)) + "\n")
    for host in created:
        _wait_for_ssh(hosts, host)
    return created


def down(hosts: HostSet) -> None:
    """Remove the containers of a set and its files."""
    containers = engine()
    for name in containers.names():
        if name.startswith(hosts.container("")):
            containers.remove(name)
    for platform in hosts.platforms():
        archives.save_cache(platform["suite"], hosts.packages(platform["name"]))
    if hosts.folder.exists():
        subprocess.run(["rm", "-r", "--", str(hosts.folder)], check=True)


def _start_host(hosts: HostSet, platform: dict[str, Any], image: str) -> Host:
    containers = engine()
    name = hosts.container(platform["name"])
    if name not in containers.names(running=True):
        # A stopped container has lost its network with its namespace, so it is recreated.
        containers.remove(name)
        containers.create(_container(name, platform, image, hosts.packages(platform["name"])))
    print(f"==> host {platform['name']} ({platform['suite']})", flush=True)
    containers.copy(hosts.key.with_suffix(".pub").read_text(), name, "/root/.ssh/authorized_keys")
    _wait_for_boot(name)
    for path, text in platform.get("files", {}).items():
        containers.copy(text, name, path)
    containers.exec(name, "sh", "-c", ADD_SSH)
    address = containers.address(name)
    print(f"<== {address}", flush=True)
    return Host(platform["name"], name, address)


def _container(name: str, platform: dict[str, Any], image: str, packages: Path) -> Container:
    suite = platform["suite"]
    archives.link_cache(suite, packages)
    published = published_image(image, suite)
    volumes = [f"{packages}:/var/cache/apt/archives"]
    # A published image uses the repositories of its distribution, a stand-in its own.
    if "repositories" in platform and not published:
        volumes.append(f"{ensure_repositories(PROJECT / platform['repositories'], suite)}:/srv/rpms:ro")
    return Container(name, platform["name"], published or ensure_image(suite), tuple(volumes))


def _wait_for_boot(name: str) -> None:
    containers = engine()
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        state = containers.exec(name, "systemctl", "is-system-running", check=False)
        if state in ("running", "degraded"):
            return
        time.sleep(0.3)
    journal = containers.exec(name, "journalctl", "--boot", "--lines=30", "--no-pager", check=False)
    raise EngineError(f"{name} did not boot within {BOOT_SECONDS} s; the end of its journal:\n{journal}")


def _ssh_config(hosts: HostSet, created: list[Host]) -> Iterator[str]:
    for host in created:
        yield f"Host {host.name}"
        yield f"  HostName {host.address}"
    yield "Host *"
    yield "  User root"
    yield f"  IdentityFile {hosts.key}"
    yield "  IdentitiesOnly yes"
    # Lab hosts are recreated with the same addresses, so their keys are not checked.
    yield "  StrictHostKeyChecking no"
    yield "  UserKnownHostsFile /dev/null"
    yield "  LogLevel ERROR"
    yield "  ControlMaster auto"
    yield "  ControlPersist 60s"
    yield "  ControlPath /run/switchboard-lab/%C"


def _wait_for_ssh(hosts: HostSet, host: Host) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        call = ["ssh", "-F", str(hosts.ssh_config), "-o", "ConnectTimeout=3", host.name, "true"]
        done = subprocess.run(call, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise EngineError(f"{host.name} ({host.address}) does not answer over ssh: {done.stderr.strip()}")
        time.sleep(0.3)
