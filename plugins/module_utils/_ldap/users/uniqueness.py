# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what must be unique: extensions, mailboxes, and uids regardless of case.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..client.connection import Connection
from ..client.operations import Add, Modify, Operation, Rename
from ..client.search import FEW, SearchResult, SizeLimit, read_each, search_all, search_whole
from ..sync.desired import ABSENT, DesiredEntry
from ..syntax.attributes import Values
from ..syntax.matching_rules import fold_case
from ..syntax.subschema import Subschema
from .fields import EXTENSION, MAILBOX, VOICEMAIL_CONTEXT
from .validation import uids_in_rdn

try:
    from ldap.filter import escape_filter_chars
except ImportError:
    # connect() reports it before a filter is needed.
    escape_filter_chars = None

_VALUES_PER_FILTER = 100
_KEY_OF = {EXTENSION: "extension", MAILBOX: "mailbox"}


def unique_values(attribute: str, attributes: t.Mapping[str, Values]) -> list[bytes]:
    """Return the values of an entry that must be unique: its extensions, or its mailboxes with their context."""
    if attribute == EXTENSION:
        return attributes.get(EXTENSION, [])
    contexts = attributes.get(VOICEMAIL_CONTEXT) or [b"default"]
    return [mailbox + b"@" + contexts[0] for mailbox in attributes.get(MAILBOX, [])]


def check_desired(entries: t.Mapping[str, DesiredEntry]) -> None:
    """Raise ModuleError if two of the desired people share an extension or a mailbox."""
    for attribute, key in _KEY_OF.items():
        holders: dict[bytes, DesiredEntry] = {}
        for entry in entries.values():
            for value in unique_values(attribute, entry.attributes):
                other = holders.setdefault(value, entry)
                if other is not entry:
                    raise ModuleError(
                        f"{entry.origin}: the {key} {_shown(value)!r} is that of {other.origin} as well; "
                        "give one of them another."
                    )


def decided_entries(entries: t.Mapping[str, DesiredEntry]) -> dict[str, set[str]]:
    """Return for each unique attribute the keys of the entries whose value the task decides."""
    return {
        attribute: {
            key for key, entry in entries.items() if entry.state == ABSENT or attribute in entry.attributes
        }
        for attribute in _KEY_OF
    }


def check_stored(
    connection: Connection,
    base: str,
    operations: t.Iterable[Operation],
    decided: t.Mapping[str, t.Container[str]],
    subschema: Subschema,
) -> None:
    """Raise ModuleError if a value that the plan sets belongs to a stored entry whose value the plan leaves alone."""
    changes = [operation for operation in operations if isinstance(operation, (Add, Modify))]
    mailboxes = _with_stored_part(connection, changes, subschema)
    for attribute, key in _KEY_OF.items():
        new: dict[bytes, str] = {}
        for operation in changes:
            after = operation.attributes if isinstance(operation, Add) else operation.after
            if attribute == MAILBOX:
                after = mailboxes.get(operation.dn, after)
            new.update((value, operation.dn) for value in unique_values(attribute, after))
        for dn, attributes in _stored_holders(connection, base, attribute, new):
            taken = [value for value in unique_values(attribute, attributes) if value in new]
            if taken and subschema.dn_key(dn) not in decided[attribute]:
                raise ModuleError(
                    f"The {key} {_shown(taken[0])!r} of {new[taken[0]]!r} is held by {dn!r} in the directory; "
                    "give one of them another."
                )


def _with_stored_part(
    connection: Connection, changes: t.Iterable[Operation], subschema: Subschema
) -> dict[str, dict[str, Values]]:
    """Return mailbox and context, by DN, of the entries of which only one of the two changes."""
    parts = (MAILBOX, VOICEMAIL_CONTEXT)
    changed = {
        subschema.dn_key(operation.dn): operation
        for operation in changes
        if isinstance(operation, Modify)
        and (MAILBOX in operation.after) != (VOICEMAIL_CONTEXT in operation.after)
    }
    if not changed:
        return {}
    stored = read_each(connection, [operation.dn for operation in changed.values()], parts)
    values = {subschema.dn_key(dn): attributes for dn, attributes in stored}
    return {
        operation.dn: {name: operation.after.get(name, values.get(key, {}).get(name, [])) for name in parts}
        for key, operation in changed.items()
    }


def check_uid_case(
    connection: Connection, base: str, operations: t.Iterable[Operation], subschema: Subschema
) -> None:
    """Raise ModuleError if the uid of a person to be changed differs from the stored one in case only.

    For LDAP they are equal (RFC 4519, 2.39), but the phone's name and its HA1 would change.
    """
    changes = list(operations)
    renamed = {operation.new_dn for operation in changes if isinstance(operation, Rename)}
    desired_dns = {
        subschema.dn_key(operation.dn): operation.dn
        for operation in changes
        if isinstance(operation, Modify) and operation.dn not in renamed
    }
    reads = read_each(connection, desired_dns.values(), ["uid"])
    for dn, attributes in _found(connection, base, ["uid"], reads, len(desired_dns)):
        desired_dn = desired_dns.get(subschema.dn_key(dn))
        stored = [_shown(value) for value in attributes.get("uid", [])]
        for uid in uids_in_rdn(desired_dn) if desired_dn is not None else ():
            other = next((value for value in stored if fold_case(value) == fold_case(uid)), uid)
            if uid not in stored and other != uid:
                raise ModuleError(
                    f"The uid {uid!r} is stored as {other!r}, and phones distinguish upper and lower case; "
                    f"write {other!r}."
                )


def _stored_holders(
    connection: Connection, base: str, attribute: str, new: t.Mapping[bytes, str]
) -> t.Iterator[SearchResult]:
    """Yield the stored entries that may have one of the new values."""
    names = [attribute, VOICEMAIL_CONTEXT]
    matches = _search_values(connection, base, names, list(new))
    return _found(connection, base, names, matches, len(new))


def _search_values(
    connection: Connection, base: str, names: list[str], new: list[bytes]
) -> t.Iterator[SearchResult]:
    attribute = names[0]
    values = [value.rpartition(b"@")[0] if attribute == MAILBOX else value for value in new]
    for at in range(0, len(values), _VALUES_PER_FILTER):
        batch = values[at : at + _VALUES_PER_FILTER]
        parts = "".join(f"({attribute}={escape_filter_chars(_shown(value))})" for value in batch)
        purpose = f"check whose {_KEY_OF[attribute]} it is"
        yield from search_whole(connection, base, f"(|{parts})", names, purpose)


def _found(
    connection: Connection, base: str, names: list[str], matches: t.Iterator[SearchResult], count: int
) -> t.Iterator[SearchResult]:
    """Yield *matches*, or where many (*count*) are looked up, all entries with the first attribute, if allowed."""
    if count > FEW:
        try:
            yield from search_all(connection, base, "subtree", f"({names[0]}=*)", names)
            return
        except SizeLimit:
            pass
    yield from matches


def _shown(value: bytes) -> str:
    return value.decode("utf-8", "replace")
