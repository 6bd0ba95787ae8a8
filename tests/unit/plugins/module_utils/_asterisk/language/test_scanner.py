# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comments are separated from code as Asterisk does."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.scanner import (
    Comments,
    Problem,
    scan_line,
)


def scan(*lines: str) -> tuple[list[str], list[str]]:
    comments, problems = Comments(), list[Problem]()
    codes = [scan_line(line, number, comments, problems).text for number, line in enumerate(lines, 1)]
    return codes, [problem.reason for problem in problems]


def test_a_comment_and_surrounding_blanks_are_removed() -> None:
    assert scan("  x = 1 \t; two\r\n") == (["x = 1"], [])


def test_an_escaped_semicolon_is_code_at_the_position_of_its_backslash() -> None:
    code = scan_line("a\\;b ; c", 1, Comments(), [])
    assert code.text == "a;b"
    assert code.positions == [0, 1, 3]


def test_code_continues_after_a_block_comment_in_the_same_line() -> None:
    assert scan("x = 1;-- no --;2") == (["x = 12"], [])


def test_block_comments_may_be_nested_and_span_lines() -> None:
    assert scan("a ;-- one", "b ;-- two --;", "c --; d") == (["a", "", "d"], [])


def test_block_comments_nested_too_deeply_are_reported() -> None:
    assert "nested deeper" in scan(";-- " * 129)[1][0]


def test_closing_a_comment_that_was_never_opened_is_reported() -> None:
    codes, problems = scan("x = 1 --; y")
    assert codes == ["x = 1 --"]
    assert "never opened" in problems[0]


def test_a_byte_order_mark_is_not_code() -> None:
    assert scan("\ufeff[a]") == (["[a]"], [])
