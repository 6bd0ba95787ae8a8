# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook preflight accepts the controller itself as a host of the inventory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PLAYBOOK = Path(__file__).resolve().parents[2] / "playbooks/preflight.yml"
GROUPS = ("ldap_servers", "festival_servers", "asterisk_servers")
LOCAL = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}


def run(tmp_path: Path, **variables: str) -> str:
    inventory = {
        "all": {
            "children": {group: {"hosts": {"localhost": None}} for group in GROUPS},
            "vars": {**LOCAL, **variables},
        }
    }
    (tmp_path / "hosts.yml").write_text(json.dumps(inventory))
    play = ["ansible-playbook", "-i", str(tmp_path / "hosts.yml"), str(PLAYBOOK)]
    return subprocess.run(play, capture_output=True, text=True, check=False).stdout


def test_localhost_can_be_a_host_of_the_inventory(tmp_path: Path) -> None:
    valid = run(tmp_path, directory_service_password="to read", asterisk_install_method="package")
    assert "failed=0" in valid, valid


def test_its_variables_are_validated_once_its_facts_are_known(tmp_path: Path) -> None:
    assert "directory_service_password is not set" in " ".join(run(tmp_path).split())
