# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jumps are found where Asterisk jumps, and only those that lead nowhere are reported."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.dialplan import read_dialplan
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.jumps import (
    find_jumps,
    masked,
    missing_target,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve


def found(action: str) -> list[tuple[str, str, str]]:
    return [(jump.context, jump.extension, jump.priority) for jump in find_jumps(masked(action))]


@pytest.mark.parametrize(
    ("action", "jumps"),
    [
        ("Goto(a,b,c)", [("a", "b", "c")]),
        ("Goto( b , c )", [("", "b", "c")]),
        ("Goto(${X})", []),
        ("Goto(${X},1)", []),
        ("Goto(a,${X},1)", [("a", "$$$$", "1")]),
        ('GotoIf($["${A}" = "b?c"]?yes,1:a,b,c)', [("", "yes", "1"), ("a", "b", "c")]),
        ("GotoIf(c?${IF(d?a:b)},1:s,end)", [("", "s", "end")]),
        ("GotoIf($[${LEN(${X})} > 3]?end)", [("", "", "end")]),
        ("GotoIf(x)", []),
        ("GotoIf(x?:end)", [("", "", "end")]),
        ("GotoIfTime(9:00-17:00,mon-fri,*,*?open,1:closed,s,1)", [("", "open", "1"), ("closed", "s", "1")]),
        ("Gosub(sub,s,1(SIP/a,b))", [("sub", "s", "1")]),
        ("GosubIf($[1]?a,1,1(x:y):b,1,1)", [("a", "1", "1"), ("b", "1", "1")]),
        ("ExecIf($[1]?Goto(a,1,1):Gosub(b,1,1))", [("a", "1", "1"), ("b", "1", "1")]),
        ("ExecIf($[1]?Set(x=1):NoOp(Goto(a,1,1)))", []),
        ("ExecIfTime(9:00-17:00,*,*,*?Goto(a,1,1))", [("a", "1", "1")]),
        ("TryExec(Goto(a,1,1))", [("a", "1", "1")]),
        ("Dial(SIP/a,20,tG(a^1^1)U(sub^x))", [("a", "1", "1"), ("sub", "s", "1")]),
        ("Dial(SIP/a,20,b(pre^s^1(x^y))F(a^2^1))", [("pre", "s", "1"), ("a", "2", "1")]),
        ("Dial(SIP/a,,G()F)", []),
        ("Dial(SIP/G(a^1^1))", []),
        ("NoOp(then Goto(a,1,1))", []),
        ("Verbose(1,Gosub(a,1,1) and GotoIf(x?y))", []),
        ("Set(X=Goto(a,1,1))", []),
        ("Goto", []),
    ],
)
def test_a_jump_is_found_where_asterisk_jumps(action: str, jumps: list[tuple[str, str, str]]) -> None:
    assert found(action) == jumps


PLAN = """\
[local]
exten => 100,1(top),Answer()
exten => 555-1212,1,Answer()
include => more
[more]
exten => 200,1(here),%s
exten => _X.,1(any),Answer()
[invalid]
exten => i,1,Answer()
[error]
exten => e,1,Answer()
exten => 1,1(x),Answer()
[sub]
exten => s,1,Return()
"""


def missing(jump: str) -> list[str]:
    document = parse(PLAN % jump, "extensions.conf")
    plan = read_dialplan(resolve("extensions.conf", {"extensions.conf": document}, "/etc/asterisk"))
    targets = [
        missing_target(plan, action, j) for action in plan.actions for j in find_jumps(masked(action.text))
    ]
    return [target for target in targets if target]


@pytest.mark.parametrize(
    "jump",
    [
        "Goto(here)",
        "Goto(100,top)",
        "Goto(local,5551212,1)",
        "Goto(5-5,1)",
        "Goto(invalid,77,1)",
        "Goto(error,77,1)",
        "Goto(+1)",
        "Gosub(sub,s,1)",
        "Goto(local,${X},nosuch)",
    ],
)
def test_a_target_that_exists_or_is_handled_is_not_reported(jump: str) -> None:
    assert missing(jump) == []


@pytest.mark.parametrize(
    ("jump", "target"),
    [
        ("Goto(nosuch)", "the priority 'nosuch' of 200 in [more]"),
        ("Goto(HERE)", "the priority 'HERE' of 200 in [more]"),
        ("Goto(n)", "the priority 'n' of 200 in [more]"),
        ("Goto(Local,100,1)", "the context [Local]"),
        ("Goto(abc,1)", "the extension abc in [more]"),
        ("Goto(local,100,9)", "the priority '9' of 100 in [local]"),
        ("Goto(invalid,77,label)", "the extension 77 in [invalid]"),
        ("Gosub(invalid,77,1)", "the extension 77 in [invalid]"),
        ("GotoIfTime(9:00-17:00,*,*,*?nosuch)", "the priority 'nosuch' of 200 in [more]"),
        ("Dial(SIP/a,,G(nosuch^1^1))", "the context [nosuch]"),
    ],
)
def test_a_target_that_does_not_exist_is_reported(jump: str, target: str) -> None:
    assert missing(jump) == [target]


def test_a_label_in_a_pattern_is_looked_up_in_what_a_dialled_number_may_match() -> None:
    text = "[a]\nexten => _X.,1(any),Goto(%s)\nexten => 1,1(one),Answer()\n"
    for label, expected in (("any", None), ("one", None), ("none", "the priority 'none' of _X. in [a]")):
        document = parse(text % label, "extensions.conf")
        plan = read_dialplan(resolve("extensions.conf", {"extensions.conf": document}, "/etc/asterisk"))
        (jump,) = find_jumps(masked(plan.actions[0].text))
        assert missing_target(plan, plan.actions[0], jump) == expected


@given(strategies.text("GotoIfDialExec(),:?${}[]1^", max_size=40))
def test_any_action_can_be_read(action: str) -> None:
    for prefix in ("Goto", "GosubIf", "ExecIf", "Dial"):
        found(f"{prefix}({action}")
