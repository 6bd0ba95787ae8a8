# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definitions are parsed as OpenLDAP does, written back, and compared by what they mean."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import example, given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import (
    FIELDS,
    FLAG,
    NAMES,
    OIDS,
    TEXT,
    Definition,
    SchemaSyntaxError,
    escape,
    parse_definition,
    unescape,
)

NUMERIC = strategies.lists(strategies.integers(0, 9999), min_size=2, max_size=8).map(
    lambda parts: ".".join(map(str, parts))
)
NAME = strategies.text(string.ascii_letters + string.digits + "-", max_size=12).map(lambda text: f"n{text}")
# A line break is no part of a description: slapd reads it as a space.
DESCRIPTION = strategies.text(
    strategies.characters(blacklist_categories=["Cs"], blacklist_characters="\n\0"), max_size=30
)


@strategies.composite
def definitions(draw: strategies.DrawFn) -> Definition:
    kind = draw(strategies.sampled_from(sorted(FIELDS)))
    fields: dict[str, tuple[str, ...]] = {}
    for keyword in draw(strategies.sets(strategies.sampled_from(sorted(FIELDS[kind])))):
        form = FIELDS[kind][keyword]
        if form == FLAG:
            fields[keyword] = ()
        elif form == TEXT:
            fields[keyword] = (draw(DESCRIPTION),)
        elif form in (NAMES, OIDS):
            values = draw(strategies.lists(NAME, min_size=1, max_size=4, unique_by=str.lower))
            fields[keyword] = tuple(values)
        else:
            fields[keyword] = (draw(NUMERIC if keyword == "SYNTAX" else NAME),)
    for extension in draw(strategies.sets(strategies.sampled_from(["X-ORIGIN", "X-ORDERED"]))):
        fields[extension] = tuple(draw(strategies.lists(DESCRIPTION, min_size=1, max_size=2)))
    return Definition(kind, draw(NUMERIC), fields)


@given(definitions())
def test_a_written_definition_is_parsed_as_the_same_definition(definition: Definition) -> None:
    for glue in (" ", "\n  "):
        again = parse_definition(definition.kind, definition.text(glue))
        assert again.same(definition)
        assert again.text() == definition.text()


@given(strategies.sampled_from(sorted(FIELDS)), strategies.text(max_size=80))
def test_any_text_is_a_definition_or_a_syntax_error(kind: str, text: str) -> None:
    try:
        parse_definition(kind, text)
    except SchemaSyntaxError as error:
        assert 0 <= error.line <= text.count("\n")


@given(definitions(), strategies.data())
def test_a_damaged_definition_is_parsed_or_a_syntax_error(
    definition: Definition, data: strategies.DataObject
) -> None:
    text = definition.text()
    at = data.draw(strategies.integers(0, len(text)))
    junk = data.draw(strategies.sampled_from(["", "(", ")", "'", "$", " NAME ", "\\", "{", "\n"]))
    with contextlib.suppress(SchemaSyntaxError):
        parse_definition(definition.kind, text[:at] + junk + text[at + 1 :])


@given(DESCRIPTION)
@example(r"back\27slash\5C and 'quote'")
def test_quotes_and_backslashes_survive_escaping(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "'" not in escape(text)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("attributetype", "( 1.2 NAME 'A' SUP name )", "(1.2 name('a')sup NAME)"),
        ("attributetype", "( 1.2 USAGE userApplications )", "( 1.2 )"),
        ("objectclass", "( 1.2 MUST ( cn $ sn ) )", "( 1.2 STRUCTURAL MUST ( SN $ cn ) )"),
        ("objectclass", "( 1.2 SUP 'top' MAY cn )", "( 1.2 MAY ( cn ) SUP top )"),
        ("attributetype", r"( 1.2 DESC 'it\27s' )", r"( 1.2 DESC 'it\27s'  )"),
        ("attributetype", "( 1.2 DESC 'a\n b' )", "( 1.2 DESC 'a b' )"),
        ("ldapsyntax", "( 1.2 NAME 'x' DESC 'a' X-SUBST '1.3' )", "( 1.2 DESC 'b' X-SUBST '1.3' )"),
        ("objectclass", "( 1.2 NAME ( ) SUP () MUST ( ) MAY ( ) )", "( 1.2 )"),
        ("attributetype", "( 1.2NAME 'a' )", "( 1.2 NAME 'a' )"),
        ("attributetype", "( 1.2 SYNTAX 1.3{32}SINGLE-VALUE )", "( 1.2 SYNTAX 1.3{32} SINGLE-VALUE )"),
        ("attributetype", "( 1.2 SYNTAX '1.3{32}'SINGLE-VALUE )", "( 1.2 SYNTAX 1.3{32} SINGLE-VALUE )"),
        ("attributetype", "( 1.2 SYNTAX 1.3{}NAME'a' )", "( 1.2 NAME 'a' SYNTAX 1.3{0} )"),
        ("attributetype", "( 1.2 SYNTAX 1.3SINGLE-VALUE )", "( 1.2 SYNTAX 1.3 SINGLE-VALUE )"),
        ("attributetype", "( 1.2 ) NAME 'x' ) (", "( 1.2 )"),
        ("attributetype", "( 1.2 X-A 'a' X-B ( ) X-A 'b' )", "( 1.2 X-A ( 'a' 'b' ) )"),
    ],
)
def test_equivalent_definitions_are_the_same(kind: str, one: str, other: str) -> None:
    assert parse_definition(kind, one).same(parse_definition(kind, other))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("attributetype", "( 1.2 DESC 'a' )", "( 1.2 DESC 'A' )"),
        ("attributetype", "( 1.2 SYNTAX 1.3{64} )", "( 1.2 SYNTAX 1.3{32} )"),
        ("attributetype", "( 1.2 SINGLE-VALUE )", "( 1.2 )"),
        ("attributetype", "( 1.2 )", "( 1.3 )"),
        ("objectclass", "( 1.2 AUXILIARY )", "( 1.2 )"),
        ("objectclass", "( 1.2 MUST cn )", "( 1.2 MAY cn )"),
        ("attributetype", "( 1.2 X-ORIGIN 'a' )", "( 1.2 X-ORIGIN 'b' )"),
        ("ldapsyntax", "( 1.2 X-SUBST '1.4' )", "( 1.2 X-SUBST '1.3' )"),
    ],
)
def test_different_definitions_are_not_the_same(kind: str, one: str, other: str) -> None:
    assert not parse_definition(kind, one).same(parse_definition(kind, other))


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "ends too early", 0),
        ("1.2 NAME 'x'", "an opening parenthesis is expected", 0),
        ("( NAME 'x' )", "does not begin with an OID", 0),
        ("( 1.2\nNAME 'x\n", "a quote is opened but not closed", 1),
        ("( 1.2\n\nFOO bar )", "'FOO' is not a field", 2),
        ("( 1.2 NAME 'a'\nNAME 'b' )", "NAME is given twice", 1),
        ("( 1.2 SUP )", "SUP has no value", 0),
        ("( 1..2 )", "'1..2' is not an OID", 0),
        ("( 1.2. NAME 'x' )", "'1.2.' is not an OID", 0),
        ("( 1.2 SYNTAX '1.3 )", "a quote is opened but not closed", 0),
        ("( 1.2 SYNTAX 1.3{x} )", "'{' is not a field", 0),
        ("( 1.2 EQUALITY\n\n( a ) )", "EQUALITY has no value", 2),
    ],
)
def test_a_syntax_error_has_a_reason_and_a_line(text: str, reason: str, line: int) -> None:
    with pytest.raises(SchemaSyntaxError, match=reason) as caught:
        parse_definition("attributetype", text)
    assert caught.value.line == line
