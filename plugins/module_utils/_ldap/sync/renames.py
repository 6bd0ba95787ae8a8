# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renames of entries and what they mean for other entries: children move along, parents must exist first. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..client.operations import Add, Delete, Modify, Operation, Rename
from ..syntax.dn import ancestors, split_dn

Key = t.Callable[[str], str]


class Renames:
    """The renames of a plan, with the old and the new DN of each; *key* maps equal DNs to the same text."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._old_by_new: dict[str, str] = {}
        self._new_by_old: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._new_by_old)

    def add(self, old: str, new: str) -> None:
        """Record that the entry *old* becomes *new*."""
        self._old_by_new[self._key(new)] = old
        self._new_by_old[self._key(old)] = new

    def before(self, dn: str) -> str:
        """Return the DN that an entry has before the renames."""
        return self._moved(dn, self._old_by_new)

    def after(self, dn: str) -> str:
        """Return the DN that an entry has after the renames."""
        return self._moved(dn, self._new_by_old)

    def takes(self, dn: str, base: str) -> bool:
        """Return whether an entry leaves the subtree *base*, by its own rename or with a renamed parent."""
        outside = set(ancestors(self._key(base).partition(",")[2]))
        return any(key in self._new_by_old for key in ancestors(self._key(dn)) if key not in outside)

    def is_source(self, dn: str) -> bool:
        """Return whether the entry itself is renamed."""
        return self._key(dn) in self._new_by_old

    def sources_below(self) -> set[str]:
        """Return the keys of all entries below which something is renamed."""
        return {above for old in self._new_by_old for above in ancestors(old.partition(",")[2])}

    def moves(self) -> t.Iterator[tuple[str, str]]:
        """Yield the old and the new DN of each renamed entry."""
        for new in self._new_by_old.values():
            yield self._old_by_new[self._key(new)], new

    def _moved(self, dn: str, places: t.Mapping[str, str]) -> str:
        if not places:
            return dn
        names: list[str] = []
        rest = dn
        while rest:
            place = places.get(self._key(rest))
            if place is not None:
                return ",".join([*names, place])
            name, rest = split_dn(rest)
            names.append(name)
        return dn


def arranged(operations: t.Iterable[Operation], renames: Renames, key: Key) -> list[Operation]:
    """Return the operations in an order that a server accepts; deletions are given with the DNs before the renames.

    Children are deleted before their parents, parents added or renamed before what comes below them, and an entry
    from which something is moved away is deleted after that.
    """
    emptied = renames.sources_below()
    early: list[Delete] = []
    late: list[Delete] = []
    created: list[Add | Rename] = []
    modifies: list[Modify] = []
    for operation in operations:
        if isinstance(operation, Modify):
            modifies.append(operation)
        elif isinstance(operation, Delete):
            (late if key(operation.dn) in emptied else early).append(operation)
        else:
            created.append(operation)
    created.sort(key=lambda each: key(each.new_dn if isinstance(each, Rename) else each.dn).count(","))
    done = Renames(key)
    for position, operation in enumerate(created):
        if isinstance(operation, Rename):
            created[position] = operation._replace(dn=done.after(operation.dn))
            done.add(operation.dn, operation.new_dn)
    late = [each._replace(dn=renames.after(each.dn)) for each in late]
    for deletes in (early, late):
        deletes.sort(key=lambda each: -key(each.dn).count(","))
    return [*early, *created, *late, *modifies]
