# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users without uidNumber get one that nobody else has, and keep it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users import uid_numbers
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.uid_numbers import (
    allocate_uid_numbers,
    with_uid_numbers,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def test_a_user_gets_the_stored_number_or_the_next_free_one() -> None:
    users = [
        {"uid": "a"},
        {"uid": "b", "uid_number": 11},
        {"uid": "C"},
        {"uid": "d"},
        {"uid": "e", "state": "absent"},
    ]
    numbered = allocate_uid_numbers(users, 10, 20, {"c": 15}, {10, 15})
    assert [user.get("uid_number") for user in numbered] == [12, 11, 15, 13, None]
    with pytest.raises(ModuleError, match="no uidNumber from 10 to 10 is free"):
        allocate_uid_numbers([{"uid": "a"}], 10, 10, {}, {10})


def test_a_uid_is_the_stored_one_if_slapd_finds_them_equal() -> None:
    users = [{"uid": "İLKER"}, {"uid": "Ann  Lee"}, {"uid": "Strauss"}]
    numbered = allocate_uid_numbers(users, 10, 20, {"ilker": 15, "ann lee": 16, "strauß": 17}, {15, 16, 17})
    assert [user["uid_number"] for user in numbered] == [15, 16, 10]


class Server:
    """A connection whose root DSE has two naming contexts."""

    def read(self, dn: str, attributes: list[str]) -> dict[str, list[bytes]]:
        assert (dn, attributes) == ("", ["namingContexts"])
        return {"namingContexts": [b"dc=org", b"DC=example,dc=org", b"dc=net"]}


def test_numbers_are_looked_up_in_the_whole_database_of_the_people(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(_connection: Any, base: str, *_more: Any) -> list[tuple[str, dict[str, list[bytes]]]]:
        assert base == "DC=example,dc=org"
        return [
            (
                "uid=anna,ou=People,dc=example,dc=org",
                {"uid": [b"Anna"], "uidNumber": [b"11"]},
            ),
            ("uid=bob,ou=x,dc=example,dc=org", {"uid": [b"bob"], "uidNumber": [b"10"]}),
        ]

    monkeypatch.setattr(uid_numbers, "search_whole", search)
    numbered = with_uid_numbers(
        [{"uid": "anna"}, {"uid": "bob"}],
        {"first": 10, "last": 20},
        "OU=people, dc=example,dc=org",
        cast(Connection, Server()),
        Subschema(),
    )
    assert [user["uid_number"] for user in numbered] == [11, 12]


def test_without_a_server_numbers_begin_with_the_first() -> None:
    assert with_uid_numbers([{"uid": "anna"}], {"first": 10, "last": 20}, "dc=org", None, Subschema()) == [
        {"uid": "anna", "uid_number": 10}
    ]
