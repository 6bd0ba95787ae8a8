# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sample files of Asterisk are parsed without problems, and every byte is preserved."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.file_plan import is_config
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.merge import merge
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import (
    Section,
    decode_config,
    encode_config,
    parse,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / ".cache/upstream/configs").glob("*/*.conf*"))
FILES = [path for path in SAMPLES if is_config(path.name.replace(".sample", ""))]
if not FILES:
    pytest.skip("tools/debian_trees.sh upstream fetches the samples", allow_module_level=True)
each_sample = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")


# Asterisk 22.10 ships this sample with an option above its first section, and rejects it itself.
REJECTED = "cel_sqlite3_custom.conf"


def name_of(path: Path) -> str:
    return path.name.replace(".sample", "")


def test_there_are_about_a_hundred_samples() -> None:
    assert len(FILES) > 90


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_byte_of_a_sample_is_preserved(path: Path) -> None:
    content = path.read_bytes()
    assert encode_config(parse(decode_config(content), path.name).text) == content


@each_sample
def test_a_sample_contains_no_problems(path: Path) -> None:
    others = [other for other in FILES if other.parent == path.parent]
    documents = {name_of(other): parse(decode_config(other.read_bytes()), other.name) for other in others}
    problems = resolve(name_of(path), documents, "/etc/asterisk").problems
    if name_of(path) == REJECTED:
        problems = [located for located in problems if "first section" not in located.problem.reason]
    assert problems == []


@each_sample
def test_setting_one_option_adds_one_line(path: Path) -> None:
    document = parse(decode_config(path.read_bytes()), path.name)
    sections = [s for s in document.lines if isinstance(s, Section) and not s.filters]
    if not sections:
        pytest.skip("the sample has no section")
    desired = {"name": sections[-1].name, "options": {"switchboard_test": "1"}}
    before, after = document.text.splitlines(), merge(document, [desired]).splitlines()
    added = after.index("switchboard_test = 1")
    assert before == after[:added] + after[added + 1 :]
