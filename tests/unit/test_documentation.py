# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-doc shows of each plugin: its attributes, and a sample of every value that it returns."""

from __future__ import annotations

import json
import subprocess
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"module": "modules", "filter": "filter", "lookup": "lookup"}
PLUGINS = [
    (kind, path.stem)
    for kind, folder in KINDS.items()
    for path in sorted((ROOT / "plugins" / folder).glob("*.*"))
]
MODULES = [name for kind, name in PLUGINS if kind == "module"]
TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}
Values = t.Dict[str, t.Dict[str, t.Any]]


@pytest.fixture(scope="module")
def shown() -> dict[str, Values]:
    """The documentation of each plugin by kind and name."""
    call = ["ansible-doc", "--metadata-dump", "switchboard.pbx"]
    output = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    found: dict[str, Values] = json.loads(output)["all"]
    return found


def returned_values(values: Values, prefix: str = "") -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """Yield each returned value that has no parts of its own, with its path."""
    for name, value in values.items():
        if "contains" in value:
            yield from returned_values(value["contains"], f"{prefix}{name}.")
        else:
            yield prefix + name, value


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_where_it_runs_and_what_it_can_do(shown: dict[str, Values], module: str) -> None:
    attributes = shown["module"][f"switchboard.pbx.{module}"]["doc"]["attributes"]
    assert attributes.keys() >= {"action_group", "check_mode", "diff_mode", "idempotent", "platform"}
    assert attributes["action_group"]["membership"] == [f"switchboard.pbx.{module.partition('_')[0]}"]
    assert attributes["platform"]["platforms"] == "posix"


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_a_returned_value_has_a_sample_of_its_type(shown: dict[str, Values], kind: str, name: str) -> None:
    for path, value in returned_values(shown[kind][f"switchboard.pbx.{name}"]["return"] or {}):
        expected = TYPES.get(value.get("type", ""), object)
        assert isinstance(value.get("sample"), expected), path
        assert value["sample"] is not None, path


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_an_example_calls_the_plugin(shown: dict[str, Values], kind: str, name: str) -> None:
    assert f"switchboard.pbx.{name}" in shown[kind][f"switchboard.pbx.{name}"]["examples"]
