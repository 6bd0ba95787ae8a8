# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries are read singly or by a search of all children, whichever is faster and complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client import search
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.search import (
    FEW,
    SizeLimit,
    read_entries,
    search_whole,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from ..schema_for_tests import SUBSCHEMA


class Server:
    """A connection whose searches stop at *limit* entries."""

    uri = "ldap://server"

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
        self.stored = [f"cn=e{number},dc=b" for number in range(2 * FEW)]
        self.limit = limit
        self.single: list[str] = []
        monkeypatch.setattr(search, "search_all", self.search_all)
        monkeypatch.setattr(search, "read_each", self.read_each)

    def search_all(self, *_args: Any, **_options: Any) -> Iterator[tuple[str, dict[str, list[bytes]]]]:
        for dn in self.stored[: self.limit]:
            yield dn, {}
        if self.limit < len(self.stored):
            raise SizeLimit

    def read_each(
        self, _connection: Any, dns: Any, _names: Any
    ) -> Iterator[tuple[str, dict[str, list[bytes]]]]:
        for dn in dns:
            self.single.append(dn)
            if dn in self.stored:
                yield dn, {}


def read(server: Server, dns: list[str]) -> set[str]:
    keys = {SUBSCHEMA.dn_key(dn): dn for dn in dns}
    return {key for key, _entry in read_entries(cast(Connection, server), keys, SUBSCHEMA) if key in keys}


def test_a_few_entries_are_read_singly(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, limit=10_000)
    assert read(server, ["cn=e1,dc=b", "cn=none,dc=b"]) == {"cn=e1,dc=b"}
    assert server.single == ["cn=e1,dc=b", "cn=none,dc=b"]


def test_many_entries_are_read_by_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, limit=10_000)
    dns = [f"cn=e{number},dc=b" for number in range(FEW + 1)]
    assert read(server, dns) == set(dns)
    assert server.single == []


def test_entries_beyond_a_size_limit_are_read_singly(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, limit=FEW)
    dns = [f"cn=e{number},dc=b" for number in range(FEW + 1)]
    assert read(server, dns) == set(dns)
    assert server.single == [f"cn=e{FEW},dc=b"]


def test_an_incomplete_search_is_refused_where_all_entries_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, limit=1)
    with pytest.raises(ModuleError, match="so the module cannot find them"):
        search_whole(cast(Connection, server), "dc=b", "(x=*)", [], "find them")
