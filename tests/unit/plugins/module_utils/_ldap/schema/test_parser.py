# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.bundled import (
    asterisk,
    asterisk_pjsip,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import (
    Schema,
    decode,
    emit_schema,
    parse_schema,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

STATEMENTS = """\
# A comment
\tthat goes on
ObjectIdentifier Root 1.2
objectidentifier Types Root:3

AttributeType ( Types:1
\tNAME 'one'
\tSYNTAX 1.5 )
objectclass(Root:4.1 NAME 'first' AUXILIARY MAY one)
"""

LDIF = """\
version: 1
# A comment
  that goes on
dn: cn=example,cn=schema,cn=config
objectClass: olcSchemaConfig
cn: example
olcObjectIdentifier: {0}Root 1.2
olcObjectIdentifier: {1}Types Root:3
olcAttributeTypes: {0}( Types:1 NAM
 E 'one'
# in between
   SYNTAX 1.5 )
olcobjectclasses:: """

LDIF = (
    LDIF.replace("# in between\n  ", "")
    + base64.b64encode(b"( Root:4.1 NAME 'first' AUXILIARY MAY one )").decode()
    + "\n"
)


def read(text: str) -> Schema:
    return parse_schema(text, "example", "example.schema")


def test_both_forms_of_a_file_are_equivalent() -> None:
    from_statements, from_ldif = read(STATEMENTS).resolve({}), read(LDIF).resolve({})
    assert from_statements[0] == from_ldif[0] == {"Root": "1.2", "Types": "1.2.3"}
    assert [one.text() for one in from_statements[1]] == [
        "( 1.2.3.1 NAME 'one' SYNTAX 1.5 )",
        "( 1.2.4.1 NAME 'first' AUXILIARY MAY one )",
    ]
    assert all(one.same(other) for one, other in zip(from_statements[1], from_ldif[1]))


def test_a_definition_has_its_location() -> None:
    assert [each.location for each in read(STATEMENTS).definitions] == [
        "example.schema, line 6",
        "example.schema, line 9",
    ]
    assert read(LDIF).definitions[0].location == "example.schema, line 9"


@pytest.mark.parametrize("text", [STATEMENTS, LDIF, asterisk.text(), asterisk_pjsip.text()])
def test_a_written_schema_is_parsed_as_the_same_schema(text: str) -> None:
    schema = read(text)
    again = read(emit_schema(schema))
    assert [each.comparison_key() for each in again.definitions] == [
        each.comparison_key() for each in schema.definitions
    ]
    assert [(each.name, each.oid) for each in again.macros] == [
        (each.name, each.oid) for each in schema.macros
    ]


def test_windows_line_endings_are_accepted() -> None:
    unix, windows = read(STATEMENTS), read(STATEMENTS.replace("\n", "\r\n"))
    assert [each.comparison_key() for each in unix.definitions] == [
        each.comparison_key() for each in windows.definitions
    ]


def test_the_keywords_of_old_files_are_accepted() -> None:
    text = "attribute ( 1.1 NAME 'a' )\nattributetypes ( 1.2 NAME 'b' )\nattributeype ( 1.3 NAME 'c' )\n"
    assert [each.label for each in read(text).definitions] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "example.schema: .* contains no schema definition"),
        ("# only a comment\n", "contains no schema definition"),
        ("\n\ninclude /etc/other.schema\n", "line 3: 'include' does not begin a statement"),
        ("objectidentifier Root\n", "line 1: an objectidentifier has a name and an OID, not 1 words"),
        ("objectidentifier 1x 1.2\n", "'1x' is not a valid name"),
        (
            "\nattributetype ( 1.2\n NAME 'x'\n FOO )\n",
            "line 4: 'FOO' is not a field .* that begins on line 2",
        ),
        (
            "attributetype ( 1.2 NAME 'x' )\nattributetype ( 1.3 NAME 'X' )\n",
            "line 2: .* 'x' of x .*line 1.; change",
        ),
        ("objectidentifier A B:1\n", "builds on 'B', which is not defined before it"),
        ("objectidentifier A 1.2\nobjectidentifier A 1.3\n", "line 2: .* a second time"),
        ("dn: cn=a,cn=schema,cn=config\ncn: a\n", "contains no schema definition"),
        ("dn: cn=a\nolcAttributeTypes: ( 1.2 )\n\ndn: cn=b\n", "line 4: a second entry begins"),
        ("dn: cn=a\nchangetype: modify\n", "line 2: the LDIF contains a change record"),
        ("dn: cn=a\nmail: x\n", "line 2: 'mail' is not an attribute of a schema entry"),
        ("dn: cn=a\nno colon\n", "line 2: the line is not 'attribute: value'"),
        ("dn: cn=a\nolcAttributeTypes:: ###\n", "line 2: .* is not valid base64"),
        ("dn: cn=a\nolcAttributeTypes:< file:///x\n", "line 2: .* takes its value from a URL"),
        ("attributetype ( 1.2 \0 )", "the text contains"),
    ],
)
def test_the_error_for_an_invalid_file_names_the_line(text: str, message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        read(text).resolve({})


def test_a_comment_may_have_another_encoding() -> None:
    text = decode("# fünf\r\nobjectidentifier Root 1.2\r\n# Größe\n".encode("latin-1"), "x.schema")
    assert [macro.name for macro in read(text).macros] == ["Root"]


def test_a_single_backslash_joins_a_line_with_the_next_one() -> None:
    both = read("attributetype ( 1.2 NAME 'a' SUP \\\nname )\nobjectidentifier Root 1.2\n")
    assert both.definitions[0].text() == "( 1.2 NAME 'a' SUP name )" and len(both.macros) == 1
    assert read("# a comment that ends in a backslash \\\nnot a statement\nobjectidentifier Root 1.2").macros


def test_an_empty_line_within_quotes_belongs_to_the_description() -> None:
    text = "attributetype ( 1.2 DESC 'one\n\n  two' SUP name )\n\n attributetype ( 1.3 SUP name )\n"
    assert [each.fields.get("DESC") for each in read(text).definitions] == [("one   two",), None]


def test_an_entry_as_slapcat_prints_it_is_read() -> None:
    printed = "structuralObjectClass: olcSchemaConfig\nentryUUID: 1\ncreatorsName: cn=config\naci: (x)\n"
    assert read(LDIF + printed) == read(LDIF)
    assert read((LDIF + printed).replace("\n", "\r\n")).resolve({}) == read(LDIF).resolve({})


def test_the_error_for_another_encoding_names_the_line() -> None:
    with pytest.raises(ModuleError, match=r"x\.schema, line 2: the text is not UTF-8 \(byte 0xfc\)"):
        decode("# eins\n fünf\n".encode("latin-1"), "x.schema")
    assert decode(b"\xef\xbb\xbfabc", "x") == "abc"


@given(
    strategies.text(max_size=200)
    | strategies.lists(strategies.sampled_from([*STATEMENTS, *LDIF.split("\n"), "\n"])).map("".join)
)
def test_any_text_is_a_schema_or_an_error(text: str) -> None:
    try:
        read(text).resolve({})
    except ModuleError as error:
        assert str(error).startswith("example.schema")


@given(strategies.integers(0, len(STATEMENTS)), strategies.text(max_size=3))
def test_a_damaged_file_is_a_schema_or_an_error(at: int, junk: str) -> None:
    for text in (STATEMENTS, LDIF):
        try:
            read(text[:at] + junk + text[at + 2 :]).resolve({})
        except ModuleError as error:
            assert str(error).startswith("example.schema")


@given(strategies.binary(max_size=80))
def test_any_bytes_are_text_or_an_error(data: bytes) -> None:
    try:
        decode(data, "x")
    except ModuleError as error:
        assert "x, line " in str(error)
