# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines are removed and inserted without a change to what is comment and what is code."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.edits import Edits
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse


def edits(text: str) -> Edits:
    return Edits(parse(text, "test.conf"), "\n")


def test_a_removed_line_leaves_the_comment_that_it_opens_or_closes() -> None:
    opened = edits("[a]\nx=1 ;-- c\nd --;\n")
    opened.remove(1, 2)
    assert opened.text() == "[a]\n ;-- c\nd --;\n"
    closed = edits("[a]\n;-- c\nd --; x=1 ; e\n")
    closed.remove(2, 3)
    assert closed.text() == "[a]\n;-- c\nd --;  ; e\n"


def test_removed_lines_take_a_comment_with_them_that_is_wholly_among_them() -> None:
    both = edits("[a]\nx=1 ;-- c\nd --;\ny=1\n")
    both.remove(1, 3)
    assert both.text() == "[a]\ny=1\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("k=1\n", "k=1\nnew\n"),
        ("k=1 ;-- c\nd --;\ny=2\n", "k=1 ;-- c\nd --;\nnew\ny=2\n"),
        ("k=1 ;-- c\nd --; y=2\n", "k=1 ;-- c\nd --; y=2\nnew\n"),
        ("k=1", "k=1\nnew\n"),
        ("k=a\\; ;-- c\nd --; [b]", "k=a\\;\nnew\n;-- c\nd --; [b]"),
    ],
)
def test_a_line_is_inserted_outside_of_comments(text: str, after: str) -> None:
    document = parse(text, "test.conf")
    inserted = Edits(document, "\n")
    stop = next((i for i, line in enumerate(document.lines) if "[b]" in line.raw), len(document.lines))
    inserted.insert_after(0, stop, ["new\n"])
    assert inserted.text() == after


def test_lines_are_inserted_before_code_that_follows_a_comment() -> None:
    inserted = edits(";-- c\nd --; x=1\n")
    inserted.insert_before(1, ["new\n"])
    inserted.remove(1, 2)
    assert inserted.text() == ";-- c\nd --;\nnew\n\n"


def test_the_code_of_a_line_is_replaced_between_its_comments() -> None:
    replaced = edits(";-- [x] --; [a](b) ; c\n")
    replaced.replace_code(0, "[a]")
    assert replaced.text() == ";-- [x] --; [a] ; c\n"
