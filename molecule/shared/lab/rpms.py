"""The rpm repositories of a stand-in for the RedHat family, built once per recipe in a container of its image."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from .engine import engine
from .images import ensure_image

PROJECT = Path(__file__).resolve().parents[3]
CACHE = PROJECT / ".cache" / "rpms"


def digest(recipe: Path, image: str) -> str:
    """Return a digest of the files of the recipe and the image."""
    found = hashlib.sha256(image.encode())
    for path in sorted(recipe.iterdir()):
        if path.is_file():
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def ensure_repositories(recipe: Path, suite: str) -> Path:
    """Build the repositories of *recipe* if they do not exist, and return their folder."""
    image = ensure_image(suite)
    done = CACHE / f"{suite}-{digest(recipe, image)}"
    if done.exists():
        return done
    print("==> building the rpm repositories of the stand-in (once, some minutes)", flush=True)
    part = done.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    archives = PROJECT / ".cache" / "packages" / suite
    archives.mkdir(parents=True, exist_ok=True)
    scenarios = PROJECT / "molecule"
    volumes = (f"{scenarios}:/molecule:ro", f"{part}:/out", f"{archives}:/var/cache/apt/archives")
    inside = f"/molecule/{recipe.relative_to(scenarios)}"
    engine().run(image, "nice", f"{inside}/build.sh", inside, "/out", volumes=volumes)
    part.rename(done)
    return done
