# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration language is parsed as Asterisk does, and every byte is preserved."""

from __future__ import annotations

from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import (
    Directive,
    Document,
    Dropped,
    Option,
    Section,
    decode_config,
    encode_config,
    parse,
)


def read(text: str) -> Document:
    return parse(text, "test.conf")


def options(text: str) -> list[tuple[str, str, str]]:
    return [(o.name, o.value, o.operator) for o in read(text).lines if isinstance(o, Option)]


def reasons(text: str) -> list[str]:
    document = read(text)
    dropped = [line.problem for line in document.lines if isinstance(line, Dropped)]
    return [problem.reason for problem in [*document.problems, *dropped]]


def test_an_option_has_name_operator_and_value_without_the_blanks_around_them() -> None:
    assert options("[a]\n  x =  1 \t\ny=>2\nz += 3\n") == [
        ("x", "1", "="),
        ("y", "2", "=>"),
        ("z", "3", "+="),
    ]


def test_a_value_keeps_its_inner_equal_signs() -> None:
    assert options("[a]\nvar=X=1\n") == [("var", "X=1", "=")]


def test_a_semicolon_begins_a_comment_and_an_escaped_one_does_not() -> None:
    assert options("[a]\nx = 1 ; two\ny = \\;a\\;b ; c\n") == [("x", "1", "="), ("y", ";a;b", "=")]


def test_block_comments_nest_and_span_lines() -> None:
    text = "[a]\n;-- one\nx = 1\n;-- two --;\ny = 2\n--; z = 3\n"
    assert options(text) == [("z", "3", "=")]
    assert not reasons(text)


def test_the_number_of_open_comments_is_known_after_each_line() -> None:
    assert read("[a] ;-- one\n;-- two\nthree --;\n--; x=1 ;-- four --;\n").comments == (1, 2, 1, 0)


def test_a_line_of_dashes_after_a_semicolon_is_an_ordinary_comment() -> None:
    assert options("[a]\n;-----------\nx = 1\n") == [("x", "1", "=")]


def test_an_unclosed_block_comment_is_reported_with_the_line_that_opens_it() -> None:
    problems = read("[a]\n;-- lost\nx = 1\n").problems
    assert [problem.line for problem in problems] == [2]
    assert "never closed" in problems[0].reason


def test_a_section_has_a_template_mark_and_bases_in_order() -> None:
    section = read("[phone](!,base,other)\n").lines[0]
    assert isinstance(section, Section)
    assert (section.name, section.template, section.filters, section.bases) == (
        "phone",
        True,
        (),
        ("base", "other"),
    )


def test_an_addition_has_its_filter() -> None:
    section = read("[phone](+TEMPLATES=include)\n").lines[0]
    assert isinstance(section, Section)
    assert section.filters == ("TEMPLATES=include",)


def test_directives_lose_their_quotes() -> None:
    lines = read('#include "a.conf"\n#tryinclude <b.conf>\n#exec /bin/c d ; e\n').lines
    assert [(d.name, d.argument) for d in lines if isinstance(d, Directive)] == [
        ("include", "a.conf"),
        ("tryinclude", "b.conf"),
        ("exec", "/bin/c d"),
    ]


def test_what_asterisk_drops_is_reported() -> None:
    assert "no '='" in reasons("[a]\nlonely\n")[0]
    assert "no name" in reasons("[a]\n= 1\n")[0]
    assert "no closing ']'" in reasons("[a\n")[0]
    assert "no closing ')'" in reasons("[a](b\n")[0]
    assert "unknown to Asterisk" in reasons("#inclde a.conf\n")[0]
    assert "names no file" in reasons("#include\n")[0]
    assert "follows [a]" in reasons("[a] (b)\n")[0]
    assert "longer than 8190" in reasons("[a]\nx = " + "y" * 8190 + "\n")[0]
    assert "escapes nothing" in reasons("[a]\n\\ x=1\n")[0]
    assert "escapes nothing" in reasons("[a]\n\\é=1\n")[0]
    assert "NUL" in reasons("[a]\nx = 1\0\n")[0]


def test_the_longest_line_that_asterisk_reads_is_accepted() -> None:
    assert not reasons("[a]\nx=" + "y" * 8188 + "\n")


def test_problems_do_not_quote_text_that_may_be_secret() -> None:
    assert all(
        "hunter2" not in reason for reason in reasons("hunter2\n[a] hunter2\n[b](c) hunter2\n= hunter2\n")
    )


def test_a_byte_order_mark_is_skipped_and_kept() -> None:
    document = read("\ufeff[a]\nx = 1\n")
    assert isinstance(document.lines[0], Section)
    assert document.text.startswith("\ufeff")


def test_carriage_returns_are_blanks() -> None:
    assert options("[a]\r\nx = 1\r\n") == [("x", "1", "=")]


PIECES = strategies.sampled_from(
    [
        "[a]",
        "[b](!)",
        "](",
        "x",
        "=",
        "=>",
        "+=",
        ";",
        ";--",
        "--;",
        "\\",
        "\\;",
        "#include",
        "\n",
        "\r\n",
        " ",
        '"',
    ]
)


@given(strategies.lists(PIECES | strategies.text(max_size=3), max_size=40).map("".join))
def test_any_text_is_preserved(text: str) -> None:
    assert read(text).text == text


@given(strategies.binary(max_size=200))
def test_any_bytes_are_preserved(content: bytes) -> None:
    assert encode_config(read(decode_config(content)).text) == content


@given(strategies.lists(PIECES, max_size=40).map("".join))
def test_the_span_of_an_option_contains_its_value(text: str) -> None:
    for line in read("[a]\n" + text).lines:
        if isinstance(line, Option):
            start, stop = line.span
            assert 0 <= start <= stop <= len(line.raw)
            if line.raw[start:stop] != line.value:
                assert ";" in line.raw[start:stop]
