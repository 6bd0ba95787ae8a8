# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of one make kept as rows under one header, for a dictionary of lists takes three times the memory.

Pure. Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import functools
import typing as t

from ..syntax.attributes import Values


class Header:
    """What the columns of rows are: *columns* names the attribute of each, the same one again for a further value."""

    __slots__ = ("names", "positions")

    def __init__(self, columns: t.Iterable[str]) -> None:
        positions: dict[str, list[int]] = {}
        for position, name in enumerate(columns):
            positions.setdefault(name, []).append(position)
        self.positions = positions
        self.names = tuple(positions)


class Row(t.Mapping[str, Values]):
    """The attributes of one entry, to be read like a dictionary; *cells* has a value for each column of the header."""

    __slots__ = ("cells", "header")

    def __init__(self, header: Header, cells: tuple[bytes, ...]) -> None:
        self.header = header
        self.cells = cells

    def __getitem__(self, key: str) -> Values:
        cells = self.cells
        return [cells[position] for position in self.header.positions[key]]

    def get(self, key: str, default: t.Any = None) -> t.Any:
        """Return the values, or *default*; the inherited method takes twice as long."""
        positions = self.header.positions.get(key)
        if positions is None:
            return default
        cells = self.cells
        return [cells[position] for position in positions]

    def items(self) -> t.ItemsView[str, Values]:
        """Return pairs of name and values; this one, too, for speed."""
        cells = self.cells
        positions = self.header.positions.items()
        return {name: [cells[position] for position in of_name] for name, of_name in positions}.items()

    def __iter__(self) -> t.Iterator[str]:
        return iter(self.header.names)

    def __len__(self) -> int:
        return len(self.header.names)

    def __contains__(self, key: object) -> bool:
        return key in self.header.positions


def make_of(attributes: t.Mapping[str, Values]) -> t.Hashable:
    """Return what is the same for entries of the same attribute names, cheaply so for rows."""
    return attributes.header if isinstance(attributes, Row) else tuple(attributes)


def row_of(attributes: t.Mapping[str, Values]) -> Row:
    """Return a row of the same values; a name without values is in no column."""
    columns = tuple([name for name, values in attributes.items() for _value in values])
    return Row(_header(columns), tuple([value for values in attributes.values() for value in values]))


@functools.lru_cache(maxsize=256)
def _header(columns: tuple[str, ...]) -> Header:
    return Header(columns)
