# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides are listed, and whatever they show to copy is valid: inventories, variables, plays and commands.

Commands on a host (the language "console") are run by molecule/shared/tests/test_guides.py.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from .snippets import Snippet, commands, rst_snippets

ROOT = Path(__file__).resolve().parents[3]
GUIDES = {path.stem: path for path in sorted((ROOT / "docs/docsite/rst").glob("*.rst"))}
SNIPPETS = [
    (f"{name}:{snippet.line}", snippet)
    for name, path in GUIDES.items()
    for snippet in rst_snippets(path.read_text())
]
PLAYBOOKS = {f"switchboard.pbx.{path.stem}" for path in (ROOT / "playbooks").glob("*.yml")}
TAGS = {"preflight", "install", "configure", "run"}
# On the controller; the host's own commands are in blocks of the language console.
PROGRAMS = {"ansible-playbook", "ansible-galaxy", "ansible-vault", "ansible-doc", "apt-get", "pip", "make"}
# Prints the playbooks and tags of each command given as an argument; a wrong option ends it.
PARSE = """
import json, shlex, sys
from ansible.cli.playbook import PlaybookCLI
parsed = []
for command in sys.argv[1:]:
    cli = PlaybookCLI(shlex.split(command))
    cli.init_parser()
    options = cli.parser.parse_args(cli.args[1:])
    parsed.append((options.args, options.tags))
print(json.dumps(parsed))
"""
ROLES = ("openldap", "directory", "festival", "asterisk")


def of(language: str) -> t.Any:
    """Parametrize a test by the code blocks in a language, named by guide and line."""
    found = [pytest.param(snippet, id=name) for name, snippet in SNIPPETS if snippet.language == language]
    return pytest.mark.parametrize("snippet", found)


def test_every_guide_is_in_the_table_of_contents() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text())["sections"]
    assert sorted(name for section in sections for name in section["toctree"]) == sorted(GUIDES)


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_the_label_of_its_name(name: str) -> None:
    label = f".. _ansible_collections.switchboard.pbx.docsite.{name}:\n"
    assert GUIDES[name].read_text().startswith(label)


def test_each_code_block_is_of_a_kind_that_is_tested() -> None:
    assert {snippet.language for _name, snippet in SNIPPETS} <= {"yaml", "sh", "console", "ini", "ldif"}


def variables_of(snippet: Snippet) -> dict[str, t.Any] | None:
    """Return the variables of a YAML block, and None if it is an inventory or a list of plays."""
    content = yaml.safe_load(snippet.text)
    return content if isinstance(content, dict) and "all" not in content else None


VARIABLES = {
    name.replace(":", "-"): variables
    for name, snippet in SNIPPETS
    if snippet.language == "yaml" and (variables := variables_of(snippet)) is not None
}
# The facts that the roles' variables depend on, so that the checks do not depend on this machine.
DEBIAN = {
    "os_family": "Debian",
    "distribution": "Debian",
    "distribution_version": "14",
    "distribution_major_version": "14",
    "machine": "x86_64",
}

REQUIRED = {"directory_service_password": "secret"}


def said_by_preflight(inventory: dict[str, t.Any], folder: Path, **arguments: t.Any) -> str:
    """Validate the variables of an inventory's hosts, and return the output if one is refused."""
    play = {"hosts": "all", "gather_facts": False, "tasks": [{"switchboard.pbx.preflight": arguments}]}
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    vault = dict.fromkeys(re.findall(r"\bvault_\w+", yaml.safe_dump(inventory)), "29c1f7")
    extra = json.dumps({**vault, "ansible_connection": "local", "ansible_facts": DEBIAN})
    call = ["ansible-playbook", "-i", str(folder / "hosts.yml"), "-e", extra, str(folder / "play.yml")]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("snippet", [pytest.param(s, id=n) for n, s in SNIPPETS if s.text.startswith("all:")])
def test_an_inventory_is_valid(snippet: Snippet, tmp_path: Path) -> None:
    inventory = yaml.safe_load(snippet.text)
    inventory["all"]["vars"] = {**REQUIRED, **inventory["all"].get("vars", {})}
    assert said_by_preflight(inventory, tmp_path) == ""


def test_variables_are_valid(tmp_path: Path) -> None:
    """Each block is the variables of a host, so that one run validates all of them."""
    hosts = {name: {**REQUIRED, **variables} for name, variables in VARIABLES.items()}
    assert said_by_preflight({"all": {"hosts": hosts}}, tmp_path, roles=list(ROLES)) == ""


@of("sh")
def test_a_command_on_the_controller_exists(snippet: Snippet) -> None:
    programs = {shlex.split(command)[0] for command in commands(snippet)}
    assert programs <= PROGRAMS


def test_a_playbook_run_has_valid_arguments() -> None:
    found = [
        command for _name, snippet in SNIPPETS if snippet.language == "sh" for command in commands(snippet)
    ]
    runs = [command for command in found if command.startswith("ansible-playbook ")]
    # In a process of its own, because modules warn on the console once ansible.cli is imported, and other tests
    # read their warnings.
    call = [sys.executable, "-c", PARSE, *runs]
    parsed = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    assert len(parsed) == len(runs)
    for playbooks, tags in parsed:
        assert set(playbooks) <= PLAYBOOKS
        assert set(tags) <= TAGS
