# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Distinguished names: parsed as RFC 4514 says, and back without loss."""

from __future__ import annotations

import ldap.dn
import pytest
from hypothesis import example, given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.dn import (
    DnError,
    escape_value,
    format_dn,
    parse_dn,
    split_dn,
    without_old_forms,
)

VALUES = strategies.text(strategies.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
RDNS = strategies.lists(
    strategies.tuples(strategies.sampled_from(["cn", "uid", "ou", "2.5.4.3"]), VALUES), min_size=1, max_size=2
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("cn=a", [[("cn", "a")]]),
        ("cn = a , dc=b", [[("cn", "a")], [("dc", "b")]]),
        ("cn=a+uid=b,dc=c", [[("cn", "a"), ("uid", "b")], [("dc", "c")]]),
        (r"cn=M\c3\bcller\, Jr.,dc=c", [[("cn", "Müller, Jr.")], [("dc", "c")]]),
        (r"cn=\ a\20,dc=c", [[("cn", " a ")], [("dc", "c")]]),
        ("cn=#0c0161", [[("cn", "a")]]),
        ("cn = a ,\n  dc=b\n", [[("cn", "a")], [("dc", "b")]]),
        ("cn=a\\;b,\n  dc=b\n", [[("cn", "a;b")], [("dc", "b")]]),
        ("cn=a=b", [[("cn", "a=b")]]),
    ],
)
def test_a_dn_is_parsed(text: str, names: list[list[tuple[str, str]]]) -> None:
    assert parse_dn(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "cn",
        "=a",
        "cn=a,",
        ",cn=a",
        "cn=a\\",
        "cn=a\\zz",
        'cn="a"',
        "cn=\\ff",
        "cn=<a>",
        "cn=#1",
        "c n=a",
        "cn=a;ou=b,dc=x",
        "ou=b;dc=x",
    ],
)
def test_an_invalid_dn_is_refused(text: str) -> None:
    with pytest.raises(DnError, match="is not a DN"):
        parse_dn(text)


@given(strategies.lists(RDNS, min_size=1, max_size=4))
def test_a_formatted_dn_is_parsed_alike_here_and_in_libldap(
    names: list[list[tuple[str, str]]],
) -> None:
    text = format_dn(names)
    assert parse_dn(text) == names
    assert [[(name, value) for name, value, _flags in rdn] for rdn in ldap.dn.str2dn(text)] == names


@example([("cn", " ")], [[("cn", " ")]])
@given(RDNS, strategies.lists(RDNS, min_size=1, max_size=3))
def test_a_dn_splits_into_its_first_name_and_the_rest(
    rdn: list[tuple[str, str]], rest: list[list[tuple[str, str]]]
) -> None:
    assert split_dn(format_dn([rdn, *rest])) == (format_dn([rdn]), format_dn(rest))


@given(strategies.text(max_size=30))
def test_any_text_is_a_dn_or_refused(text: str) -> None:
    try:
        parse_dn(text)
    except DnError as error:
        assert "is not a DN" in str(error)


def test_a_value_with_every_special_character_is_escaped() -> None:
    assert escape_value(' a,b+c"d\\e<f>g;h=i ') == '\\ a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i\\ '
    assert escape_value("#a") == "\\#a"
    assert escape_value("plain") == "plain"


def test_a_semicolon_between_names_is_refused_with_what_to_write() -> None:
    with pytest.raises(
        DnError, match=r"';' does not separate names .* write ',' instead, or \\; within a value"
    ):
        parse_dn("cn=a;ou=b,dc=x")


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ('cn="Roe, Jane";dc=b', "cn=Roe\\, Jane,dc=b"),
        ('cn=" #a ",dc=b', "cn=\\ #a\\ ,dc=b"),
        (r'cn="a\"b\2c"', r"cn=a\"b2c"),
        (r"cn=a\;b\"", r"cn=a\;b\""),
    ],
)
def test_old_forms_are_rewritten(text: str, rewritten: str) -> None:
    assert without_old_forms(text) == rewritten
