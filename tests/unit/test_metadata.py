# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of the collection and its roles names everything that there is."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))


def test_each_module_is_in_the_action_group_of_its_name() -> None:
    groups = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    for group, members in groups.items():
        assert members == [name for name in MODULES if name.partition("_")[0] == group]
    assert set(MODULES) == {name for members in groups.values() for name in members}


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


def test_an_execution_environment_gets_the_programs_that_the_checks_by_phone_call() -> None:
    wanted = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text())["dependencies"]
    system = (ROOT / wanted["system"]).read_text()
    for platform, packages in {"dpkg": ["baresip-core", "sip-tester"], "rpm": ["baresip", "sipp"]}.items():
        for package in packages:
            assert re.search(rf"^{package} \[platform:{platform}\]$", system, re.M)
    python = (ROOT / wanted["python"]).read_text()
    for package in ("pocketsphinx", "slixmpp"):
        assert re.search(rf"^{package} ", python, re.M)


@pytest.mark.parametrize("kind", ["filter", "lookup"])
def test_ansible_doc_shows_each_plugin_and_how_to_call_it(kind: str) -> None:
    names = {f"switchboard.pbx.{path.stem}" for path in (ROOT / "plugins" / kind).glob("*.py")}
    call = ["ansible-doc", "--json", "--type", kind, *names]
    shown = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    assert shown.keys() == names
    for name, documented in shown.items():
        assert name in documented["examples"] and documented["return"]
