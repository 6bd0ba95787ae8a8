# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extensions and priorities are found as Asterisk finds them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.dialplan import (
    Dialplan,
    Extension,
    read_dialplan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve


def plan_of(text: str) -> Dialplan:
    return read_dialplan(resolve("extensions.conf", {"extensions.conf": parse(text, "")}, "/etc/asterisk"))


def test_priorities_are_counted_and_labels_remembered() -> None:
    text = "[a]\nexten => 1,1,A()\n same => n+2(here),B()\n same => n,C()\nexten => 1,hint,SIP/1\n"
    extension = plan_of(text).contexts["a"].extensions["1"]
    assert extension.priorities == {1, 4, 5}
    assert extension.labels == {"here"}


def test_the_next_priority_follows_the_line_above_even_of_another_extension() -> None:
    context = plan_of("[a]\nexten => 1,7,A()\nexten => 2,n,B()\n[b]\nexten => 3,n,C()\n").contexts
    assert context["a"].extensions["2"].priorities == {8}
    assert context["b"].extensions["3"].priorities == set()


def test_a_next_priority_after_a_hint_is_dropped() -> None:
    context = plan_of("[a]\nexten => 1,1,A()\nexten => 1,hint,SIP/1\nexten => 1,n,B()\n").contexts["a"]
    assert context.extensions["1"].priorities == {1}


def test_an_extension_whose_priority_is_the_label_of_another_makes_its_context_unknown() -> None:
    plan = plan_of("[a]\nexten => 1,1(x),A()\nexten => 1,x+1,B()\n")
    assert plan.reachable("a") is None
    assert plan_of("[a]\nexten => 1,1(x),A()\n").reachable("a")


@pytest.mark.parametrize(
    ("name", "dialled"),
    [
        ("_NXXZ", "2001"),
        ("_nxxz", "2001"),
        ("_[1-3]-X.", "1234"),
        ("_X!", "1"),
        ("_[13-57]", "4"),
        ("_RG-101.", "RG1015"),
        ("_Set-[0-9]", "Set5"),
        ("_Set-[0-9]", "Set-5"),
        ("_9[]5[0-5]", "955"),
        ("_7.9", "75"),
        ("555-1212", "5551212"),
        ("5551212", "555-12-12"),
        ("_2XX", "_2-XX"),
    ],
)
def test_an_extension_matches_as_in_asterisk(name: str, dialled: str) -> None:
    assert Extension(name).matches(dialled)


@pytest.mark.parametrize(
    ("name", "dialled"),
    [
        ("_NXXZ", "2000"),
        ("_X.", "1"),
        ("_[1-3]X", "41"),
        ("_[9-0]X", "41"),
        ("_7.9", "7"),
        ("_6[0-", "60"),
        ("Abc", "abc"),
        ("_Set-[0-9]", "set5"),
    ],
)
def test_an_extension_does_not_match_more_than_in_asterisk(name: str, dialled: str) -> None:
    assert not Extension(name).matches(dialled)


@given(strategies.text("_XNZ.![]-1\\^", max_size=10), strategies.text("0123456789*#a", max_size=5))
def test_any_pattern_can_be_matched(pattern: str, dialled: str) -> None:
    assert Extension("_" + pattern).matches(dialled) in (True, False)
