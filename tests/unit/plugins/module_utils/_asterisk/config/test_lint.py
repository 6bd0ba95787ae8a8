# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that do not exist are reported, and names that may exist are not."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

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


def warnings(files: dict[str, str], *touched: str, attributes: list[str] | None = None) -> list[str]:
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
        "local,255,1",
        "local,s,1",
        "elsewhere,anything,9",
        "${WHERE},1,1",
        "local,${EXTEN},1",
        "local,100,${PRIORITY}",
        "local,_2XX,1",
        "parkedcalls,701,1",
        "park-dial,1,1",
    ],
)
def test_a_jump_to_an_existing_or_unknown_target_is_not_reported(target: str) -> None:
    assert warnings({"extensions.conf": DIALPLAN % target}) == []


@pytest.mark.parametrize(
    ("target", "missing"),
    [
        ("nowhere,1,1", "the context [nowhere]"),
        ("300,1", "the extension 300 in [local]"),
        ("more,100,1", "the extension 100 in [more]"),
        ("LOCAL,100,1", "the context [LOCAL]"),
        ("local,100,n", "the priority 'n' of 100 in [local]"),
        ("talking", "the priority 'talking' of 100 in [local]"),
        ("local,100,9", "the priority '9' of 100 in [local]"),
    ],
)
def test_a_jump_to_a_missing_target_is_reported_with_its_line(target: str, missing: str) -> None:
    (sentence,) = warnings({"extensions.conf": DIALPLAN % target})
    assert sentence.startswith(f"{HERE}/extensions.conf, line 4: Goto({target}) jumps to {missing}, ")


def test_a_context_that_another_file_or_language_makes_is_not_reported() -> None:
    jump = {"extensions.conf": "[a]\nexten => 1,1,Goto(lot,701,1)\n"}
    assert len(warnings(jump)) == 1
    assert warnings({**jump, "res_parking.conf": "[x]\ncontext=lot\n"}) == []
    assert warnings({**jump, "pjsip.conf": "[global]\ntype=global\nregcontext=other&lot\n"}) == []
    assert warnings({**jump, "users.conf": "", "extensions.conf": "[general]\nuserscontext=lot\n"}) == []
    documents = {name: parse(text, name) for name, text in jump.items()}
    assert lint(documents, jump, HERE, contents={"extensions.ael": b"context lot {\n}\n"}) == []


def test_nothing_is_reported_where_extensions_come_from_elsewhere_first() -> None:
    text = "[general]\noverrideswitch=Realtime/x@y\n[a]\nexten => 1,1,Goto(b,1,1)\n"
    assert warnings({"extensions.conf": text}) == []


def test_an_include_of_an_undefined_context_is_reported() -> None:
    (sentence,) = warnings({"extensions.conf": "[a]\ninclude => b\ninclude => a,9:00-17:00,*,*,*\n"})
    assert "line 2: it includes the context [b]" in sentence


def test_an_undefined_context_of_a_phone_is_reported() -> None:
    phones = (
        "[101]\ntype=endpoint\ncontext=lcal\n[t](!)\ntype=endpoint\ncontext=x\n[102]\ntype=aor\ncontext=y\n"
    )
    (sentence,) = warnings({"extensions.conf": "[local]\n", "pjsip.conf": phones})
    assert sentence.startswith(f"{HERE}/pjsip.conf, line 3: context names [lcal]")


def test_nothing_is_reported_without_a_completely_known_dialplan() -> None:
    assert warnings({"xmpp.conf": "[a]\ncontext=b\n"}) == []
    assert warnings({"extensions.conf": "#exec /bin/x\n", "xmpp.conf": "[a]\ncontext=b\n"}) == []


def test_only_touched_files_are_reported() -> None:
    files = {"extensions.conf": "[a]\nexten => 1,1,Goto(b,1,1)\n", "xmpp.conf": "[a]\ncontext=c\n"}
    assert [sentence.split(",")[0] for sentence in warnings(files, "xmpp.conf")] == [f"{HERE}/xmpp.conf"]


def test_a_mapping_to_an_unknown_attribute_is_reported() -> None:
    conf = (
        "[_general]\nurl=ldapi:///\nuser=cn=a\n"
        "[sip]\nname = UID\nsecret = AstSecret\nadditionalFilter=(objectClass=AsteriskSIPUser)\n"
    )
    (sentence,) = warnings({"res_ldap.conf": conf}, attributes=["uid", "cn"])
    assert "line 6: secret is mapped to 'AstSecret'" in sentence
    assert warnings({"res_ldap.conf": conf}) == []


@given(strategies.text("GotoIf(),:?${}[]1sn ", max_size=30))
def test_any_action_in_a_dialplan_can_be_read(action: str) -> None:
    warnings({"extensions.conf": f"[a]\nexten => s,1,{action}\nsame => n,Goto({action})\n"})
