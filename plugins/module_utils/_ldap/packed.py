# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stored entries packed as octets, to be handed from process to process: most are as they shall be, and stay packed.

Pure. Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import marshal
import operator
import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.connection import Attributes
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.rows import Header, Row, Values

# The last version of the format in which equal data are equal octets.
_FORMAT = 2

# What is handed on of an entry: its values as octets, or, if it is an unusual one, all as it was found.
Part = t.Union[bytes, Attributes]

# Picks values from a row.
_Picks = t.Callable[[t.Tuple[t.Optional[bytes], ...]], t.Any]


class Shares:
    """The attributes that are read of a level, divided among *count* processes."""

    def __init__(self, names: t.Sequence[str], count: int) -> None:
        self.names = [list(names[at::count]) for at in range(count)]
        self._of_share = [frozenset(names_of_share) for names_of_share in self.names]
        self._known = frozenset(names)
        self._columns: dict[Header, list[_Picks] | None] = {}

    def pack(self, number: int, found: Attributes) -> Part:
        """Pack what share *number* holds of an entry; one with other names in it is not packed."""
        known = found.keys() <= self._of_share[number]
        return _packed(_flat(self.names[number], found)) if known else found

    def unpack(self, parts: t.Iterable[Part]) -> Attributes:
        """Return all attributes of an entry as they were found."""
        found: Attributes = {}
        for names, part in zip(self.names, parts):
            found.update(_unpacked(names, part) if isinstance(part, bytes) else part)
        return found

    def hold(self, parts: t.Iterable[Part], attributes: t.Mapping[str, Values]) -> bool:
        """Say whether an entry has these attributes, value for value in this order, and none else that was read.

        What is equal by a matching rule alone counts as different.
        """
        if isinstance(attributes, Row):
            columns = self._columns_of(attributes.header)
            if columns is None:
                return False
            cells = (*attributes.cells, None)
            return all(_packed(of_share(cells)) == part for of_share, part in zip(columns, parts))
        # A name that nobody read, such as another spelling, would be taken for an attribute without values.
        return attributes.keys() <= self._known and all(
            _packed(_flat(names, attributes)) == part for names, part in zip(self.names, parts)
        )

    def _columns_of(self, header: Header) -> list[_Picks] | None:
        """Return for each share what picks its values from a row that None is put behind; see _flat()."""
        if header not in self._columns:
            self._columns[header] = None
            if self._known.issuperset(header.names):
                flat = [_flat(names, header.positions) for names in self.names]
                self._columns[header] = [
                    operator.itemgetter(*[-1 if at is None else at for at in of_share]) for of_share in flat
                ]
        return self._columns[header]


_Item = t.TypeVar("_Item")


def _flat(names: t.Iterable[str], attributes: t.Mapping[str, t.Sequence[_Item]]) -> tuple[_Item | None, ...]:
    """Return all values in the order of *names*, with None at the beginning and after those of each name."""
    # Never a single item, which itemgetter() would return as it is and not in a tuple.
    flat: list[_Item | None] = [None]
    for name in names:
        flat += attributes.get(name, ())
        flat.append(None)
    return tuple(flat)


def _packed(flat: tuple[bytes | None, ...]) -> bytes:
    return marshal.dumps(flat, _FORMAT)


def _unpacked(names: t.Iterable[str], part: bytes) -> Attributes:
    found: Attributes = {}
    rest = iter(names)
    name = ""
    for value in marshal.loads(part):  # noqa: S302  packed by ourselves
        if value is None:
            name = next(rest, "")
        else:
            found.setdefault(name, []).append(value)
    return found


class Packed(t.NamedTuple):
    """One stored entry, in a part for each share."""

    shares: Shares
    parts: tuple[Part, ...]

    def holds(self, attributes: t.Mapping[str, Values]) -> bool:
        """Say whether it has these attributes; see Shares.hold()."""
        return self.shares.hold(self.parts, attributes)

    def unpacked(self) -> Attributes:
        """Return its attributes as they were found."""
        return self.shares.unpack(self.parts)
