# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read many entries: by one paged search if that is faster, by single reads if a size limit is exceeded.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import collections
import contextlib
import typing as t

from ..._module import ModuleError
from ..syntax.attributes import Attributes
from ..syntax.dn import split_dn
from ..syntax.subschema import Subschema
from .connection import Connection
from .errors import LDAP_ERRORS, NO_SUCH_OBJECT, SIZE_LIMIT_EXCEEDED, result_code

try:
    import ldap
    from ldap.controls import SimplePagedResultsControl
except ImportError:
    # connect() reports this before any function here is called.
    SimplePagedResultsControl = None

SearchResult = t.Tuple[str, Attributes]

ADMIN_LIMIT_EXCEEDED = 11

# Up to this many entries of a parent are read singly; for more, one search of all its children is faster.
FEW = 200
PAGE = 5000
WINDOW = 200


class SizeLimit(Exception):
    """The server stopped a search at its size limit; there may be more entries."""


def subschema_of(connection: Connection) -> Subschema:
    """Read the subschema (RFC 4512, 4.4); if it is not readable, return an empty one, which accepts everything."""
    root = connection.read("", ["subschemaSubentry"]) or {}
    names = root.get("subschemaSubentry")
    if not names:
        return Subschema()
    entry = connection.read(names[0].decode(), ["attributeTypes", "objectClasses"]) or {}
    return Subschema(
        [value.decode("utf-8", "replace") for value in entry.get("attributeTypes", [])],
        [value.decode("utf-8", "replace") for value in entry.get("objectClasses", [])],
        connection.has_attribute_type,
    )


def search_all(
    connection: Connection,
    base: str,
    scope: str,
    filterstr: str = "(objectClass=*)",
    attributes: t.Sequence[str] | None = None,
) -> t.Iterator[SearchResult]:
    """Yield every entry that a search finds, page by page; none if the base does not exist.

    Raises SizeLimit after the last entry that the server returns.
    """
    number = {"base": 0, "one": 1, "subtree": 2}[scope]
    names = list(attributes) if attributes is not None else None
    page = SimplePagedResultsControl(False, size=PAGE, cookie="")
    handle = connection.handle
    while True:
        try:
            message = handle.search_ext(
                base, number, filterstr, names, serverctrls=[page, *connection.controls]
            )
            kind = None
            while kind != ldap.RES_SEARCH_RESULT:
                # One at a time: the server continues meanwhile, and entries before a limit are used.
                kind, found, _id, controls = handle.result3(message, all=0)
                if kind == ldap.RES_SEARCH_ENTRY:
                    yield found[0]
        except LDAP_ERRORS as error:
            code = result_code(error)
            if code == NO_SUCH_OBJECT:
                return
            if code in (SIZE_LIMIT_EXCEEDED, ADMIN_LIMIT_EXCEEDED):
                raise SizeLimit from error
            raise connection.to_error(
                error, f"search below {base!r} with the filter {filterstr!r}"
            ) from error
        cookies = [control.cookie for control in controls if control.controlType == page.controlType]
        if not cookies or not cookies[0]:
            return
        page.cookie = cookies[0]


def referral_dns(connection: Connection) -> frozenset[str]:
    """Return the DNs of all entries that are referrals (RFC 3296), in lower case."""
    root = connection.read("", ["namingContexts"]) or {}
    found: set[str] = set()
    for context in root.get("namingContexts", []):
        with contextlib.suppress(SizeLimit):
            entries = search_all(connection, context.decode(), "subtree", "(objectClass=referral)", ["1.1"])
            found.update(dn.lower() for dn, _attributes in entries)
    return frozenset(found)


def read_each(
    connection: Connection, dns: t.Iterable[str], attributes: t.Sequence[str] | None = None
) -> t.Iterator[SearchResult]:
    """Yield the entries that exist, with one pipelined read for each."""
    names = list(attributes) if attributes is not None else None
    handle, controls = connection.handle, connection.controls
    pending: collections.deque[tuple[str, int]] = collections.deque()

    def receive() -> list[SearchResult]:
        dn, message = pending.popleft()
        try:
            return [(dn, values) for found, values in handle.result3(message)[1] if found is not None]
        except LDAP_ERRORS as error:
            if result_code(error) == NO_SUCH_OBJECT:
                return []
            raise connection.to_error(error, f"read the entry {dn!r}") from error

    for dn in dns:
        try:
            pending.append((dn, handle.search_ext(dn, 0, "(objectClass=*)", names, serverctrls=controls)))
        except LDAP_ERRORS as error:
            raise connection.to_error(error, f"read the entry {dn!r}") from error
        if len(pending) >= WINDOW:
            yield from receive()
    while pending:
        yield from receive()


def read_entries(
    connection: Connection,
    dns: t.Mapping[str, str],
    subschema: Subschema,
    attributes: t.Sequence[str] | None = None,
) -> t.Iterator[tuple[str, SearchResult]]:
    """Yield key and entry for each entry in *dns* (key to DN) that exists.

    If many entries have the same parent, its other children are yielded as well; an entry may be yielded twice.
    """
    by_parent: dict[str, list[str]] = {}
    # Most DNs are returned as requested, so their keys need not be computed again.
    by_dn: dict[str, str] = {}
    for key, dn in dns.items():
        by_parent.setdefault(split_dn(dn)[1], []).append(key)
        by_dn[dn] = key
    single: list[str] = []
    for parent, keys in by_parent.items():
        if len(keys) <= FEW:
            single += keys
            continue
        missing = dict.fromkeys(keys)
        try:
            for dn, values in search_all(connection, parent, "one", attributes=attributes):
                key = by_dn.get(dn) or subschema.dn_key(dn)
                missing.pop(key, None)
                yield key, (dn, values)
        except SizeLimit:
            single += missing
    for dn, values in read_each(connection, (dns[key] for key in single), attributes):
        yield subschema.dn_key(dn), (dn, values)


def search_whole(
    connection: Connection, base: str, filterstr: str, attributes: t.Sequence[str], purpose: str
) -> list[SearchResult]:
    """Return all matching entries of a subtree. Raises ModuleError if the server does not return all of them."""
    try:
        return list(search_all(connection, base, "subtree", filterstr, attributes))
    except SizeLimit as error:
        raise ModuleError(
            f"The LDAP server {connection.uri} stopped the search below {base!r} at its size limit, "
            f"so the module cannot {purpose}; "
            "raise the limit (olcLimits) of this account, or bind as one without a limit."
        ) from error
