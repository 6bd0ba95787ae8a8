# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A marked block is written once, where it takes effect, and the rest of the file is not changed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._festival.block import update_block
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

PATH = "/etc/festival.scm"
FILE = ";; site file\n(set! a 1)\n\n(provide 'festival)\n"
BLOCK = "(define (f)\n  1)\n"


def put(text: str, block: str | None = BLOCK, marker: str = "switchboard") -> str:
    return update_block(text, block, marker, PATH)


def test_the_block_is_inserted_before_a_final_provide() -> None:
    lines = put(FILE).splitlines()
    assert lines[0:2] == [";; site file", "(set! a 1)"]
    assert lines[3].startswith(";; BEGIN switchboard")
    assert lines[4:] == ["(define (f)", "  1)", ";; END switchboard", "(provide 'festival)"]


def test_the_block_is_appended_if_there_is_no_final_provide() -> None:
    assert put("(a)").endswith("(a)\n" + put(""))
    assert put("(provide 'x)\n(a)\n").startswith("(provide 'x)\n(a)\n;; BEGIN")


def test_a_second_run_changes_nothing() -> None:
    assert put(put(FILE)) == put(FILE)


def test_a_block_at_the_wrong_position_is_moved() -> None:
    assert put("(a)\n(provide 'x)\n" + put("")) == put("(a)\n(provide 'x)\n")


def test_a_block_is_replaced_and_other_blocks_remain() -> None:
    both = put(put(FILE), "(b)", "other")
    assert put(both, "(c)").count("BEGIN") == 2
    assert "(b)" in put(both, "(c)")
    assert "define" not in put(both, "(c)")


def test_removing_a_block_restores_the_file() -> None:
    assert put(put(FILE), None) == FILE
    assert put(FILE, None) == FILE


def test_an_unbalanced_block_is_refused_with_its_position() -> None:
    with pytest.raises(ModuleError, match=r"block for /etc/festival\.scm, line 2, column 1: .*never closed"):
        put(FILE, "(a)\n(b")


def test_an_unbalanced_file_is_refused_with_its_position() -> None:
    with pytest.raises(ModuleError, match=r"^/etc/festival\.scm, line 1, column 1: .*never closed"):
        put("(a\n")


def test_marker_lines_without_a_counterpart_are_refused() -> None:
    for text in (";; END switchboard\n", ";; BEGIN switchboard\n(a)\n"):
        with pytest.raises(ModuleError, match=r"/etc/festival\.scm, line 1"):
            put(text)


def test_a_marker_or_block_that_the_next_run_could_not_find_is_refused() -> None:
    with pytest.raises(ModuleError, match="marker"):
        put(FILE, BLOCK, "two\nlines")
    with pytest.raises(ModuleError, match="contains the marker"):
        put(FILE, ";; END switchboard\n(a)")


@given(strategies.text("(a) \n;'\"", max_size=30), strategies.text("(b) \n;'\"", max_size=20))
def test_any_block_is_written_once_and_can_be_removed(text: str, block: str) -> None:
    try:
        once = put(text, block)
    except ModuleError:
        return
    assert put(once, block) == once
    assert put(once, None).rstrip("\n") == text.rstrip("\n")
