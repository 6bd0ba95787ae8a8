# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and values that cannot be written are refused, and the others become text."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.desired import (
    desired_options,
    scalar,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

DOCUMENT = parse("", "test.conf")


def values(options: t.Any) -> dict[str, tuple[str, ...]]:
    return {item.name: item.values for item in desired_options(DOCUMENT, {"name": "a", "options": options})}


def test_booleans_numbers_and_lists_become_text() -> None:
    assert scalar(True) == "yes"
    assert values({"a": [1, True, "x"], "b": 1.5, "c": None, "d": []}) == {
        "a": ("1", "yes", "x"),
        "b": ("1.5",),
        "c": (),
        "d": (),
    }


@pytest.mark.parametrize("value", [{"a": 1}, [None], [["a"]], [{"a": 1}]])
def test_a_value_that_is_no_text_number_or_boolean_is_an_error(value: t.Any) -> None:
    with pytest.raises(ModuleError, match=r"section \[a\], option 'x': the value must be a text"):
        values({"x": value})


def test_a_name_that_yaml_reads_as_a_boolean_is_an_error() -> None:
    with pytest.raises(ModuleError, match="quote it"):
        values({True: "x"})
