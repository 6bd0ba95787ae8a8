# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extensions, priorities and jumps are found as Asterisk finds them."""

from __future__ import annotations

from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.dialplan import (
    Extension,
    find_jumps,
    missing_target,
    read_dialplan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve


def test_priorities_are_counted_and_labels_remembered() -> None:
    text = "[a]\nexten => 1,1,A()\n same => n+2(here),B()\n same => n,C()\nexten => 1,hint,SIP/1\n"
    plan = read_dialplan(resolve("extensions.conf", {"extensions.conf": parse(text, "")}, "/etc/asterisk"))
    extension = plan.contexts["a"].extensions["1"]
    assert extension.priorities == {1, 4, 5}
    assert extension.labels == {"here"}


def test_a_jump_without_a_context_stays_in_its_own() -> None:
    text = "[a]\nexten => 1,1,Goto(2,1)\nexten => 2,1,Goto(3,1)\n"
    plan = read_dialplan(resolve("extensions.conf", {"extensions.conf": parse(text, "")}, "/etc/asterisk"))
    assert [missing_target(plan, jump) for jump in plan.jumps] == [None, "the extension 3 in [a]"]


def test_both_branches_of_a_condition_are_found() -> None:
    assert list(find_jumps('GotoIf($["${A}" = "b?c"]?yes,1:a,b,c)')) == [
        ("", "yes", "1", "GotoIf(yes,1)"),
        ("a", "b", "c", "GotoIf(a,b,c)"),
    ]


def test_arguments_of_a_subroutine_are_not_part_of_its_priority() -> None:
    assert list(find_jumps("Gosub(sub,s,1(SIP/a,b))")) == [("sub", "s", "1", "Gosub(sub,s,1)")]


def test_jumps_within_other_applications_are_found() -> None:
    found = list(find_jumps("ExecIf($[1]?Goto(a,1,1):Gosub(b,1,1))"))
    assert [jump[0] for jump in found] == ["a", "b"]


def test_patterns_match_as_asterisk_matches_them() -> None:
    assert Extension("_NXXZ").matches("2001")
    assert not Extension("_NXXZ").matches("2000")
    assert Extension("_[1-3]-X.").matches("1234")
    assert not Extension("_X.").matches("1")
    assert Extension("_X!").matches("1")
    assert not Extension("_[1-3]X").matches("41")
    assert not Extension("_[9-0]X").matches("41")
    assert Extension("_[13-57]").matches("4")


@given(strategies.text("_XNZ.![]-1\\^", max_size=10), strategies.text("0123456789*#a", max_size=5))
def test_any_pattern_can_be_matched(pattern: str, dialled: str) -> None:
    assert Extension("_" + pattern).matches(dialled) in (True, False)
