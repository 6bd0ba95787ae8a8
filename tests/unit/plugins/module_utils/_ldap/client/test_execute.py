# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan: batches, the BER of a transaction, and what is said when something fails."""

from __future__ import annotations

from typing import Any

import ldap
import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client import execute
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.execute import (
    CONTROL,
    END,
    NO_OPERATION,
    START,
    apply_plan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import (
    Add,
    Delete,
    Operation,
    Rename,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


class Server:
    """Stands in for python-ldap's LDAPObject; fails the entries named bad, at once or at the commit."""

    def __init__(self, transactions: bool = True, late: bool = False) -> None:
        self.transactions = transactions
        self.late = late
        self.stored: list[str] = []
        self.pending: list[str] = []
        self.ended: list[bytes] = []
        self.unanswered = 0
        self.most_unanswered = 0

    def search_ext_s(self, *_args: Any, serverctrls: Any) -> list[Any]:
        return [("", {"supportedExtension": [START.encode(), END.encode()] if self.transactions else []})]

    def extop_s(self, request: Any) -> tuple[None, bytes]:
        if request.requestName == END:
            self.ended.append(request.requestValue)
            commit = b"\x01\x01\x00" not in request.requestValue
            pending, self.pending = self.pending, []
            if commit and any("bad" in dn for dn in pending):
                raise ldap.OBJECT_CLASS_VIOLATION({"result": 65, "desc": "Object class violation"})
            if commit:
                self.stored += pending
        return None, b"id"

    def _operation(self, dn: str, serverctrls: Any) -> tuple[str, str]:
        self.unanswered += 1
        self.most_unanswered = max(self.most_unanswered, self.unanswered)
        return dn, serverctrls[-1].controlType if serverctrls else ""

    def add_ext(self, dn: str, _values: Any, serverctrls: Any) -> Any:
        return Number(self._operation(dn, serverctrls))

    def delete_ext(self, dn: str, serverctrls: Any) -> Any:
        return Number(self._operation(dn, serverctrls))

    def rename(self, dn: str, _rdn: str, _superior: Any, _delete_old: int, serverctrls: Any) -> Any:
        return Number(self._operation(dn, serverctrls))

    def result3(self, number: Any) -> None:
        self.unanswered -= 1
        dn, control = number.what
        late = self.late and control == CONTROL
        if "bad" in dn and not late:
            raise ldap.OBJECT_CLASS_VIOLATION(
                {"result": 65, "desc": "Object class violation", "info": "needs sn"}
            )
        if control == NO_OPERATION:
            raise ldap.LDAPError({"result": execute.WOULD_DO, "desc": "No Operation"})
        (self.pending if control == CONTROL else self.stored).append(dn)


class Number(int):
    """A message number that remembers its operation."""

    what: tuple[str, str]

    def __new__(cls, what: tuple[str, str]) -> Number:
        number = super().__new__(cls, 1)
        number.what = what
        return number

    def __int__(self) -> Number:  # type: ignore[override]
        return self


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "SETTLE", 0)
    monkeypatch.setattr(execute, "int", lambda number: number, raising=False)


def adds(*names: str) -> list[Operation]:
    return [Add(f"cn={name},dc=org", {}) for name in names]


def test_operations_are_sent_in_batches_that_end_with_a_commit() -> None:
    server = Server()
    outcome = apply_plan(Connection(server, "ldapi:///"), adds(*"abcde"), "auto", 2)
    assert (outcome.done, outcome.batches, outcome.atomic) == (5, 3, True)
    assert server.stored == [f"cn={name},dc=org" for name in "abcde"]
    # SEQUENCE { identifier OCTET STRING "id" }, for commit is TRUE by default.
    assert server.ended == [b"\x30\x04\x04\x02id"] * 3


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_entry_aborts_its_transaction_and_is_named_with_the_servers_message(late: bool) -> None:
    server = Server(late=late)
    with pytest.raises(ModuleError) as caught:
        apply_plan(Connection(server, "ldapi:///"), adds("a", "b", "bad", "d"), "auto", 100)
    assert "'cn=bad,dc=org'" in str(caught.value)
    assert "needs sn" in str(caught.value)
    assert "Nothing was stored" in str(caught.value)
    assert server.stored == []
    if not late:
        assert server.ended == [b"\x30\x07\x01\x01\x00\x04\x02id"]


def test_the_error_names_earlier_batches() -> None:
    server = Server()
    with pytest.raises(
        ModuleError, match=r"Nothing of batch 2 of 2 was stored, but 2 operations before it were"
    ) as caught:
        apply_plan(Connection(server, "ldapi:///"), adds("a", "b", "bad"), "auto", 2)
    assert caught.value.details == {"done": 2, "atomic": True}


def test_without_transactions_sending_stops_and_stored_operations_are_counted() -> None:
    server = Server(transactions=False)
    with pytest.raises(ModuleError) as caught:
        apply_plan(
            Connection(server, "ldapi:///"), [*adds("a", "bad"), Add("cn=c,cn=a,dc=org", {})], "auto", 100
        )
    assert caught.value.details == {"done": 1, "atomic": False}
    assert server.stored == ["cn=a,dc=org"]
    with pytest.raises(ModuleError, match="has no transactions"):
        apply_plan(Connection(server, "ldapi:///"), adds("a"), "required", 100)


def test_no_more_operations_are_pending_than_slapd_allows() -> None:
    server = Server()
    apply_plan(Connection(server, "ldapi:///"), adds(*map(str, range(2000))), "auto", 5000)
    assert server.most_unanswered == execute.WINDOW


def test_deletes_are_not_part_of_transactions_if_the_server_fails_on_them() -> None:
    server = Server()
    operations = [Delete("cn=a,ou=b", {}), Delete("ou=b", {}), *adds("c")]
    outcome = apply_plan(
        Connection(server, "ldapi:///"), operations, "auto", 100, deletes_in_transactions=False
    )
    assert (outcome.done, outcome.atomic) == (3, False)
    assert len(server.ended) == 1
    with pytest.raises(ModuleError, match="cannot delete entries in a transaction"):
        apply_plan(
            Connection(server, "ldapi:///"), operations, "required", 100, deletes_in_transactions=False
        )
    assert apply_plan(Connection(server, "ldapi:///"), operations, "off", 100).atomic is False


def test_moving_an_entry_to_another_parent_is_never_part_of_a_transaction() -> None:
    server = Server()
    renamed = Rename("cn=a,ou=b", "cn=c,ou=b", delete_old=True)
    moved = Rename("cn=c,ou=b", "cn=c,ou=d", delete_old=True)
    outcome = apply_plan(
        Connection(server, "ldapi:///"), [*adds("x"), renamed, moved, *adds("y")], "auto", 100
    )
    assert (outcome.done, outcome.batches, outcome.atomic) == (4, 3, False)
    assert len(server.ended) == 2
    with pytest.raises(ModuleError, match="cannot move entries to another parent in a transaction"):
        apply_plan(Connection(server, "ldapi:///"), [*adds("x"), moved], "required", 100)
