# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections are merged into a file, and every other byte of it is kept."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import assume, given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.merge import merge
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

PJSIP = """\
; phones
[101]
type = endpoint   ; the phone
allow = ulaw
allow = alaw

; its secret
[101]
type=auth
password=old

[102](base)
type=endpoint
"""


def merged(text: str, *sections: dict[str, t.Any]) -> str:
    return merge(parse(text, "test.conf"), sections)


def section(name: str, options: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    return {"name": name, "options": options, **more}


def test_merging_existing_options_changes_nothing() -> None:
    assert merged(PJSIP, section("101", {"type": "endpoint", "allow": ["ulaw", "alaw"]})) == PJSIP


def test_a_value_is_replaced_in_place_and_its_comment_is_kept() -> None:
    text = merged(PJSIP, section("101", {"type": "aor"}))
    assert text == PJSIP.replace("type = endpoint   ; the phone", "type = aor   ; the phone")


def test_match_selects_among_sections_of_the_same_name() -> None:
    text = merged(PJSIP, section("101", {"password": "new"}, match={"type": "auth"}))
    assert text == PJSIP.replace("password=old", "password=new")


def test_a_new_option_is_inserted_after_the_last_one_and_before_the_next_comment() -> None:
    text = merged(PJSIP, section("101", {"context": "LocalSets"}))
    assert text == PJSIP.replace("allow = alaw\n", "allow = alaw\ncontext = LocalSets\n")


def test_an_option_gets_exactly_the_given_values() -> None:
    assert "allow = alaw" not in merged(PJSIP, section("101", {"allow": ["ulaw"]}))
    text = merged(PJSIP, section("101", {"allow": ["ulaw", "g722", "opus"]}))
    assert "allow = ulaw\nallow = g722\nallow = opus\n" in text


def test_null_or_absent_removes_an_option() -> None:
    for options in ({"allow": None}, [{"name": "allow", "state": "absent"}]):
        assert merged(PJSIP, section("101", options)) == PJSIP.replace("allow = ulaw\nallow = alaw\n", "")


def test_an_absent_section_is_removed_and_the_next_one_keeps_its_comment() -> None:
    text = merged(PJSIP, section("101", state="absent"))
    assert text == "; phones\n" + PJSIP[PJSIP.index("; its secret") :]
    assert merged(PJSIP, section("999", state="absent")) == PJSIP


def test_a_new_section_is_added_at_the_end() -> None:
    text = merged(
        PJSIP, section("103", {"type": "endpoint", "webrtc": True}, inherits=["base"], template=True)
    )
    assert text == PJSIP + "\n[103](!,base)\ntype = endpoint\nwebrtc = yes\n"


def test_a_missing_final_line_feed_is_added_only_before_new_lines() -> None:
    assert merged("[a]\nx=1", section("a", {"x": "1"})) == "[a]\nx=1"
    assert merged("[a]\nx=1", section("a", {"y": "2"})) == "[a]\nx=1\ny = 2\n"
    assert merged("[a]", section("a", {"y": "2"})) == "[a]\ny = 2\n"


def test_the_line_endings_of_the_file_are_kept() -> None:
    assert merged("[a]\r\nx=1\r\n", section("a", {"y": "2"})) == "[a]\r\nx=1\r\ny = 2\r\n"


def test_the_header_changes_only_if_requested() -> None:
    assert merged(PJSIP, section("102", {}, inherits=["base"])) == PJSIP
    assert "[102](base,more)\n" in merged(PJSIP, section("102", {}, inherits=["base", "more"]))
    assert "[102](!,base)\n" in merged(PJSIP, section("102", {}, template=True))
    assert "[102]\n" in merged(PJSIP, section("102", {}, inherits=[]))


def test_a_replaced_section_contains_only_the_given_options_in_order() -> None:
    text = "[local]\n; one\nexten => 1,1,A()\n same => n,B()\n\n[other]\n"
    options = [
        {"name": "exten", "value": "2,1,C()", "object": True},
        {"name": "same", "value": ["n,D()", "n,E()"], "object": True},
        {"name": "exten", "value": "3,1,F()", "object": True},
    ]
    desired = section("local", options, replace=True)
    result = merged(text, desired)
    assert result == (
        "[local]\n; one\nexten => 2,1,C()\nsame => n,D()\nsame => n,E()\nexten => 3,1,F()\n\n[other]\n"
    )
    assert merged(result, desired) == result


def test_the_lines_of_an_addition_belong_to_its_section() -> None:
    text = "[a]\nx=1\n[b]\nx=7\n[a](+)\nx=9\ny=2\n"
    assert merged(text, section("a", {"x": "1"})) == text.replace("x=9\n", "")
    assert merged(text, section("a", {"x": ["1", "9"]})) == text
    assert merged(text, section("a", {"y": "3"})) == text.replace("y=2", "y=3")
    assert merged(text, section("a", {"z": "3"})) == text.replace("x=1\n", "x=1\nz = 3\n")
    assert merged(text, section("a", {"x": "1"}, replace=True)) == "[a]\nx = 1\n[b]\nx=7\n[a](+)\n"
    assert merged(text, section("a", state="absent")) == "[b]\nx=7\n"


def test_an_addition_alone_is_merged_into() -> None:
    assert merged("#include base.conf\n[a](+)\nx=1\n", section("a", {"x": "2"})).endswith("[a](+)\nx=2\n")


def test_the_headers_of_a_section_and_its_additions_count_together() -> None:
    text = "[t](!)\n[a]\n[a](+,t)\n"
    assert merged(text, section("a", {}, inherits=["t"])) == text
    assert merged(text, section("a", {}, inherits=[])) == "[t](!)\n[a]\n[a](+)\n"


def test_match_knows_the_options_that_a_section_inherits_or_is_given_by_an_addition() -> None:
    text = "[auth](!)\ntype=auth\n[1]\ntype=aor\n[1](auth)\npassword=old\n"
    desired = section("1", {"password": "new"}, match={"type": "auth"})
    assert merged(text, desired) == text.replace("old", "new")
    text = "[1]\npassword=old\n[1](+)\ntype=auth\n"
    assert merged(text, desired) == text.replace("old", "new")


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("[a]\nk=1 ;-- c\nd --;\n", "1", "[a]\nk=1 ;-- c\nd --;\nnew = 1\n"),
        ("[a] ;-- c\nd --;\n", "1", "[a] ;-- c\nd --;\nnew = 1\n"),
        ("[a] ;-- c\nd --; [b]\n", "1", "[a]\nnew = 1\n;-- c\nd --; [b]\n"),
        ("[a]\nnew=1 ;-- c\nd --;\n", ["1", "2"], "[a]\nnew=1 ;-- c\nd --;\nnew = 2\n"),
        ("[a]\nnew=1 ;-- c\nnew=3\n--;\n", None, "[a]\n ;-- c\nnew=3\n--;\n"),
        ("[a]\n;-- c\n--; new=1\nk=1\n", None, "[a]\n;-- c\n--; \nk=1\n"),
        ("[a]\nnew=0;c\n", "a\\", "[a]\nnew=a\\ ;c\n"),
    ],
)
def test_an_option_is_set_and_removed_around_comments_over_several_lines(
    text: str, values: t.Any, result: str
) -> None:
    desired = section("a", {"new": values})
    assert merged(text, desired) == result
    assert merged(result, desired) == result


def test_an_absent_section_leaves_the_comments_that_reach_beyond_it() -> None:
    text = "[z]\n;-- c\nd --; [a]\nx=1 ;-- e\n--; [b]\ny=1\n"
    assert merged(text, section("a", state="absent")) == "[z]\n;-- c\nd --; \n ;-- e\n--; [b]\ny=1\n"


def test_a_semicolon_in_a_value_is_escaped_and_read_back() -> None:
    text = merged("[a]\n", section("a", {"x": "1;2"}))
    assert text == "[a]\nx = 1\\;2\n"
    assert merged(text, section("a", {"x": "1;2"})) == text


def test_a_value_that_begins_with_an_angle_bracket_does_not_become_an_arrow() -> None:
    assert merged("[a]\nx=1\n", section("a", {"x": ">1"})) == "[a]\nx= >1\n"


def test_a_continued_value_is_rewritten_as_one_option() -> None:
    assert merged("[a]\nx=1\nx+=2\n", section("a", {"x": "12"})) == "[a]\nx=12\n"
    assert merged("[a]\nx=1\nx+=2\n", section("a", {"x": ["1", "2"]})) == "[a]\nx=1\nx = 2\n"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a]b", {}, "is not valid"),
        ("", {}, "is not valid"),
        ("a", {"x=y": "1"}, "the name is not valid"),
        ("a", {"[x": "1"}, "the name is not valid"),
        ("a", {"x": "1\nsecret = 2"}, "line break"),
        ("a", {"x": " 1"}, "blanks"),
        ("a", {"x": "y" * 9000}, "too long"),
        ("a", ["x"], "has no name"),
    ],
)
def test_an_invalid_name_or_value_is_an_error(name: str, options: t.Any, message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        merged("[a]\n", section(name, options))


def test_a_file_that_ends_within_a_comment_is_an_error() -> None:
    with pytest.raises(ModuleError, match=r"test\.conf, line 2: the block comment"):
        merged("[a]\n;-- x\n", section("b", {"x": "1"}))


def test_error_messages_do_not_contain_values() -> None:
    with pytest.raises(ModuleError) as error:
        merged("[a]\n", section("a", {"secret": "hunter2\n"}))
    assert "hunter2" not in str(error.value)


LINES = strategies.sampled_from(
    ["[a]", "[b]", "x=1", "x = 2 ; c", "x => 3", "x+=4", "y=5", "; c", "", ";-- d", "--;", "#exec e"]
)
VALUES = strategies.lists(strategies.text("ab;>=,\\ []-+", min_size=1, max_size=5).map(str.strip), max_size=3)


@given(strategies.lists(LINES, max_size=12).map("\n".join), VALUES)
def test_a_merge_sets_the_values_and_is_idempotent(text: str, values: list[str]) -> None:
    desired = section("b", {"x": values})
    assume("block comment" not in str(parse(text, "").problems))
    once = merged(text, desired)
    assert merged(once, desired) == once
    document = parse(once, "test.conf")
    if not document.problems:
        category = resolve("test.conf", {"test.conf": document}, "/").find("b", templates=False)
        assert category is not None
        assert category.values("x") == values


@given(strategies.lists(LINES, max_size=12).map("\n".join))
def test_a_merge_keeps_the_lines_of_other_options(text: str) -> None:
    assume("block comment" not in str(parse(text, "").problems))

    def others(of: str) -> list[str]:
        return [line for line in of.split("\n") if line.strip() and not line.startswith("z")]

    assert others(merged(text, section("a", {"z": "1"}))) in (others(text), [*others(text), "[a]"])


def test_sections_of_one_name_in_the_dialplan_are_one_context() -> None:
    text = "[general]\nx=1\n[a]\nexten => 1,1,A()\n[b]\n[a]\nexten => 2,1,B()\n[general]\nx=2\n"
    document = parse(text, "extensions.conf")
    options = [{"name": "exten", "value": ["1,1,A()", "2,1,B()"], "object": True}]
    assert merge(document, [section("a", options)], "extensions.conf") == text
    replaced = merge(document, [section("a", options[:1], replace=True)], "extensions.conf")
    assert replaced == text
    assert merge(document, [section("a", state="absent")], "extensions.conf").count("[a]") == 0
    # Of [general], Asterisk reads the first.
    assert "x=2" in merge(document, [section("general", {"x": "1"})], "extensions.conf")


def test_a_section_whose_name_has_the_same_case_is_preferred_and_the_dialplan_knows_no_other() -> None:
    assert merged("[A]\nx=1\n[a]\nx=1\n", section("a", {"x": "2"})) == "[A]\nx=1\n[a]\nx=2\n"
    assert merged("[A]\nx=1\n", section("a", {"x": "2"})) == "[A]\nx=2\n"
    text = "[A]\nexten => 1,1,A()\n"
    desired = section("a", {"exten": "1,1,B()"})
    assert merge(parse(text, "extensions.conf"), [desired], "extensions.conf").startswith(text + "\n[a]\n")
