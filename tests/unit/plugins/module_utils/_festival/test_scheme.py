# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The top-level forms of Scheme text are found, and text that is not complete is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._festival.scheme import SchemeError, forms


def read(text: str) -> list[str]:
    return [text[form.start : form.end] for form in forms(text)]


def test_forms_are_found_with_their_quotes() -> None:
    assert read("(a (b))\n'(c d) e 'f ; (g\n\"h (\"") == ["(a (b))", "'(c d)", "e", "'f", '"h ("']


def test_parentheses_in_strings_and_comments_do_not_count() -> None:
    assert read('(define (f) ; ) (\n "a \\" ) b")') == ['(define (f) ; ) (\n "a \\" ) b")']


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("(a)\n(b (c)\n", 2, 1, "never closed"),
        ("(a))\n", 1, 4, "closes nothing"),
        ('(a\n "b)\n', 2, 2, "string is never closed"),
        ("(a \u201cb\u201d)", 1, 4, "typographic quote"),
        ("(provide \u2018festival)", 1, 10, "typographic quote"),
        ("(a ')", 1, 4, "nothing to quote"),
        ("(a) '", 1, 5, "nothing to quote"),
    ],
)
def test_text_that_is_not_valid_is_refused_with_its_position(
    text: str, line: int, column: int, reason: str
) -> None:
    with pytest.raises(SchemeError) as error:
        forms(text)
    assert (error.value.line, error.value.column) == (line, column)
    assert reason in error.value.reason
    assert error.value.cure


def test_typographic_quotes_in_strings_and_comments_are_text() -> None:
    assert len(forms('(say "\u201chello\u201d") ; \u2018so\u2019')) == 1


@given(strategies.text("()'\";\\ab \n\u201c", max_size=40))
def test_any_text_is_read_or_refused_and_forms_do_not_overlap(text: str) -> None:
    try:
        found = forms(text)
    except SchemeError as error:
        assert error.line >= 1
        assert error.column >= 1
        return
    end = 0
    for form in found:
        assert end <= form.start < form.end <= len(text)
        end = form.end
