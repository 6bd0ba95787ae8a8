# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A merge without effect, because another file sets the same option, is reported."""

from __future__ import annotations

import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.overrides import (
    overridden_options,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse

HERE = "/etc/asterisk"


def warnings(more: str, options: dict[str, t.Any], main: str = "[a]\nx=1\n#include more.conf\n") -> list[str]:
    documents = {"main.conf": parse(main, "main.conf"), "more.conf": parse(more, "more.conf")}
    return overridden_options({"main.conf": [{"name": "a", "options": options}]}, documents, HERE)


def test_an_option_that_an_included_file_sets_again_is_reported_with_its_place() -> None:
    for more in ("x=9\n", "[a](+)\nx=9\n"):
        (sentence,) = warnings(more, {"x": 1})
        line = more.count("\n")
        assert sentence.startswith(
            f"{HERE}/more.conf, line {line}: Asterisk also reads the option x of [a] here"
        )
        assert "9" not in sentence


def test_the_same_value_and_other_options_are_not_reported() -> None:
    assert warnings("x=1\n", {"x": 1}) == []
    assert warnings("y=2\n", {"x": 1}) == []
    assert warnings("[b]\nx=9\n", {"x": 1}) == []


def test_an_inherited_value_before_the_own_one_is_not_reported() -> None:
    assert warnings("[t](!)\nx=9\n", {"x": 1}, "#include more.conf\n[a](t)\nx=1\n") == []


def test_a_removed_option_that_remains_in_another_file_is_reported() -> None:
    assert len(warnings("x=9\n", {"x": None})) == 1


def test_another_file_may_add_to_a_context_of_the_dialplan() -> None:
    texts = {
        "extensions.conf": "[a]\nexten => 1,1,A()\n#include more.conf\n",
        "more.conf": "exten => 2,1,B()\n",
    }
    documents = {name: parse(text, name) for name, text in texts.items()}
    desired = [{"name": "a", "options": {"exten": "1,1,A()"}}]
    assert overridden_options({"extensions.conf": desired}, documents, HERE) == []
