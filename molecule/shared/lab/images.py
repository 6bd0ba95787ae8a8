"""Images for lab hosts: a minimal system with systemd and sshd, built by mmdebstrap, once per recipe."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

from .engine import engine
from .locks import locked

PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "python3",
    "python3-apt",
    "iproute2",
    "ca-certificates",
    "sudo",
    "openssh-server",
)
# Stand-ins for the RedHat family and the suite they are based on; stand_in.sh does the rest.
STAND_INS = {"el9": "trixie"}
STAND_IN_PACKAGES = ("dnf", "python3-dnf", "rpm", "procps")
STAND_IN = Path(__file__).with_name("stand_in.sh")
# The Release file of a rolling suite may have expired on a rarely updated mirror.
ROLLING = ("forky", "sid")


def recipe(suite: str) -> list[str]:
    """Return the mmdebstrap command for a suite, without the output file."""
    base = STAND_INS.get(suite)
    packages = PACKAGES + (STAND_IN_PACKAGES if base else ())
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}"]
    if base:
        command.append(f"--customize-hook={STAND_IN}")
    if suite in ROLLING:
        command.append('--aptopt=Acquire::Check-Valid-Until "false"')
    return [*command, base or suite]


def image_name(suite: str) -> str:
    """Return an image name that changes with the recipe, so that the image is rebuilt when necessary."""
    # The path of this checkout makes no difference.
    ingredients = " ".join(recipe(suite)).replace(str(STAND_IN), STAND_IN.read_text())
    return f"localhost/switchboard-{suite}:{hashlib.sha256(ingredients.encode()).hexdigest()[:12]}"


def ensure_image(suite: str) -> str:
    """Build the image of a suite if it does not exist, and return its name."""
    name = image_name(suite)
    with locked(f"image-{suite}"):
        if not engine().has_image(name):
            _build(suite, name)
    return name


def _build(suite: str, name: str) -> None:
    print(f"==> building the {suite} image (once)", flush=True)
    with tempfile.TemporaryDirectory(prefix="switchboard-image-") as folder:
        archive = Path(folder) / f"{suite}.tar"
        subprocess.run([*recipe(suite), str(archive)], check=True, stdin=subprocess.DEVNULL)
        engine().import_image(archive, name)
