"""Published images for lab hosts, where a registry can be reached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import yaml

from .engine import engine
from .images import PACKAGES
from .locks import locked

MAP = Path(__file__).with_name("published.yml")
# Base images keep services from starting, discard what apt downloads and, on Ubuntu, leave out documentation.
DOCKERFILE = """\
FROM {base}
RUN rm -f /etc/apt/apt.conf.d/docker-clean /etc/dpkg/dpkg.cfg.d/excludes \\
 && apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends {packages} \\
 && rm -rf /usr/sbin/policy-rc.d /var/lib/apt/lists/*
CMD ["/sbin/init"]
"""


def release(wanted: str, suite: str, known: Mapping[str, object]) -> str:
    """Return the release whose published image a host of *suite* gets, or nothing if *wanted* asks for no known one."""
    name = suite if wanted == "published" else wanted
    return name if name in known else ""


def dockerfile(base: str) -> str:
    """Return the recipe that makes a host of the base image of a distribution of the Debian family."""
    return DOCKERFILE.format(base=base, packages=" ".join(PACKAGES))


def image_name(release_name: str, recipe: str) -> str:
    """Return the name of the image that is built of a recipe, and changes with it."""
    return (
        f"localhost/switchboard-published-{release_name}:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    )


def published_image(wanted: str, suite: str) -> str:
    """Return the published image for a host of *suite*, or nothing if the host is built here.

    *wanted* is the word "published", a release of the map, or the image itself.
    """
    known = yaml.safe_load(MAP.read_text())
    name = release(wanted, suite, known)
    if not name:
        return "" if wanted == "published" else wanted
    return known[name].get("systemd") or _with_systemd(name, known[name]["base"])


def _with_systemd(name: str, base: str) -> str:
    recipe = dockerfile(base)
    image = image_name(name, recipe)
    with locked(f"image-{name}"):
        if not engine().has_image(image):
            print(f"==> building the {name} image from {base} (once)", flush=True)
            engine().build_image(recipe, image)
    return image
