# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fast path gives the records that the careful reader gives, and a row reads like a dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif import reader
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.fast_reader import (
    FastReader,
    Layout,
    Row,
    layout_of,
    row_of,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import Record, parse_text
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

ATTRIBUTES = strategies.dictionaries(
    strategies.sampled_from(["cn", "sn", "mail"]),
    strategies.lists(strategies.binary(max_size=2), min_size=1, max_size=3),
)


@given(ATTRIBUTES)
def test_a_row_is_equal_to_its_dictionary(attributes: dict[str, list[bytes]]) -> None:
    row = row_of(attributes)
    assert row == attributes
    assert dict(row) == attributes
    assert tuple(row) == tuple(attributes)
    assert list(row.items()) == list(attributes.items())
    assert list(row.values()) == list(attributes.values())
    assert len(row) == len(attributes)
    assert all(name in row for name in attributes)
    assert "other" not in row
    assert row.get("other") is None


def test_values_of_one_attribute_need_not_be_adjacent() -> None:
    row = Row(Layout(["cn", "sn", "cn"]), (b"a", b"s", b"b"))
    assert row == {"cn": [b"a", b"b"], "sn": [b"s"]}


def test_changing_what_was_read_leaves_the_row_unchanged() -> None:
    row = row_of({"cn": [b"a"]})
    row["cn"].append(b"b")
    assert row["cn"] == [b"a"]
    with pytest.raises(KeyError):
        row["sn"]


def without_line(record: Record) -> Record:
    return record._replace(line=0)


@pytest.mark.parametrize("gap", ["\n", "\n\n", " \n", "\n\t \n"])
def test_records_of_one_layout_keep_their_lines_however_the_file_is_split(gap: str) -> None:
    raw = gap.join(f"dn: cn=x{number}\ncn: x{number}\nsn: s\n" for number in range(100)).encode()
    whole = list(reader._records(iter([raw]), "whole"))
    assert [record.line for record in whole] == [1 + number * (3 + gap.count("\n")) for number in range(100)]
    for size in (1, 2, 7, 40, 1000):
        blocks = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert list(reader._records(iter(blocks), "blocks")) == whole


@settings(deadline=None, max_examples=60)
@given(
    strategies.lists(
        strategies.lists(strategies.sampled_from(["cn", "sn", "mail"]), min_size=1, max_size=4),
        min_size=1,
        max_size=3,
    ),
    strategies.text(strategies.sampled_from("ab :<é\t-#"), max_size=4),
)
def test_a_record_is_read_the_same_alone_and_after_many_of_its_layout(
    layouts: list[list[str]], odd: str
) -> None:
    def text(layout: list[str], value: str) -> str:
        return "dn: cn=x\n" + "".join(f"{name}: {value}\n" for name in layout)

    def read(whole: str) -> list[Record] | str:
        try:
            return [without_line(record) for record in parse_text(whole)]
        except ModuleError as error:
            return str(error).partition(": ")[2]

    alone = [read(text(layout, odd)) for layout in layouts]
    learned = "\n".join(text(layout, "v") for layout in layouts * 200)
    for layout, expected in zip(layouts, alone):
        found = read(learned + "\n" + text(layout, odd))
        assert (found if isinstance(found, str) else found[len(layouts) * 200 :]) == expected


@pytest.mark.parametrize(
    "last", ["dn:: Y249w6k=\ncn: é", "dn: cn=x\ncn:: w6k=", "dn: cn=x\ncn:  v", "dn: cn=x\ncn: a\n b"]
)
def test_a_record_that_is_not_plain_is_read_correctly_after_many_that_are(last: str) -> None:
    records = list(parse_text("dn: cn=x\ncn: v\n\n" * 200 + last + "\n"))
    assert len(records) == 201
    assert isinstance(records[100].attributes, Row)
    assert [without_line(record) for record in records[200:]] == [
        without_line(record) for record in parse_text(last)
    ]
    assert records[200].line == 601


def test_a_layout_is_learned_from_plain_records_and_recognized() -> None:
    fast = FastReader()
    assert fast.read(b"dn: cn=x\ncn: x") is None, "the attribute is not known yet"
    fast.learn({"cn": [b"x"]})
    for _repetition in range(40):
        assert fast.read(b"dn: cn=x\ncn: x") == ("cn=x", {"cn": [b"x"]})
    text = b"dn: cn=y\ncn: y\n\ndn: cn=z\ncn: z\n"
    assert fast.find(text, 0) == ("cn=y", {"cn": [b"y"]}, 16)
    assert fast.find(text, 16) is None, "more of the record may be in the next block"


@pytest.mark.parametrize("keyword", ["changetype", "control", "version", "DN"])
def test_a_record_with_a_keyword_is_left_to_the_careful_reader(keyword: str) -> None:
    fast = FastReader()
    fast.learn({"cn": [b"x"], keyword: [b"x"]})
    assert fast.read(f"dn: cn=x\ncn: x\n{keyword}: x".encode()) is None


def test_repeated_values_are_one_object() -> None:
    fast = FastReader()
    value = b"inetOrgPerson"
    fast.learn({"objectClass": [value]})
    found = fast.read(b"dn: cn=x\nobjectClass: inetOrgPerson")
    assert found is not None
    assert found[1]["objectClass"][0] is value


def test_entries_with_the_same_attributes_have_one_layout() -> None:
    first, second = row_of({"cn": [b"a"], "sn": [b"b"]}), row_of({"cn": [b"c"], "sn": [b"d"]})
    assert layout_of(first) == layout_of(second)
    assert layout_of(first) != layout_of(row_of({"cn": [b"a"]}))
    assert layout_of({"cn": [b"a"]}) == layout_of({"cn": [b"b"]})
