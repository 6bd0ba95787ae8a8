"""Downloaded packages and sources, kept between runs: a pool for each suite, and for each host a folder of its own.

Hosts install at the same time, and apt locks the folder that it downloads to. So a host starts with links to what the
pool has, and the pool gets links to what the host fetched.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

POOL = Path(__file__).resolve().parents[3] / ".cache" / "packages"


def link_cache(suite: str, folder: Path) -> None:
    """Make a host's folder, with all packages that are at hand for its suite."""
    (POOL / suite).mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    _link(POOL / suite, folder)


def save_cache(suite: str, folder: Path) -> None:
    """Keep for later what a host has fetched."""
    if folder.exists():
        (POOL / suite).mkdir(parents=True, exist_ok=True)
        _link(folder, POOL / suite)


def _link(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        place = file.relative_to(source)
        # What apt has not fetched to its end, and its lock.
        if not file.is_file() or file.name == "lock" or place.parts[0] == "partial":
            continue
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            (target / place).hardlink_to(file)
