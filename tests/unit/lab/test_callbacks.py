# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook announces roles and tasks to tools/lab/steps.py, and prints everything else as it always does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = {
    "site.yml": """
- name: Prepare the host
  hosts: localhost
  gather_facts: false
  tasks:
    - {name: Say hello, ansible.builtin.debug: {msg: hello}}
    - {name: Borrow a role, ansible.builtin.include_role: {name: packages}}
- name: Install
  hosts: localhost:other
  gather_facts: false
  roles: [server]
  tasks:
    - {name: Fail at last, ansible.builtin.fail: {msg: the disk is full},
       when: broken | default(false) and inventory_hostname == 'localhost'}
    - {name: Go on where it did not fail, ansible.builtin.debug: {msg: z}}
""",
    "roles/server/tasks/main.yml": """
- {name: Change, ansible.builtin.debug: {msg: x}, changed_when: true}
- {name: Include, ansible.builtin.include_role: {name: packages}}
""",
    "roles/packages/tasks/main.yml": "- {name: Install packages, ansible.builtin.debug: {msg: y}}",
}


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "site.yml"


def run(playbook: Path, *arguments: str) -> list[str]:
    environment = {
        **os.environ,
        "ANSIBLE_STDOUT_CALLBACK": "steps",
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "molecule/shared/callbacks"),
        "ANSIBLE_NOCOLOR": "1",
    }
    call = ["ansible-playbook", "-i", "localhost,other", "-c", "local", str(playbook), *arguments]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def marked(output: list[str]) -> list[str]:
    return [line for line in output if line[:3] in ("==>", "-->", "<==")]


def test_a_role_is_a_step_with_what_it_includes_and_a_play_without_role_is_one(playbook: Path) -> None:
    assert marked(run(playbook)) == [
        "==> Prepare the host",
        "--> Say hello",
        "--> Borrow a role",
        "--> Install packages",
        "<== 3 tasks, 0 changed",
        "==> role server",
        "--> Change",
        "--> Include",
        "--> Install packages",
        "<== 3 tasks, 1 changed",
        "==> Install",
        "--> Fail at last",
        "--> Go on where it did not fail",
        "<== 1 task, 0 changed",
    ]


def test_after_a_failure_nothing_is_announced_so_that_its_whole_message_is_shown(playbook: Path) -> None:
    output = run(playbook, "-e", "broken=true")
    last = output.index(marked(output)[-1])
    assert output[last] == "--> Fail at last"
    assert any("the disk is full" in line for line in output[last:])
    assert any(line.startswith("PLAY RECAP") for line in output[last:])
