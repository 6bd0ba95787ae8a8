# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that Galaxy shows have links that work there, and README's commands and inventories are valid.

The scenario quickstart runs README's quick starts.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from ansible_collections.switchboard.pbx.plugins.module_utils._roles.hosts import group_problem

from .snippets import Snippet, commands, markdown_snippets

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "README.md"
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text())["repository"]
FILES = f"{REPOSITORY}/blob/main/"
PICTURES = f"{REPOSITORY.replace('https://github.com', 'https://raw.githubusercontent.com')}/main/"
SHOWN_BY_GALAXY = [README, *sorted((ROOT / "roles").glob("*/README.md"))]
SNIPPETS = list(markdown_snippets(README.read_text()))


def links(page: Path) -> list[tuple[bool, str]]:
    """Return the targets of the links in a page, each with whether it is a picture."""
    return [
        (mark == "!", target) for mark, target in re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", page.read_text())
    ]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", SHOWN_BY_GALAXY, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_works_on_galaxy(page: Path) -> None:
    for is_picture, target in links(page):
        if target.startswith("#"):
            assert target[1:] in anchors(page)
            continue
        prefix = PICTURES if is_picture else FILES
        assert target.startswith(prefix), f"{target} does not begin with {prefix}"
        path, _mark, anchor = target.removeprefix(prefix).partition("#")
        assert (ROOT / path).exists(), target
        assert not anchor or anchor in anchors(ROOT / path), target


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: f"line {snippet.line}")
def test_every_snippet_is_valid(snippet: Snippet) -> None:
    if snippet.language == "yaml":
        assert yaml.safe_load(snippet.text)
    else:
        assert snippet.language == "sh"
        assert all(shlex.split(command) for command in commands(snippet))


def test_every_inventory_has_the_groups_of_the_site_playbook() -> None:
    inventories = [snippet for snippet in SNIPPETS if snippet.text.startswith("# hosts.yml\n")]
    assert [snippet.heading for snippet in inventories] == [
        "One host",
        "Several hosts",
        "An existing directory",
    ]
    for snippet in inventories:
        groups = yaml.safe_load(snippet.text)["all"]["children"]
        assert group_problem({name: list(group["hosts"]) for name, group in groups.items()}) is None


def test_every_playbook_and_module_that_a_command_names_exists() -> None:
    plays = [line for snippet in SNIPPETS if snippet.language == "sh" for line in commands(snippet)]
    named = [name for line in plays for name in re.findall(r"(?<=[ ])switchboard\.pbx\.(\w+)", line)]
    assert {*named} >= {"site", "verify"}
    playbooks = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}
    assert {*named} <= playbooks | modules


def test_every_make_target_that_readme_names_exists() -> None:
    targets = re.findall(r"^([a-z-]+)(?=[ a-z-]*:)", (ROOT / "Makefile").read_text(), re.M)
    for snippet in SNIPPETS:
        for line in commands(snippet):
            if line.startswith("make "):
                assert line.split()[1] in targets
