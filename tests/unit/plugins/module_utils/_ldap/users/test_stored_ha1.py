# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HA1 of a person is read, or the reason is told why not."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.stored_ha1 import stored_ha1
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

PEOPLE = "ou=people,dc=example,dc=org"
PHONE: dict[str, list[bytes]] = {"uid": [b"ann"], "AstAccountRealmedPassword": [b"3638a27df7eb2904"]}


class Directory:
    """A connection that finds these entries, and keeps the filter."""

    def __init__(self, *entries: dict[str, list[bytes]]) -> None:
        self.entries = entries
        self.filter = ""

    def search(self, base: str, scope: str, filterstr: str, attributes: Any) -> list[Any]:
        assert (base, scope, attributes) == (PEOPLE, "subtree", ["uid", "AstAccountRealmedPassword"])
        self.filter = filterstr
        return [(f"uid=ann,{PEOPLE}", entry) for entry in self.entries]


def read(directory: Directory, uid: str = "ANN") -> tuple[str, str]:
    return stored_ha1(cast(Connection, directory), PEOPLE, uid)


def test_the_uid_is_the_stored_one_because_the_hash_contains_it() -> None:
    assert read(Directory(PHONE)) == ("ann", "3638a27df7eb2904")


def test_an_entry_of_the_same_person_without_a_phone_does_not_matter() -> None:
    assert read(Directory({"uid": [b"ann"]}, PHONE))[0] == "ann"


def test_a_uid_is_not_part_of_the_filter() -> None:
    directory = Directory(PHONE)
    read(directory, "a*)(cn=b")
    assert directory.filter == "(uid=a\\2a\\29\\28cn=b)"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "There is no entry with the uid 'ANN' below"),
        ([{"uid": [b"ann"]}], "shows no AstAccountRealmedPassword"),
        ([PHONE, PHONE], "Several entries below"),
    ],
)
def test_the_reason_is_told_if_there_is_none(entries: list[dict[str, list[bytes]]], words: str) -> None:
    with pytest.raises(ModuleError, match=words):
        read(Directory(*entries))
