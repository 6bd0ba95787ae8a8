# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF: what RFC 2849 allows is read, and what it does not is reported with its line."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import ldif as reference
import pytest
from hypothesis import given, settings, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif import reader
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import (
    ModSpec,
    Record,
    parse_file,
    parse_text,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.writer import (
    format_record,
    format_records,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.dn import format_dn
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SearchResult = tuple[str, dict[str, list[bytes]]]

NAMES = strategies.sampled_from(["cn", "sn", "description;lang-de", "2.5.4.3", "mail", "jpegPhoto"])
ATTRIBUTES = strategies.dictionaries(
    NAMES, strategies.lists(strategies.binary(max_size=120), min_size=1, max_size=3), min_size=1
)
TEXTS = strategies.text(strategies.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
DNS = TEXTS.map(lambda text: format_dn([[("cn", text)]]))
MOD_SPECS = strategies.lists(
    strategies.one_of(
        strategies.builds(
            ModSpec,
            strategies.just("add"),
            NAMES,
            strategies.lists(strategies.binary(max_size=20), min_size=1, max_size=2),
        ),
        strategies.builds(
            ModSpec,
            strategies.sampled_from(["delete", "replace"]),
            NAMES,
            strategies.lists(strategies.binary(max_size=20)),
        ),
    ),
    max_size=3,
)
RECORDS = strategies.one_of(
    strategies.tuples(DNS, strategies.sampled_from([None, "add"]), ATTRIBUTES).map(
        lambda it: Record(it[0], 0, it[1], it[2])
    ),
    DNS.map(lambda dn: Record(dn, 0, "delete", {})),
    strategies.tuples(DNS, MOD_SPECS).map(lambda it: Record(it[0], 0, "modify", {}, mod_specs=it[1])),
    strategies.tuples(DNS, strategies.booleans(), strategies.sampled_from([None, "dc=org"])).map(
        lambda it: Record(it[0], 0, "modrdn", {}, new_rdn="cn=new", delete_old_rdn=it[1], new_superior=it[2])
    ),
)


def without_line(record: Record) -> Record:
    return record._replace(line=0, mod_specs=tuple(record.mod_specs))


@settings(deadline=None, max_examples=60)
@given(strategies.lists(RECORDS, max_size=4))
def test_records_survive_writing_and_reading(records: list[Record]) -> None:
    text = format_records(records)
    assert [without_line(record) for record in parse_text(text)] == [
        without_line(record) for record in records
    ]
    assert text.isascii()
    assert all(len(line) <= 76 for line in text.split("\n"))


@settings(deadline=None, max_examples=60)
@given(strategies.lists(strategies.tuples(DNS, ATTRIBUTES), min_size=1, max_size=3))
def test_python_ldap_reads_and_writes_the_same(entries: list[SearchResult]) -> None:
    text = format_records(Record(dn, 0, None, attributes) for dn, attributes in entries)
    parser = reference.LDIFRecordList(io.StringIO(text))
    parser.parse()
    assert [(dn, dict(entry)) for dn, entry in parser.all_records] == entries
    written = io.StringIO()
    for dn, attributes in entries:
        reference.LDIFWriter(written).unparse(dn, attributes)
    assert [(record.dn, record.attributes) for record in parse_text(written.getvalue())] == entries


@given(
    strategies.one_of(
        strategies.binary(max_size=200), strategies.text("dn: changetypaol-=\n\r #:<;\0", max_size=120)
    )
)
def test_any_text_is_read_or_refused_with_its_line(text: bytes | str) -> None:
    try:
        list(parse_text(text))
    except ModuleError as error:
        assert str(error).startswith("content, line ")


@settings(deadline=None, max_examples=60)
@given(
    strategies.lists(RECORDS, max_size=4),
    strategies.integers(1, 60),
    strategies.sampled_from(["\n", "\n\n", " \n", "\n\t \n"]),
)
def test_a_file_read_in_blocks_gives_the_same_records(records: list[Record], size: int, gap: str) -> None:
    text = "version: 1\n" + "".join(gap + format_record(record) for record in records)
    raw = text.replace("\n", "\r\n").encode()
    blocks = [raw[at : at + size] for at in range(0, len(raw), size)]
    found = [without_line(record) for record in reader._records(iter(blocks), "blocks")]
    assert found == [without_line(record) for record in records]


def test_a_long_tail_of_empty_lines_and_a_big_group_are_read_fast() -> None:
    group = "dn: cn=g\n" + "".join(f"member: cn=x{number}\n" for number in range(20_000))
    text = "\n".join([group] * 40) + "\n" * 200_000
    records = list(parse_text(text))
    assert [len(record.attributes["member"]) for record in records] == [20_000] * 40


def test_folds_comments_base64_and_empty_lines_are_understood() -> None:
    value = base64.b64encode("Ärmel".encode()).decode()
    text = (
        "# a comment\n#  that is\n  folded\nversion: 1\n\n\n"
        f"dn: cn=a,\n dc=b\n# inside\nobjectClass: top\ncn:: {value}\nsn:   spaces before\ndescription:\n"
        "mail:x\n\n \ndn: cn=c\ncn: Ä\n"
    )
    first, second = parse_text(text)
    assert first.dn == "cn=a,dc=b"
    assert first.attributes == {
        "objectClass": [b"top"],
        "cn": ["Ärmel".encode()],
        "sn": [b"spaces before"],
        "description": [b""],
        "mail": [b"x"],
    }
    assert (second.dn, second.attributes) == ("cn=c", {"cn": ["Ä".encode()]})
    assert (first.line, second.line) == (7, 17)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("dn: cn=a\ncn a\n", 2, "is not 'attribute: value'"),
        ("dn: cn=a\ncn: a\n\ncn: b\n", 4, "begins with 'dn:'"),
        ("dn: cn=a\ncn: b\n c\nsn: d\ndn: cn=e\n", 5, "separate records"),
        ("dn: cn=a\ncn:: %%\n", 2, "not valid base64"),
        ("dn: cn=a\ncn:< file:///etc/shadow\n", 2, "URL"),
        ("dn: cn=a\nchangetype: renew\n", 2, "'renew' is unknown"),
        ("dn: cn=a\nchangetype: modify\nadd: cn\nsn: x\n", 4, "end that with '-'"),
        ("dn: cn=a\nchangetype: modify\nincrement: n\n", 3, "each run would change the value; use replace:"),
        ("dn: cn=a\nchangetype: modify\nadd: cn\n-\n", 3, "no value"),
        ("dn: cn=a\nchangetype: delete\ncn: x\n", 3, "has no other lines"),
        ("dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 2\n", 4, "0 or 1"),
        ("dn: cn=a\ncontrol: 1.2.3\nchangetype: delete\n", 2, "controls"),
        ("version: 2\n", 1, "version"),
        (" dn: cn=a\n", 1, "begins with a space"),
        (b"dn: cn=\xff\ncn: a\n", 1, "not UTF-8"),
    ],
)
def test_an_error_is_reported_with_its_line(text: str | bytes, line: int, message: str) -> None:
    with pytest.raises(ModuleError) as caught:
        list(parse_text(text, "people.ldif"))
    assert str(caught.value).startswith(f"people.ldif, line {line}: ")
    assert message in str(caught.value)


def test_a_byte_order_mark_is_skipped_and_other_encodings_are_named() -> None:
    text = "dn: cn=ä\nsn: a\n"
    assert list(parse_text(text.encode("utf-8-sig"))) == list(parse_text(text))
    with pytest.raises(ModuleError, match="content is UTF-16; convert it to UTF-8"):
        list(parse_text(text.encode("utf-16")))


def test_an_error_after_plain_records_is_reported_with_its_line() -> None:
    good = "dn: cn=a\nobjectClass: top\ncn: a\n\n"
    with pytest.raises(ModuleError, match="content, line 13: "):
        list(parse_text(good * 3 + "no record\n"))


def test_a_broken_line_that_may_hold_a_secret_is_not_quoted_in_full() -> None:
    with pytest.raises(ModuleError) as caught:
        list(parse_text("dn: cn=a\nuserPassword s3cret-value\n"))
    assert "s3cret" not in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="cannot be read: No such file"):
        list(parse_file(str(tmp_path / "none.ldif")))
