# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that lead nowhere are told, and nothing that may be right is."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.dialplan import (
    Extension,
    find_jumps,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.lint import lint
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse

HERE = "/etc/asterisk"
DIALPLAN = """\
[local]
exten => 100,1,Answer()
same => n(talk),Festival(Hello)
same => n,Goto(%s)
exten => _2XX,1,Hangup()
include => more
[more]
exten => s,1,NoOp()
[elsewhere]
switch => Realtime/x@extensions
"""


def told(files: dict[str, str], *touched: str, attributes: list[str] | None = None) -> list[str]:
    documents = {name: parse(text, name) for name, text in files.items()}
    return lint(documents, touched or tuple(files), HERE, attributes)


@pytest.mark.parametrize(
    "target",
    [
        "talk",
        "1",
        "100,talk",
        "100,3",
        "local,100,1",
        "LOCAL,100,TALK",
        "local,255,1",
        "local,s,1",
        "elsewhere,anything,9",
        "${WHERE},1,1",
        "local,${EXTEN},1",
        "local,100,${PRIORITY}",
        "local,_2XX,1",
        "parkedcalls,701,1",
        "local,100,n",
    ],
)
def test_a_jump_that_arrives_or_cannot_be_known_is_not_told(target: str) -> None:
    assert told({"extensions.conf": DIALPLAN % target}) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere,1,1", "the context [nowhere]"),
        ("300,1", "the extension 300 in [local]"),
        ("more,100,1", "the extension 100 in [more]"),
        ("talking", "the priority 'talking' of 100 in [local]"),
        ("local,100,9", "the priority '9' of 100 in [local]"),
    ],
)
def test_a_jump_into_nowhere_is_told_with_its_line(target: str, words: str) -> None:
    (sentence,) = told({"extensions.conf": DIALPLAN % target})
    assert sentence.startswith(f"{HERE}/extensions.conf, line 4: Goto({target}) leads nowhere, {words} ")


def test_both_ways_of_a_condition_are_followed() -> None:
    assert list(find_jumps('GotoIf($["${A}" = "b?c"]?yes,1:a,b,c)')) == [
        ("", "yes", "1", "GotoIf(yes,1)"),
        ("a", "b", "c", "GotoIf(a,b,c)"),
    ]


def test_arguments_of_a_subroutine_are_no_part_of_its_priority() -> None:
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


def test_an_include_of_a_context_that_nothing_defines_is_told() -> None:
    (sentence,) = told({"extensions.conf": "[a]\ninclude => b\ninclude => a,9:00-17:00,*,*,*\n"})
    assert "line 2: it includes the context [b]" in sentence


def test_a_context_named_by_a_phone_is_looked_up() -> None:
    phones = (
        "[101]\ntype=endpoint\ncontext=lcal\n[t](!)\ntype=endpoint\ncontext=x\n[102]\ntype=aor\ncontext=y\n"
    )
    (sentence,) = told({"extensions.conf": "[local]\n", "pjsip.conf": phones})
    assert sentence.startswith(f"{HERE}/pjsip.conf, line 3: context names [lcal]")


def test_nothing_is_told_without_a_dialplan_or_where_part_of_it_cannot_be_seen() -> None:
    assert told({"xmpp.conf": "[a]\ncontext=b\n"}) == []
    assert told({"extensions.conf": "#exec /bin/x\n", "xmpp.conf": "[a]\ncontext=b\n"}) == []


def test_files_that_are_not_touched_are_not_told_of() -> None:
    files = {"extensions.conf": "[a]\nexten => 1,1,Goto(b,1,1)\n", "xmpp.conf": "[a]\ncontext=c\n"}
    assert [sentence.split(",")[0] for sentence in told(files, "xmpp.conf")] == [f"{HERE}/xmpp.conf"]


def test_a_mapping_to_an_attribute_the_directory_does_not_know_is_told() -> None:
    conf = (
        "[_general]\nurl=ldapi:///\nuser=cn=a\n"
        "[sip]\nname = UID\nsecret = AstSecret\nadditionalFilter=(objectClass=AsteriskSIPUser)\n"
    )
    (sentence,) = told({"res_ldap.conf": conf}, attributes=["uid", "cn"])
    assert "line 6: secret is mapped to 'AstSecret'" in sentence
    assert told({"res_ldap.conf": conf}) == []


@given(strategies.text("GotoIf(),:?${}[]1sn ", max_size=30))
def test_no_step_of_a_dialplan_is_too_odd_to_be_read(action: str) -> None:
    told({"extensions.conf": f"[a]\nexten => s,1,{action}\nsame => n,Goto({action})\n"})


@given(strategies.text("_XNZ.![]-1\\^", max_size=10), strategies.text("0123456789*#a", max_size=5))
def test_no_pattern_is_too_odd_to_be_matched(pattern: str, dialled: str) -> None:
    assert Extension("_" + pattern).matches(dialled) in (True, False)
