# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which published image a host gets, and what is added to it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from lab import published
from lab.images import STAND_INS

KNOWN = yaml.safe_load(published.MAP.read_text())
SCENARIOS = Path(published.__file__).parents[2]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The releases whose image was built, instead of building it."""
    names: list[str] = []

    def build(name: str, base: str) -> str:
        names.append(name)
        return f"built from {base}"

    monkeypatch.setattr(published, "_with_systemd", build)
    return names


@pytest.mark.parametrize(
    ("wanted", "suite", "expected"),
    [
        ("", "bookworm", ""),
        ("published", "bookworm", "built from docker.io/library/debian:bookworm"),
        ("published", "el9", "docker.io/rockylinux/rockylinux:9-ubi-init"),
        ("published", "sid", ""),
        ("noble", "forky", "built from docker.io/library/ubuntu:noble"),
        ("el10", "el9", "docker.io/almalinux/10-init:latest"),
        ("docker.io/someone/debian12:latest", "forky", "docker.io/someone/debian12:latest"),
    ],
)
def test_a_host_gets_the_image_of_its_release_or_the_one_asked_for(
    built: list[str], wanted: str, suite: str, expected: str
) -> None:
    assert published.published_image(wanted, suite) == expected


def test_every_release_of_every_scenario_is_in_the_map() -> None:
    used = {
        platform["suite"]
        for file in SCENARIOS.glob("*/molecule.yml")
        for platform in yaml.safe_load(file.read_text())["platforms"]
    }
    assert used | STAND_INS.keys() <= KNOWN.keys()


@pytest.mark.parametrize("release", KNOWN)
def test_a_release_has_one_image_with_its_registry_and_tag(release: str) -> None:
    [(kind, image)] = KNOWN[release].items()
    assert kind in ("systemd", "base")
    assert image.startswith("docker.io/")
    assert ":" in image


def test_a_base_image_gets_systemd_and_loses_what_keeps_services_from_starting() -> None:
    recipe = published.dockerfile("docker.io/library/ubuntu:noble")
    assert recipe.startswith("FROM docker.io/library/ubuntu:noble\n")
    assert " systemd systemd-sysv " in recipe
    assert "/usr/sbin/policy-rc.d" in recipe.partition("install")[2]
    assert recipe.endswith('CMD ["/sbin/init"]\n')


def test_the_name_of_a_built_image_changes_with_its_recipe() -> None:
    one, other = (published.image_name("noble", published.dockerfile(base)) for base in ("a", "b"))
    assert one.startswith("localhost/switchboard-published-noble:")
    assert one != other
