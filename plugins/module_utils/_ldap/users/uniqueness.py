# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no two people may share: the number one dials, the mailbox, the uidNumber, a uid but for its case.

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
from ..syntax.dn import parse_dn
from ..syntax.subschema import Subschema
from .convert import EXTENSION, MAILBOX, VOICEMAIL_CONTEXT

_IN_ONE_FILTER = 100
_NAMES = {EXTENSION: "extension", MAILBOX: "mailbox"}


def keys_of(attribute: str, attributes: t.Mapping[str, Values]) -> list[bytes]:
    """Return what must be unique of an entry: its extensions, or its mailboxes with their context."""
    if attribute == EXTENSION:
        return attributes.get(EXTENSION, [])
    contexts = attributes.get(VOICEMAIL_CONTEXT) or [b"default"]
    return [mailbox + b"@" + contexts[0] for mailbox in attributes.get(MAILBOX, [])]


def check_wanted(wants: t.Mapping[str, DesiredEntry]) -> None:
    """Raise ModuleError if two of the wanted people share an extension or a mailbox."""
    for attribute, called in _NAMES.items():
        holder: dict[bytes, DesiredEntry] = {}
        for want in wants.values():
            for key in keys_of(attribute, want.attributes):
                other = holder.setdefault(key, want)
                if other is not want:
                    raise ModuleError(
                        f"{want.origin}: the {called} {_shown(key)!r} is that of {other.origin} as well; "
                        "give one of them another."
                    )


def owners(wants: t.Mapping[str, DesiredEntry]) -> dict[str, set[str]]:
    """Return for each unique attribute the keys of the entries whose value the plan decides."""
    return {
        attribute: {
            key for key, want in wants.items() if want.state == ABSENT or attribute in want.attributes
        }
        for attribute in _NAMES
    }


def check_stored(
    connection: Connection,
    base: str,
    operations: t.Iterable[Operation],
    decided: t.Mapping[str, t.Container[str]],
    subschema: Subschema,
) -> None:
    """Raise ModuleError if a value that the plan sets is held by an entry that the plan leaves as it is."""
    changes = list(operations)
    for attribute, called in _NAMES.items():
        new: dict[bytes, str] = {}
        for operation in changes:
            if isinstance(operation, (Add, Modify)):
                after = operation.attributes if isinstance(operation, Add) else operation.after
                for key in keys_of(attribute, after):
                    new[key] = operation.dn
        for dn, values in _holders(connection, base, attribute, new):
            taken = [key for key in keys_of(attribute, values) if key in new]
            if taken and subschema.dn_key(dn) not in decided[attribute]:
                raise ModuleError(
                    f"The {called} {_shown(taken[0])!r} of {new[taken[0]]!r} is held by {dn!r} in the directory; "
                    "give one of them another."
                )


def check_spelling(
    connection: Connection, base: str, operations: t.Iterable[Operation], subschema: Subschema
) -> None:
    """Raise ModuleError if a person to be changed is stored with a uid that differs in case alone.

    LDAP takes the two for one (RFC 4519, 2.39), but the phone's name and its HA1 would change.
    """
    changes = list(operations)
    renamed = {operation.new_dn for operation in changes if isinstance(operation, Rename)}
    wanted = {
        subschema.dn_key(operation.dn): operation.dn
        for operation in changes
        if isinstance(operation, Modify) and operation.dn not in renamed
    }
    for dn, values in _stored_uids(connection, base, list(wanted.values())):
        found = wanted.get(subschema.dn_key(dn))
        stored = [_shown(value) for value in values.get("uid", [])]
        for uid in _named(found) if found is not None else ():
            other = next((name for name in stored if name.lower() == uid.lower()), uid)
            if uid not in stored and other != uid:
                raise ModuleError(
                    f"The uid {uid!r} is stored as {other!r}, and phones tell upper from lower case; "
                    f"write {other!r}."
                )


def _named(dn: str) -> list[str]:
    return [value for name, value in parse_dn(dn)[0] if name.lower() == "uid"]


def _stored_uids(connection: Connection, base: str, dns: list[str]) -> t.Iterator[SearchResult]:
    if len(dns) > FEW:
        try:
            yield from search_all(connection, base, "subtree", "(uid=*)", ["uid"])
            return
        except SizeLimit:
            pass
    yield from read_each(connection, dns, ["uid"])


def _holders(
    connection: Connection, base: str, attribute: str, new: t.Mapping[bytes, str]
) -> t.Iterator[SearchResult]:
    """Yield the stored entries that may hold one of the new values."""
    if not new:
        return
    names = [attribute, VOICEMAIL_CONTEXT]
    if len(new) > FEW:
        try:
            yield from search_all(connection, base, "subtree", f"({attribute}=*)", names)
            return
        except SizeLimit:
            pass
    values = [key.rpartition(b"@")[0] if attribute == MAILBOX else key for key in new]
    for at in range(0, len(values), _IN_ONE_FILTER):
        parts = "".join(f"({attribute}={_escaped(value)})" for value in values[at : at + _IN_ONE_FILTER])
        yield from search_whole(
            connection, base, f"(|{parts})", names, f"tell whose {_NAMES[attribute]} it is"
        )


def _escaped(value: bytes) -> str:
    """Write a value for a filter, each octet that is not plain as a hexadecimal pair (RFC 4515, 3)."""
    return "".join(
        chr(octet) if chr(octet).isalnum() and octet < 128 else f"\\{octet:02x}" for octet in value
    )


def _shown(key: bytes) -> str:
    return key.decode("utf-8", "replace")


def allocate_uid_numbers(
    records: t.Iterable[t.Any], first: int, last: int, stored: t.Mapping[str, int], used: t.Container[int]
) -> list[t.Any]:
    """Return the records, those without uid_number given the stored one of their uid or the next free one.

    *stored*: number by uid in lower case. *used*: every number of the directory.
    """
    given = list(records)
    taken = {int(number) for number in map(_number, given) if number is not None}
    free = (number for number in range(first, last + 1) if number not in used and number not in taken)
    filled = []
    for record in given:
        if isinstance(record, t.Mapping) and _number(record) is None and record.get("state") != ABSENT:
            known = stored.get(str(record.get("uid")).lower())
            number = next(free, None) if known is None else known
            if number is None:
                raise ModuleError(
                    f"users, uid {record.get('uid')!r}: no uidNumber from {first} to {last} is free; widen the range."
                )
            filled.append({**record, "uid_number": number})
        else:
            filled.append(record)
    return filled


def _number(record: t.Any) -> str | None:
    number = record.get("uid_number") if isinstance(record, t.Mapping) else None
    return str(number) if str(number or "").isdigit() else None
