"""Locks for resources that scenarios share: one creates them while the others wait."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN_DIR = Path("/run/switchboard-lab")


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock of this name on this machine for the duration of the block."""
    RUN_DIR.mkdir(mode=0o755, exist_ok=True)
    with (RUN_DIR / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
