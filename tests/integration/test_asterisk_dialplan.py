# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said to be missing in a dialplan is missing in Asterisk, and a jump there ends the call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asterisk_server import AsteriskServer, versions_present

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.dialplan import (
    Dialplan,
    read_dialplan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.jumps import (
    find_jumps,
    masked,
    missing_target,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve

if not versions_present():
    pytest.skip("tools/debian_trees.sh asterisk builds the trees", allow_module_level=True)

# Whatever is reached of these leaves its mark.
MARK = "Set(GLOBAL(REACHED)=yes)"
DIALPLAN = f"""\
[local]
exten => 100,1(top),{MARK}
exten => 555-1212,1,{MARK}
exten => 300,7,{MARK}
exten => 301,n,{MARK}
exten => 302,hint,SIP/1
exten => 303,n+3(far),{MARK}
exten => _2XX,1(any),{MARK}
exten => _RG-101.,1,{MARK}
exten => _Set-[0-9],1,{MARK}
exten => _9[]5[0-5],1,{MARK}
exten => _7.9,1,{MARK}
exten => Abc,1,{MARK}
include => more,00:00-23:59,*,*,*
[more]
exten => m,1,{MARK}
[dup]
exten => 1,1,{MARK}
[dup]
exten => 2,n,{MARK}
[invalid]
exten => i,1,{MARK}
[sub]
exten => s,1,{MARK}
same => n,Return()
"""
# The extensions to look up, by context.
EXTENSIONS = {
    "local": "100 5551212 555-12-12 300 301 302 303 200 20 RG1015 RG-101-5 RG101 Set5 set5 955 956 75 7 "
    "Abc abc _2XX _2-XX _2XZ m",
    "more": "m",
    "dup": "1 2",
    "Local": "100",
    "invalid": "i",
    "none": "1",
}
PRIORITIES = ("1", "2", "7", "8", "11", "top", "TOP", "any", "far", "n")

JUMPS = [
    "Goto(local,100,1)",
    "Goto(local,100,top)",
    "Goto(local,100,TOP)",
    "Goto(LOCAL,100,1)",
    "Goto(local,100,9)",
    "Goto(local,nosuch,1)",
    "Goto(local,555-1212,1)",
    "Goto(invalid,77,1)",
    "Goto(invalid,77,label)",
    "Goto(nosuch)",
    "Goto(n)",
    "Goto(here)",
    "Goto(included,1)",
    "Gosub(sub,s,1(a,b))",
    "Gosub(invalid,77,1)",
    "GotoIf(x)",
    "GotoIf(1?nosuch)",
    "GotoIf(0?:nosuch)",
    "GotoIf(0?${IF(1?a:b)},1:local,100,1)",
    "GotoIfTime(00:00-23:59,*,*,*?nosuch)",
    "GotoIfTime(00:00-23:59,*,*,*?here)",
    "GosubIf(1?nosuch,1,1(x:y):sub,s,1)",
    "ExecIf(1?Goto(nosuch))",
    "ExecIf(0?Goto(local,100,1):Goto(nosuch))",
    "ExecIf(1?NoOp(Goto(nosuch)))",
    "ExecIfTime(00:00-23:59,*,*,*?Goto(nosuch,1,1))",
    "TryExec(Goto(nosuch,1,1))",
    "NoOp(then Goto(nosuch))",
    "Verbose(1,Goto(nosuch))",
]


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"asterisk-{version}")
def asterisk(request: pytest.FixtureRequest) -> Iterator[AsteriskServer]:
    """A running Asterisk of each version with the dialplan."""
    server = AsteriskServer(request.param)
    text = DIALPLAN
    for number, jump in enumerate(JUMPS):
        text += calling(number, jump)
    (server.directory / "extensions.conf").write_text(text)
    with server:
        yield server


def calling(number: int, jump: str) -> str:
    """A context that runs a jump, which continues where it is not taken."""
    return (
        f"[caller-{number}]\nexten => 1,1,Set(GLOBAL(REACHED)=no)\nsame => n,{jump}\nsame => n,{MARK}\n"
        f"same => n,Hangup()\nsame => n(here),{MARK}\ninclude => more-{number}\n"
        f"[more-{number}]\nexten => included,1,{MARK}\n"
    )


def plan_of(text: str) -> Dialplan:
    return read_dialplan(resolve("extensions.conf", {"extensions.conf": parse(text, "")}, "/etc/asterisk"))


@pytest.mark.parametrize(
    ("context", "extension"), [(context, one) for context, some in EXTENSIONS.items() for one in some.split()]
)
def test_an_extension_and_its_priorities_exist_where_asterisk_finds_them(
    asterisk: AsteriskServer, context: str, extension: str
) -> None:
    plan = plan_of(DIALPLAN)
    reachable = [one for known in plan.reachable(context) or () for one in known.extensions.values()]
    for priority in PRIORITIES:
        ours = any(one.matches(extension) and one.has(priority) for one in reachable)
        assert ours == asterisk.has_priority(context, extension, priority), priority


@pytest.mark.parametrize("jump", JUMPS)
def test_a_call_ends_at_a_jump_that_is_reported_and_at_no_other(asterisk: AsteriskServer, jump: str) -> None:
    number = JUMPS.index(jump)
    plan = plan_of(DIALPLAN + calling(number, jump))
    reported = [
        missing_target(plan, action, found)
        for action in plan.actions
        for found in find_jumps(masked(action.text))
    ]
    asterisk.call(f"1@caller-{number}")
    assert (asterisk.variable("REACHED") == "yes") == (not any(reported))
