# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value that a variable does not take is told in one sentence, without the value of a secret."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._roles.values import type_problem


def problem(value: t.Any, name: str = "asterisk_x", **option: t.Any) -> str:
    return type_problem(name, value, option) or ""


@pytest.mark.parametrize(
    ("value", "option"),
    [
        ("text", {}),
        (101, {}),
        ("", {"default": ""}),
        ("", {"name": "asterisk_messages_call_word", "default": "call me"}),
        (5, {"type": "int"}),
        ("5", {"type": "int"}),
        (1, {"type": "float"}),
        ("0.7", {"type": "float"}),
        (False, {"type": "bool"}),
        ([], {"type": "list"}),
        (["a", 1], {"type": "list"}),
        ([{"a": 1}], {"type": "list", "elements": "dict"}),
        ({}, {"type": "dict"}),
        ("b", {"choices": ["a", "b"]}),
        (["a"], {"type": "list", "choices": ["a", "b"]}),
    ],
)
def test_a_value_of_the_right_type_is_accepted(value: t.Any, option: dict[str, t.Any]) -> None:
    assert problem(value, **option) == ""


@pytest.mark.parametrize(
    ("value", "option", "sentence"),
    [
        (None, {}, "asterisk_x is null; give it a value, or remove it to get the default."),
        ("", {"default": "x"}, "asterisk_x is empty; give it a value, or remove it to get the default."),
        (True, {}, "asterisk_x is true, but must be text; write it in quotes."),
        (["a"], {}, "asterisk_x is a list, but must be text; write it in quotes."),
        ("many", {"type": "int"}, "asterisk_x is 'many', but must be a whole number; write only the number."),
        (1.5, {"type": "int"}, "asterisk_x is 1.5, but must be a whole number; write only the number."),
        (
            "yes",
            {"type": "bool"},
            "asterisk_x is 'yes', but must be true or false; write it without quotes, on the command line as JSON.",
        ),
        (
            "a,b",
            {"type": "list"},
            "asterisk_x is 'a,b', but must be a list; write each item on a line of its own, after a dash.",
        ),
        (
            ["a"],
            {"type": "dict"},
            "asterisk_x is a list, but must be a mapping; write it as lines of key: value.",
        ),
        (["a", None], {"type": "list"}, "item 2 of asterisk_x is null; give it a value, or remove the item."),
        (
            ["c"],
            {"type": "list", "choices": ["a", "b"]},
            "item 1 of asterisk_x is 'c', which is unknown; use a or b.",
        ),
        ("c", {"choices": ["a", "b", "d"]}, "asterisk_x is 'c', which is unknown; use a, b or d."),
        (
            "a\n",
            {},
            "asterisk_x contains a line break or another control character; write it on one line.",
        ),
    ],
)
def test_another_value_is_refused(value: t.Any, option: dict[str, t.Any], sentence: str) -> None:
    assert problem(value, **option) == sentence


def test_the_value_of_a_secret_is_not_shown() -> None:
    assert "hunter2" not in problem(["hunter2"], "asterisk_ldap_password")
    assert "hunter2" not in problem("hunter2", "openldap_x", type="list", no_log=True)
    assert "4711" not in problem(4711, "asterisk_tts_cepstral_registration", type="list", no_log=True)


def test_the_value_of_a_policy_for_passwords_is_shown() -> None:
    assert "'never'" in problem("never", "directory_update_password", choices=["always"], no_log=False)


def test_code_may_have_many_lines() -> None:
    assert problem("a\nb\n", "asterisk_dialplan_extra") == ""


ACCOUNTS = {
    "type": "list",
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "port": {"type": "int"},
        "tls": {"type": "bool"},
        "password": {"type": "str", "no_log": True},
        "content": {"type": "str"},
        "lines": {
            "type": "list",
            "elements": "dict",
            "options": {"kind": {"type": "str", "choices": ["a", "b"]}},
        },
    },
}


def test_a_mapping_with_known_keys_is_accepted() -> None:
    account = {"name": "pbx", "port": "5222", "tls": "yes", "password": "", "content": "a\nb", "lines": None}
    assert problem([account, {"name": "other", "lines": [{"kind": "a"}]}], **ACCOUNTS) == ""


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        (
            {"name": "pbx", "pasword": "hunter2"},
            "item 1 of asterisk_x has the unknown key 'pasword'; it takes content, lines, name, password, port, tls.",
        ),
        ({"port": 1}, "item 1 of asterisk_x has no name; add it."),
        (
            {"name": "pbx", "port": "x"},
            "port of item 1 of asterisk_x is 'x', but must be a whole number; write only the number.",
        ),
        (
            {"name": "pbx", "password": ["hunter2"]},
            "password of item 1 of asterisk_x is a list, but must be text; write it in quotes.",
        ),
        (
            {"name": "pbx", "lines": [{"kind": "c"}]},
            "kind of item 1 of lines of item 1 of asterisk_x is 'c', which is unknown; use a or b.",
        ),
    ],
)
def test_a_mapping_with_another_key_or_value_is_refused(account: dict[str, t.Any], sentence: str) -> None:
    assert problem([account], **ACCOUNTS) == sentence


def test_records_of_people_are_left_to_the_rules_for_people() -> None:
    assert problem([{"nmae": "x"}], "directory_users", **ACCOUNTS) == ""
    assert problem({"nmae": "x"}, "directory_user_defaults", type="dict", options=ACCOUNTS["options"]) == ""
