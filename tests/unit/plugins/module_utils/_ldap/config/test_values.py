# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of cn=config are formatted, parsed and redacted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.syncrepl import KEYWORDS
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.values import (
    comparison_key,
    in_order,
    index_values,
    pairs,
    quoted,
    redact_value,
    squeezed,
    texts,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import MASK, ModuleError


@pytest.mark.parametrize(
    ("given_value", "values"),
    [
        (None, ()),
        (True, ("TRUE",)),
        (7, ("7",)),
        ("{0}to * by * read", ("to * by * read",)),
        ("{SSHA}abc", ("{SSHA}abc",)),
        (["a", 1, False], ("a", "1", "FALSE")),
    ],
)
def test_yaml_values_become_texts(given_value: Any, values: tuple[str, ...]) -> None:
    assert texts(given_value, "where") == values


def test_values_are_sorted_by_their_prefixes() -> None:
    assert in_order(["{10}k", "{2}b", "{0}a"]) == ["a", "b", "k"]


def test_spaces_matter_only_within_quotes() -> None:
    assert squeezed(' to  dn="a  b"\tby * \n read ') == 'to dn="a  b" by * read'


@given(
    strategies.dictionaries(
        strategies.sampled_from(list(KEYWORDS.values())),
        strategies.text(strategies.characters(blacklist_categories=["C"])),
    )
)
def test_a_written_keyword_list_is_parsed_as_the_same_list(keywords: dict[str, str]) -> None:
    text = " ".join(f"{key}={quoted(value)}" for key, value in keywords.items())
    assert pairs(text) == keywords


@pytest.mark.parametrize(
    ("attribute", "value", "shown"),
    [
        ("olcRootPW", "{SSHA}x", MASK),
        ("OLCROOTPW", "x", MASK),
        ("olcSyncrepl", 'rid=1 credentials="a b\\" c" retry=1', f"rid=1 credentials={MASK} retry=1"),
        ("olcDbIDAssertBind", "bindmethod=simple credentials=x", f"bindmethod=simple credentials={MASK}"),
        ("olcAccess", "to * by * read", "to * by * read"),
    ],
)
def test_secrets_are_redacted_for_the_diff(attribute: str, value: str, shown: str) -> None:
    assert redact_value(attribute, value) == shown


def test_an_attribute_can_be_indexed_only_once() -> None:
    options = [{"attributes": ["cn"], "types": ["eq"]}, {"attributes": ["CN"], "types": ["sub"]}]
    with pytest.raises(ModuleError, match="indexes: 'CN' is given twice"):
        index_values(options, "indexes", Subschema())
    with pytest.raises(ModuleError, match="'cn,sn' is not a valid attribute name"):
        index_values([{"attributes": ["cn,sn"], "types": ["eq"]}], "indexes", Subschema())


def test_two_names_of_one_attribute_are_refused_for_indexes() -> None:
    subschema = Subschema(["( 2.5.4.4 NAME ( 'sn' 'surname' ) EQUALITY caseIgnoreMatch )"])
    twice = [{"attributes": ["sn"], "types": ["eq"]}, {"attributes": ["surname"], "types": ["sub"]}]
    with pytest.raises(ModuleError, match="'surname' is given twice, also as 'sn'"):
        index_values(twice, "indexes", subschema)


@pytest.mark.parametrize("values", [["{1}a", "{0}b"], ["a", "{0}b"], ["{0}a", "{0}b"], "{1}a"])
def test_numbers_that_contradict_the_order_of_the_list_are_refused(values: Any) -> None:
    with pytest.raises(ModuleError, match=r"access: item \d has the number \{\d\}, but the order"):
        texts(values, "access")
    assert texts(["{0}a", "b", "{2}c"], "access") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("attribute", "one", "other", "equal"),
    [
        ("olcAccess", "TO * BY Users READ", "to * by users read", True),
        ("olcAccess", 'to dn.exact="cn=A" by * read', 'to dn.exact="CN=a" by * read', True),
        ("olcAccess", r'to dn.regex="\w" by * read', r'to dn.regex="\W" by * read', False),
        ("olcAccess", r"to dn.Regex=\w by * read", r"to dn.regex=\w by * read", True),
        ("olcAccess", 'to * by set="user/a" read', 'to * by set="user/A" read', False),
        ("olcAccess", "to attrs=cn val=A by * read", "to attrs=cn val=a by * read", False),
        ("olcLimits", 'dn.regex="\\d" size=1', 'dn.regex="\\D" size=1', False),
        ("olcAuditlogFile", "/var/log/a", "/var/log/A", False),
        ("olcAuthzRegexp", r"uid=(\w+) cn=$1", r"uid=(\W+) cn=$1", False),
    ],
)
def test_case_matters_only_in_paths_regular_expressions_sets_and_values(
    attribute: str, one: str, other: str, equal: bool
) -> None:
    assert (comparison_key(attribute, one) == comparison_key(attribute, other)) is equal
