"""The container engine of the lab: podman or docker, behind one interface."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping

from .docker import Docker
from .interface import Container, Engine, EngineError
from .podman import Podman

__all__ = ["Container", "Engine", "EngineError", "choose", "engine"]

ENGINES: dict[str, type[Engine]] = {"podman": Podman, "docker": Docker}


def choose(environment: Mapping[str, str], installed: Callable[[str], object]) -> type[Engine]:
    """Return the engine named by SWITCHBOARD_ENGINE, or podman unless only docker is installed."""
    name = environment.get("SWITCHBOARD_ENGINE", "")
    if name and name not in ENGINES:
        raise EngineError(f"SWITCHBOARD_ENGINE is '{name}'; known engines are {' and '.join(ENGINES)}.")
    name = name or ("docker" if installed("docker") and not installed("podman") else "podman")
    if not installed(name):
        raise EngineError(f"{name} is not installed.")
    return ENGINES[name]


def engine() -> Engine:
    """Return the engine of this machine."""
    return choose(os.environ, shutil.which)()
