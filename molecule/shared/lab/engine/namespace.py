"""A private mount namespace with cgroup v2 for podman, on a machine whose cgroups are not purely v2."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from ..locks import RUN_DIR, locked
from .interface import EngineError

CGROUPS = Path("/sys/fs/cgroup")
# While this file exists, podman assumes that its containers are still running.
PODMAN_ALIVE = Path("/run/libpod/alive")


def has_plain_cgroup_v2(root: Path = Path("/")) -> bool:
    """Return whether /sys/fs/cgroup below `root` contains only cgroup v2."""
    return (root / CGROUPS.relative_to("/") / "cgroup.controllers").exists()


def _is_keeper(pid: int) -> bool:
    process = Path(f"/proc/{pid}")
    try:
        command = (process / "cmdline").read_bytes()
        own = (process / "ns/mnt").readlink() != Path("/proc/self/ns/mnt").readlink()
    except OSError:
        return False
    return command.startswith(b"sleep\0infinity") and own and has_plain_cgroup_v2(process / "root")


def namespace_keeper() -> int:
    """Return the pid of the process that keeps the mount namespace for podman alive."""
    with locked("namespace"):
        return _find_or_start_keeper(RUN_DIR / "namespace.pid")


def _find_or_start_keeper(pid_file: Path) -> int:
    if pid_file.exists():
        if _is_keeper(pid := int(pid_file.read_text())):
            return pid
        # The previous namespace and its containers are gone; make podman treat this like a reboot.
        PODMAN_ALIVE.unlink(missing_ok=True)
    mount = f"umount -l {CGROUPS} && mount -t cgroup2 none {CGROUPS} && exec sleep infinity"
    keeper = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _attempt in range(100):
        if _is_keeper(keeper.pid):
            pid_file.write_text(f"{keeper.pid}\n")
            return keeper.pid
        if keeper.poll() is not None:
            break
        time.sleep(0.05)
    raise EngineError("Cannot create a mount namespace with cgroup v2; run this as root with CAP_SYS_ADMIN.")
