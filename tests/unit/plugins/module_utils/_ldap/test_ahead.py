# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a second process reads ahead is used if it is whole and what is needed, and harmless otherwise."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from schema_for_tests import SUBSCHEMA

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap import ahead as under_test
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap import read
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ahead import MANY, Ahead, gather
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.connection import Unreachable
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.packed import Packed
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.read import Incomplete, read_entries
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.wishes import Want
from ansible_collections.switchboard.pbx.plugins.module_utils._module import Fault

PEOPLE = "ou=people,dc=org"
STORED = [(f"cn=p{number},{PEOPLE}", {"sn": [b"Gro\xc3\x9f", b"\0\xff"]}) for number in range(700)]


class Server:
    """Stands for the directory, and counts how often this process asks it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, problem: Fault | None = None) -> None:
        self.connections = 0
        self.searches = 0
        self.breaks_in_child_after: int | None = None
        self.hidden_from: str | None = None
        self._problem = problem
        self._parent = os.getpid()
        monkeypatch.setattr(under_test, "connect", self.connect)
        monkeypatch.setattr(under_test, "search_all", self.search_all)
        monkeypatch.setattr(read, "search_all", self.search_all)

    def connect(self, _params: object) -> Any:
        self.connections += 1
        if self._problem is not None:
            raise self._problem
        return SimpleNamespace(handle=None)

    def search_all(
        self, *_where: object, attributes: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, list[bytes]]]]:
        """Find all entries but the last if it is hidden from searches for an attribute."""
        self.searches += 1
        names = attributes or ["sn"]
        for number, (dn, values) in enumerate(STORED):
            if os.getpid() != self._parent and number == self.breaks_in_child_after:
                raise OSError
            if self.hidden_from not in names or number < len(STORED) - 1:
                yield dn, {name: values[name] for name in values if name in names}


def wants(count: int = MANY + 1, parent: str = PEOPLE, name: str = "SN") -> list[Want]:
    return [Want(f"cn=p{number},{parent}", {name: [b"x"]}, "test") for number in range(count)]


def gathered(given: Iterable[Want]) -> under_test.Gathered:
    module: Any = SimpleNamespace(params={}, check_mode=False, warn=pytest.fail)
    return gather(given, module)


@pytest.mark.parametrize("readers", [1, 2])
def test_entries_come_from_other_processes_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch, readers: int
) -> None:
    server = Server(monkeypatch)
    monkeypatch.setattr(under_test, "WIDE", 2 if readers == 2 else 3)
    found = gathered(wants(name="sn"))
    assert len(found.wants) == MANY + 1
    assert found.connection is not None and found.ahead is not None
    dns = {SUBSCHEMA.dn_key(want.dn): want.dn for want in found.wants}
    entries = list(read_entries(found.connection, dns, SUBSCHEMA, ["objectClass", "sn"], found.ahead))
    assert [(dn, entry.unpacked()) for _key, (dn, entry) in entries if isinstance(entry, Packed)] == STORED
    assert server.searches == 0


def test_an_entry_that_comes_between_the_two_searches_makes_them_incomplete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch)
    monkeypatch.setattr(under_test, "WIDE", 2)
    server.hidden_from = "sn"
    found = gathered(wants(name="sn"))
    assert found.ahead is not None
    with pytest.raises(Incomplete):
        list(found.ahead.entries())


@pytest.mark.parametrize("after", [0, 1, 650])
def test_what_the_other_process_did_not_bring_is_read_here(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    server = Server(monkeypatch)
    server.breaks_in_child_after = after
    found = gathered(wants())
    assert found.connection is not None
    dns = {SUBSCHEMA.dn_key(want.dn): want.dn for want in found.wants}
    entries = list(read_entries(found.connection, dns, SUBSCHEMA, ["sn"], found.ahead))
    assert {dn for _key, (dn, _values) in entries} == {dn for dn, _values in STORED}
    assert server.searches == 1


def test_an_attribute_or_a_parent_that_was_not_asked_for_is_not_covered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Server(monkeypatch)
    reading = Ahead({}, PEOPLE, ["objectClass", "SN"])
    assert reading.covers(PEOPLE, ["objectClass", "sn"], SUBSCHEMA)
    assert not reading.covers(PEOPLE, ["objectClass", "sn", "mail"], SUBSCHEMA)
    assert not reading.covers(PEOPLE, ["*"], SUBSCHEMA)
    assert not reading.covers("ou=groups,dc=org", ["sn"], SUBSCHEMA)


def test_few_entries_or_entries_of_several_parents_are_not_read_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch)
    assert gathered(wants(MANY - 1)).ahead is None
    assert gathered(wants() + wants(parent="ou=more,dc=org")).ahead is not None
    assert gathered(wants(1, "ou=more,dc=org") + wants()).ahead is None
    assert server.connections == 3


def test_a_login_that_fails_is_tried_once_and_told_after_what_is_wrong_with_the_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, Fault("wrong password"))
    with pytest.raises(Fault, match="wrong password"):
        gathered(wants())
    assert server.connections == 1

    def broken() -> Iterator[Want]:
        yield from wants()
        raise Fault("line 9 is broken")

    with pytest.raises(Fault, match="line 9 is broken"):
        gathered(broken())


def test_a_bare_host_is_taken_for_empty_in_check_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, Unreachable("nobody answers."))
    warnings: list[str] = []
    module: Any = SimpleNamespace(params={}, check_mode=True, warn=warnings.append)
    for count in (1, MANY + 1):
        found = gather(wants(count), module)
        assert found.connection is None and found.ahead is None
    assert len(warnings) == 2
    with pytest.raises(Unreachable):
        gathered(wants())


def write_torn_parcel(_params: object, _parent: str, _attributes: object, sender: int) -> None:
    os.write(sender, b"\0" * 7 + b"\x05ab")
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_torn_parcel_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch)
    monkeypatch.setattr(under_test, "_serve", write_torn_parcel)
    with pytest.raises(Incomplete):
        list(Ahead({}, PEOPLE, ["sn"]).entries())
