"""A cache of downloaded packages and sources: a pool per suite, and a folder per host.

Hosts install in parallel, and apt locks its download folder, so each host starts with links to the files of the pool,
and the pool gets links to the files that the host downloads.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

POOL = Path(__file__).resolve().parents[3] / ".cache" / "packages"


def link_cache(suite: str, folder: Path) -> None:
    """Create the folder of a host with the cached packages of its suite."""
    (POOL / suite).mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    _link(POOL / suite, folder)


def save_cache(suite: str, folder: Path) -> None:
    """Add the downloads of a host to the pool."""
    if folder.exists():
        (POOL / suite).mkdir(parents=True, exist_ok=True)
        _link(folder, POOL / suite)


def _link(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        path = file.relative_to(source)
        # Skip incomplete downloads and the lock of apt.
        if not file.is_file() or file.name == "lock" or path.parts[0] == "partial":
            continue
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            (target / path).hardlink_to(file)
