# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out a plan: in transactions (RFC 5805) where the server has them, else one by one.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import collections
import contextlib
import time
import typing as t

from ..._module import ModuleError
from ..syntax.dn import split_dn
from ..syntax.subschema import Subschema
from .connection import CONSTRAINT_VIOLATION, NO_SUCH_OBJECT, Connection, result_code, server_words
from .operations import Add, Delete, Modify, Operation, Rename

try:
    import ldap
    from ldap.controls import RequestControl
    from ldap.extop import ExtendedRequest
except ImportError:
    # connect() has told so before anything here is called.
    RequestControl = ExtendedRequest = None

# RFC 5805, 2: start and end of a transaction are extended operations, the control marks what belongs to it.
START, CONTROL, END = "1.3.6.1.1.21.1", "1.3.6.1.1.21.2", "1.3.6.1.1.21.3"

# OpenLDAP's control to try an operation without storing it (LDAP_CONTROL_NOOP), and the answer "it would do".
NO_OPERATION, WOULD_DO = "1.3.6.1.4.1.4203.666.5.2", 0x410E

# slapd drops a connection with more than olcConnMaxPendingAuth (1000) operations unanswered.
WINDOW = 400

# Seconds between the last answer in a transaction and its end.
SETTLE = 0.05


class Outcome(t.NamedTuple):
    """What apply_plan() did: the operations stored, their batches, and whether each batch was atomic."""

    done: int
    batches: int
    atomic: bool


class _Failed(Exception):
    """An operation, or None: the whole transaction, failed; *error* is python-ldap's exception.

    *stored*: how many operations succeeded, where there was no transaction.
    """

    def __init__(self, operation: Operation | None, error: Exception) -> None:
        super().__init__(str(error))
        self.operation = operation
        self.error = error
        self.stored = 0


def has_transactions(connection: Connection) -> bool:
    """Say whether the server offers RFC 5805 transactions."""
    root = connection.read("", ["supportedExtension"]) or {}
    return {START.encode(), END.encode()} <= set(root.get("supportedExtension", []))


def apply_plan(
    connection: Connection,
    operations: t.Sequence[Operation],
    atomic: str,
    batch_size: int,
    deletes_in_transactions: bool = True,
) -> Outcome:
    """Carry out operations in the given order; *atomic* is auto, required or off.

    *deletes_in_transactions*: whether the server can be trusted with them, see deletes_transactionally().
    Raises ModuleError that names the entry and the server's words; its details say how much is stored.
    """
    transactional = atomic != "off" and has_transactions(connection)
    if atomic == "required" and not transactional:
        raise ModuleError(
            f"The LDAP server {connection.uri} has no transactions (RFC 5805; OpenLDAP has them since 2.5), "
            "but atomic is 'required'; set atomic to 'auto' to go without."
        )
    parts = list(_parts(operations, batch_size, transactional, deletes_in_transactions))
    wholly = all(part.transactional for part in parts) or len(operations) == 1
    if atomic == "required" and not wholly:
        raise ModuleError(
            f"The LDAP server {connection.uri} is slapd 2.5, whose transactions fail on deleting and moving "
            "entries, but atomic is 'required'; set atomic to 'auto' for this change."
        )
    done = 0
    for number, part in enumerate(parts, 1):
        try:
            if part.transactional:
                _apply_batch(connection, part.operations)
            else:
                _send_all(connection, part.operations, [])
        except _Failed as failed:
            which = f"batch {number} of {len(parts)}"
            raise _fault(connection, failed, part, done, which) from failed.error
        done += len(part.operations)
    return Outcome(done, len(parts), wholly)


def deletes_transactionally(subschema: Subschema) -> bool:
    """Say whether entries can be deleted and moved in transactions.

    slapd 2.5 fails the commit (code 80, MDB_NOTFOUND) when a parent loses its last child; 2.6 shows in its
    subschema by an option that 2.5 lacks.
    """
    return not subschema or subschema.attribute("olcLogFileOnly") is not None


class _Part(t.NamedTuple):
    """Operations that are one transaction, or that go one by one."""

    operations: list[Operation]
    transactional: bool


def _parts(
    operations: t.Iterable[Operation], batch_size: int, transactional: bool, deletes_in_transactions: bool
) -> t.Iterator[_Part]:
    part = _Part([], transactional)
    for operation in operations:
        fits = transactional and (deletes_in_transactions or not _unlinks(operation))
        full = fits and len(part.operations) >= batch_size
        if part.operations and (full or fits != part.transactional):
            yield part
            part = _Part([], fits)
        part = part._replace(transactional=fits)
        part.operations.append(operation)
    if part.operations:
        yield part


def _unlinks(operation: Operation) -> bool:
    """Say whether an operation takes an entry away from its parent."""
    if isinstance(operation, Rename):
        return split_dn(operation.dn)[1] != split_dn(operation.new_dn)[1]
    return isinstance(operation, Delete)


def _apply_batch(connection: Connection, batch: t.Sequence[Operation]) -> None:
    handle = connection.handle
    try:
        identifier = handle.extop_s(ExtendedRequest(START, None))[1] or b""
    except ldap.LDAPError as error:
        raise _Failed(None, error) from error
    control = RequestControl(CONTROL, True, identifier)
    try:
        _send_all(connection, batch, [control])
    except _Failed:
        # A failed operation leaves the transaction open, with all the others in it.
        time.sleep(SETTLE)
        with contextlib.suppress(ldap.LDAPError):
            handle.extop_s(ExtendedRequest(END, _end_request(identifier, commit=False)))
        raise
    # slapd answers an operation before its thread lets go of it; an end that overtakes it crashes slapd.
    time.sleep(SETTLE)
    try:
        handle.extop_s(ExtendedRequest(END, _end_request(identifier, commit=True)))
    except ldap.LDAPError as error:
        raise _Failed(None, error) from error


def _end_request(identifier: bytes, commit: bool) -> bytes:
    """Return SEQUENCE { commit BOOLEAN DEFAULT TRUE, identifier OCTET STRING } in BER (RFC 5805, 2.3)."""
    body = (b"" if commit else b"\x01\x01\x00") + b"\x04" + bytes([len(identifier)]) + identifier
    return b"\x30" + bytes([len(body)]) + body


def _send_all(connection: Connection, operations: t.Iterable[Operation], controls: t.Sequence[t.Any]) -> None:
    """Send operations with a window of unanswered ones; wait where the next depends on those before.

    Nothing more is sent after a failure, but what is under way is waited for, so that _Failed can count it.
    """
    waiting: collections.deque[tuple[Operation, int]] = collections.deque()
    level: t.Any = None
    failure: _Failed | None = None
    stored = 0

    def answer() -> None:
        nonlocal failure, stored
        operation, message = waiting.popleft()
        try:
            connection.handle.result3(message)
            stored += 1
        except ldap.LDAPError as error:
            failure = failure or _Failed(operation, error)

    for operation in operations:
        # slapd works on operations of one connection side by side, so a child must wait for its parent.
        depth = (type(operation), operation.dn.count(","))
        while waiting and (len(waiting) >= WINDOW or depth != level):
            answer()
        if failure is not None:
            break
        level = depth
        try:
            waiting.append((operation, _send(connection.handle, operation, controls)))
        except ldap.LDAPError as error:
            failure = _Failed(operation, error)
            break
    while waiting:
        answer()
    if failure is not None:
        failure.stored = stored
        raise failure


def _send(handle: t.Any, operation: Operation, controls: t.Sequence[t.Any]) -> int:
    if isinstance(operation, Add):
        return int(handle.add_ext(operation.dn, list(operation.attributes.items()), serverctrls=controls))
    if isinstance(operation, Modify):
        return int(handle.modify_ext(operation.dn, operation.changes, serverctrls=controls))
    if isinstance(operation, Delete):
        return int(handle.delete_ext(operation.dn, serverctrls=controls))
    rdn, parent = split_dn(operation.new_dn)
    superior = None if parent == split_dn(operation.dn)[1] else parent
    return int(handle.rename(operation.dn, rdn, superior, int(operation.delete_old), serverctrls=controls))


def _fault(connection: Connection, failed: _Failed, part: _Part, done: int, which: str) -> ModuleError:
    """Word a failure: what failed, with the server's words, and what is stored nevertheless."""
    if not part.transactional:
        done += failed.stored
    details = {"done": done, "atomic": part.transactional}
    if isinstance(failed.error, (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT)):
        return ModuleError(
            f"The LDAP server {connection.uri} went away during {which}: {server_words(failed.error)}. "
            f"{done} operations before it are stored; run again to apply_and_report.",
            **details,
        )
    culprit = failed
    if failed.operation is None:
        culprit = _find_culprit(connection, part.operations, failed.error)
    if culprit.operation is None:
        sentence = f"The LDAP server {connection.uri} refused the transaction: {server_words(failed.error)}."
    else:
        sentence = _what_failed(culprit.operation, culprit.error)
    if not part.transactional:
        stored = f"Without a transaction, {done} operations were stored before"
    elif done:
        stored = f"Nothing of {which} was stored, but {done} operations before it were"
    else:
        stored = "Nothing was stored"
    return ModuleError(f"{sentence} {stored}; mend it and run again.", **details)


def _find_culprit(connection: Connection, batch: t.Sequence[Operation], error: Exception) -> _Failed:
    """Find which operation failed a commit, as the answer does not say it: try each without storing."""
    code = result_code(error)
    controls = [RequestControl(NO_OPERATION, True, None)]
    created = {operation.dn for operation in batch if isinstance(operation, Add)}
    for operation in batch:
        try:
            connection.handle.result3(_send(connection.handle, operation, controls))
        except (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT):
            break
        except ldap.LDAPError as answer:
            in_batch = code == NO_SUCH_OBJECT and split_dn(operation.dn)[1] in created
            if result_code(answer) == code and not in_batch:
                return _Failed(operation, answer)
    return _Failed(None, error)


def _what_failed(operation: Operation, error: Exception) -> str:
    doing = {Add: "add", Modify: "modify", Delete: "delete"}.get(type(operation), "rename")
    words = server_words(error)
    # slapo-unique(5) says so, in one way until OpenLDAP 2.4 and in another one since.
    if result_code(error) == CONSTRAINT_VIOLATION and "unique" in words:
        words += "; another entry has one of its values, of which the server takes each but once"
    return f"The LDAP server refused to {doing} the entry {operation.dn!r}: {words}."
