# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular expressions in roles and playbooks compile without a warning, which Ansible would print at every run."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ("match", "search", "regex", "regex_search", "regex_replace", "regex_findall")
FILES = [
    path
    for folder in ("roles", "playbooks", "molecule")
    for suffix in ("yml", "j2")
    for path in sorted((ROOT / folder).rglob(f"*.{suffix}"))
]
# A condition or the argument of a filter: everything from the name of the function to the end of its first text.
CALL = re.compile(rf"\b(?:{'|'.join(FUNCTIONS)})\(?[, ]*('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
NAMED = re.compile(r"'(?:match|search|regex_replace)', *('(?:[^'\\]|\\.)*')")


def patterns(path: Path) -> list[str]:
    text = path.read_text()
    literals = [match[1] for rule in (CALL, NAMED) for match in rule.finditer(text)]
    found = []
    for literal in literals:
        expression = Environment(autoescape=False).parse(f"{{{{ {literal} }}}}").find(nodes.Const)  # noqa: S701
        if expression is not None:
            found.append(str(expression.value))
    return found


@pytest.mark.parametrize(
    "path", [path for path in FILES if patterns(path)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_pattern_gives_a_warning(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in patterns(path):
            re.compile(pattern)
