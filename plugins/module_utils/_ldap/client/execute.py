# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Execute a plan: in transactions (RFC 5805) if the server supports them, otherwise one operation at a time.

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
from .connection import Connection
from .errors import (
    CONSTRAINT_VIOLATION,
    LDAP_ERRORS,
    NO_SUCH_OBJECT,
    is_lost,
    result_code,
    server_words,
)
from .operations import Add, Delete, Modify, Operation, Rename
from .search import referral_dns

try:
    from ldap.controls import RequestControl
    from ldap.extop import ExtendedRequest
except ImportError:
    # connect() reports this before any function here is called.
    RequestControl = ExtendedRequest = None

# RFC 5805, 2: extended operations start and end a transaction, the control marks its operations.
START, CONTROL, END = "1.3.6.1.1.21.1", "1.3.6.1.1.21.2", "1.3.6.1.1.21.3"

# OpenLDAP's control to try an operation without storing it (LDAP_CONTROL_NOOP), and the result code for success.
NO_OPERATION, WOULD_DO = "1.3.6.1.4.1.4203.666.5.2", 0x410E

# slapd drops a connection with more than olcConnMaxPendingAuth (1000) pending operations.
WINDOW = 400

# Seconds between the last response in a transaction and its end.
SETTLE = 0.05


class Outcome(t.NamedTuple):
    """The result of apply_plan(): the number of operations and of batches, and whether each batch was atomic."""

    done: int
    batches: int
    atomic: bool


class _Failed(Exception):
    """An operation failed, or the commit if it is None; *error* is the exception of python-ldap.

    *stored*: the number of operations that succeeded without a transaction.
    """

    def __init__(self, operation: Operation | None, error: Exception) -> None:
        super().__init__(str(error))
        self.operation = operation
        self.error = error
        self.stored = 0


def has_transactions(connection: Connection) -> bool:
    """Return whether the server supports transactions (RFC 5805)."""
    root = connection.read("", ["supportedExtension"]) or {}
    return {START.encode(), END.encode()} <= set(root.get("supportedExtension", []))


def apply_plan(
    connection: Connection,
    operations: t.Sequence[Operation],
    atomic: str,
    batch_size: int,
    deletes_in_transactions: bool = True,
) -> Outcome:
    """Execute operations in the given order; *atomic* is auto, required (all in one transaction) or off.

    *deletes_in_transactions*: whether the server supports them reliably, see deletes_transactionally().
    Raises ModuleError with the entry and the server's message; its details say how much is stored.
    """
    if not all(isinstance(operation, Add) for operation in operations):
        connection.referrals = referral_dns(connection)
    transactional = atomic != "off" and has_transactions(connection)
    if atomic == "required" and not transactional:
        raise ModuleError(
            f"The LDAP server {connection.uri} has no transactions (RFC 5805; OpenLDAP supports them since 2.5), "
            "but atomic is 'required'; set atomic to 'auto' to work without them."
        )
    if atomic == "required":
        batch_size = len(operations)
    parts = list(_parts(operations, batch_size, transactional, deletes_in_transactions))
    all_atomic = all(part.transactional for part in parts) or len(operations) == 1
    if atomic == "required" and not all_atomic:
        what = "move entries to another parent" if any(map(_moves, operations)) else "delete entries"
        raise ModuleError(
            f"The LDAP server {connection.uri} cannot {what} in a transaction, but atomic is 'required'; set atomic "
            "to 'auto' for this change."
        )
    done = 0
    for number, part in enumerate(parts, 1):
        try:
            if part.transactional:
                _apply_batch(connection, part.operations)
            else:
                _send_all(connection, part.operations, [])
        except _Failed as failed:
            batch = f"batch {number} of {len(parts)}"
            raise _to_error(connection, failed, part, done, batch) from failed.error
        done += len(part.operations)
    return Outcome(done, len(parts), all_atomic)


def deletes_transactionally(subschema: Subschema) -> bool:
    """Return whether entries can be deleted in transactions.

    slapd 2.5 fails the commit (code 80, MDB_NOTFOUND) if a parent loses its last child; 2.6 is recognized by an
    attribute that 2.5 lacks.
    """
    return not subschema or subschema.attribute("olcLogFileOnly") is not None


class _Part(t.NamedTuple):
    """Operations that form one transaction, or are executed one at a time."""

    operations: list[Operation]
    transactional: bool


def _parts(
    operations: t.Iterable[Operation], batch_size: int, transactional: bool, deletes_in_transactions: bool
) -> t.Iterator[_Part]:
    part = _Part([], transactional)
    for operation in operations:
        supported = deletes_in_transactions if isinstance(operation, Delete) else not _moves(operation)
        fits = transactional and supported
        full = fits and len(part.operations) >= batch_size
        if part.operations and (full or fits != part.transactional):
            yield part
            part = _Part([], fits)
        part = part._replace(transactional=fits)
        part.operations.append(operation)
    if part.operations:
        yield part


def _moves(operation: Operation) -> bool:
    """Return whether an operation moves an entry to another parent, which is unsafe in a transaction.

    slapd 2.5 and 2.6 (seen in 2.6.14) store a pointer to a local variable with the new parent's DN. At the commit,
    the pointer is dangling: the move fails, or slapd crashes.
    """
    return isinstance(operation, Rename) and split_dn(operation.dn)[1] != split_dn(operation.new_dn)[1]


def _apply_batch(connection: Connection, batch: t.Sequence[Operation]) -> None:
    handle = connection.handle
    try:
        identifier = handle.extop_s(ExtendedRequest(START, None))[1] or b""
    except LDAP_ERRORS as error:
        raise _Failed(None, error) from error
    control = RequestControl(CONTROL, True, identifier)
    try:
        _send_all(connection, batch, [control])
    except _Failed:
        # A failed operation leaves the transaction open.
        time.sleep(SETTLE)
        with contextlib.suppress(*LDAP_ERRORS):
            handle.extop_s(ExtendedRequest(END, _end_request(identifier, commit=False)))
        raise
    # slapd responds before its thread has finished the operation; an earlier end of the transaction crashes it.
    time.sleep(SETTLE)
    try:
        handle.extop_s(ExtendedRequest(END, _end_request(identifier, commit=True)))
    except LDAP_ERRORS as error:
        raise _Failed(None, error) from error


def _end_request(identifier: bytes, commit: bool) -> bytes:
    """Return SEQUENCE { commit BOOLEAN DEFAULT TRUE, identifier OCTET STRING } in BER (RFC 5805, 2.3)."""
    body = (b"" if commit else b"\x01\x01\x00") + b"\x04" + bytes([len(identifier)]) + identifier
    return b"\x30" + bytes([len(body)]) + body


def _send_all(connection: Connection, operations: t.Iterable[Operation], controls: t.Sequence[t.Any]) -> None:
    """Send operations with a window of pending ones; wait if the next one depends on earlier ones.

    After a failure, nothing more is sent, but pending responses are read, so that _Failed can count them.
    """
    pending: collections.deque[tuple[Operation, int]] = collections.deque()
    level: t.Any = None
    failure: _Failed | None = None
    stored = 0

    def receive() -> None:
        nonlocal failure, stored
        operation, message = pending.popleft()
        try:
            connection.handle.result3(message)
            stored += 1
        except LDAP_ERRORS as error:
            failure = failure or _Failed(operation, error)

    for operation in operations:
        # slapd executes operations of one connection in parallel, so a child must wait for its parent.
        # A rename can concern every other one.
        depth = operation if isinstance(operation, Rename) else (type(operation), operation.dn.count(","))
        while pending and (len(pending) >= WINDOW or depth != level):
            receive()
        if failure is not None:
            break
        level = depth
        try:
            pending.append((operation, _send(connection, operation, controls)))
        except LDAP_ERRORS as error:
            failure = _Failed(operation, error)
            break
    while pending:
        receive()
    if failure is not None:
        failure.stored = stored
        raise failure


def _send(connection: Connection, operation: Operation, more_controls: t.Sequence[t.Any]) -> int:
    handle, controls = connection.handle, list(more_controls)
    # Not always: slapo-unique(5) does not check operations with this control.
    if operation.dn.lower() in connection.referrals:
        controls += connection.controls
    if isinstance(operation, Add):
        return int(handle.add_ext(operation.dn, list(operation.attributes.items()), serverctrls=controls))
    if isinstance(operation, Modify):
        return int(handle.modify_ext(operation.dn, operation.changes, serverctrls=controls))
    if isinstance(operation, Delete):
        return int(handle.delete_ext(operation.dn, serverctrls=controls))
    rdn, parent = split_dn(operation.new_dn)
    superior = None if parent == split_dn(operation.dn)[1] else parent
    return int(handle.rename(operation.dn, rdn, superior, int(operation.delete_old), serverctrls=controls))


def _to_error(connection: Connection, failed: _Failed, part: _Part, done: int, batch: str) -> ModuleError:
    """Return the error for a failure: the operation, the server's message, and what is stored."""
    if not part.transactional:
        done += failed.stored
    details = {"done": done, "atomic": part.transactional}
    if is_lost(failed.error):
        return ModuleError(
            f"The LDAP server {connection.uri} closed the connection during {batch}: {server_words(failed.error)}. "
            f"{done} operations before it are stored; run again to complete the change.",
            **details,
        )
    culprit = failed
    if failed.operation is None:
        culprit = _find_culprit(connection, part.operations, failed.error)
    if culprit.operation is None:
        sentence = f"The LDAP server {connection.uri} refused the transaction: {server_words(failed.error)}."
    else:
        sentence = _describe(culprit.operation, culprit.error)
    if not part.transactional:
        stored = f"Without a transaction, {done} operations were stored before"
    elif done:
        stored = f"Nothing of {batch} was stored, but {done} operations before it were"
    else:
        stored = "Nothing was stored"
    return ModuleError(f"{sentence} {stored}; correct it and run again.", **details)


def _find_culprit(connection: Connection, batch: t.Sequence[Operation], error: Exception) -> _Failed:
    """Find the operation that made the commit fail, which the response does not name: try each without storing."""
    code = result_code(error)
    controls = [RequestControl(NO_OPERATION, True, None)]
    created = {operation.dn for operation in batch if isinstance(operation, Add)}
    for operation in batch:
        try:
            connection.handle.result3(_send(connection, operation, controls))
        except LDAP_ERRORS as response:
            if is_lost(response):
                break
            in_batch = code == NO_SUCH_OBJECT and split_dn(operation.dn)[1] in created
            if result_code(response) == code and not in_batch:
                return _Failed(operation, response)
    return _Failed(None, error)


def _describe(operation: Operation, error: Exception) -> str:
    action = {Add: "add", Modify: "modify", Delete: "delete"}.get(type(operation), "rename")
    words = server_words(error)
    # slapo-unique(5); the message differs between OpenLDAP 2.4 and later releases.
    if result_code(error) == CONSTRAINT_VIOLATION and "unique" in words:
        words += "; another entry already has one of its values, which must be unique"
    return f"The LDAP server refused to {action} the entry {operation.dn!r}: {words}."
