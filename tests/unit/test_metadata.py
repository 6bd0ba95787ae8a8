# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of the collection and its roles names everything that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def test_each_module_is_in_an_action_group() -> None:
    groups = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}
    assert modules == {name for members in groups.values() for name in members}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_names_the_releases_that_are_supported(role: str) -> None:
    platforms = yaml.safe_load((ROOT / "roles" / role / "meta/main.yml").read_text())["galaxy_info"][
        "platforms"
    ]
    versions = {platform["name"]: platform["versions"] for platform in platforms}
    rows = re.findall(r"^\| Debian \d+ \((\w+)\)", (ROOT / "README.md").read_text(), re.M)
    assert set(versions["Debian"]) == set(rows)


@pytest.mark.parametrize("role", [role for role in ROLES if (ROOT / "roles" / role / "defaults").exists()])
def test_the_password_options_of_a_role_are_not_logged(role: str) -> None:
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())
    for name, option in specs["argument_specs"]["main"]["options"].items():
        if re.search(r"password$|rootpw$|pin$|registration$|secret$", name):
            assert option["no_log"] is (name != "directory_update_password"), name
