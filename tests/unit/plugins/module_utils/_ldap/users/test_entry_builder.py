# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a record become text, or an error names the person and the key."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import AttributeChange
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.entry_builder import EntryBuilder
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def builder(keep_secrets: bool = False, **record: Any) -> EntryBuilder:
    return EntryBuilder(record, "anna", "users, uid 'anna'", keep_secrets)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), (True, "yes"), (False, "no"), (101, "101"), ("ä", "ä")],
)
def test_a_value_of_yaml_becomes_text(value: Any, text: str | None) -> None:
    assert builder(mail=value).text("mail") == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\nb", "contains a control character"),
        ("a\x85b", "contains a control character"),
        ({}, "is a dict"),
        (1.5, "is read by YAML as a fraction"),
    ],
)
def test_a_value_that_is_not_plain_text_is_refused(value: Any, message: str) -> None:
    with pytest.raises(ModuleError, match=f"^users, uid 'anna': mail {message}"):
        builder(mail=value).text("mail")


def test_a_semicolon_is_refused_only_where_asterisk_would_cut() -> None:
    entry = builder(mail="a;b")
    assert entry.text("mail") == "a;b"
    with pytest.raises(ModuleError, match="mail contains a ';'"):
        entry.asterisk_text("mail")


@pytest.mark.parametrize("value", ["-1", "0", "6", "1.5", "x", "٣", "1" * 10])
def test_a_number_out_of_range_is_refused(value: str) -> None:
    with pytest.raises(ModuleError, match="is not a whole number from 1 to 5"):
        builder(n=value).check_number("n", 1, 5)


def test_a_number_in_range_or_not_given_is_accepted() -> None:
    builder(n=5).check_number("n", 1, 5)
    builder().check_number("n", 1, 5)


def test_a_list_is_joined_and_a_missing_key_leaves_its_attribute_alone() -> None:
    entry = builder(call_groups=["1", 2], language=None)
    entry.copy_for_asterisk({"call_groups": "Groups", "language": "Language", "other": "other"})
    assert entry.attributes == {"Groups": [b"1,2"], "Language": []}


def test_mail_may_have_several_values_and_other_text_one() -> None:
    entry = builder(mail=["a", "", "b"], surname="s")
    entry.copy({"mail": "mail", "surname": "sn"})
    assert entry.attributes == {"mail": [b"a", b"b"], "sn": [b"s"]}
    assert (entry.first_of("mail"), entry.first_of("surname"), entry.first_of("other")) == ("a", "s", None)
    assert builder(mail=[]).first_of("mail") is None
    with pytest.raises(ModuleError, match="surname is a list"):
        builder(surname=["a"]).copy({"surname": "sn"})


@pytest.mark.parametrize("key", ["extension", "voicemail.pin", "uid"])
def test_a_boolean_is_refused_where_digits_are_meant(key: str) -> None:
    with pytest.raises(ModuleError, match=f"{key} is read by YAML as a boolean; write it in quotes"):
        builder().to_text(True, key)


def test_a_secret_is_set_unless_stored_ones_are_kept() -> None:
    entry = builder()
    entry.set_secret("userPassword", "x")
    assert (entry.attributes, entry.changes) == ({"userPassword": [b"x"]}, [])
    entry = builder(keep_secrets=True)
    entry.set_secret("userPassword", "x")
    assert entry.attributes == {}
    assert entry.changes == [AttributeChange("set_if_absent", "userPassword", [b"x"])]
