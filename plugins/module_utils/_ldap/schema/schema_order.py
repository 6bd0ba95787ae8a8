# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order in which desired schemas are loaded: each after those it depends on.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from .oid_macros import macro_of
from .parser import MACRO, Schema
from .server import Loaded

Key = t.Tuple[str, str]


def sort_schemas(desired: t.Sequence[Schema], loaded: Loaded) -> list[Schema]:
    """Sort schemas by dependency, otherwise keeping their order. Raises ModuleError if some need each other."""
    home: dict[Key, Schema] = {}
    for schema in desired:
        for key in _provided(schema):
            home.setdefault(key, schema)
    present = {*loaded.by_identity, *((MACRO, name) for name in loaded.macros)}
    needs = {
        schema.name: [
            (user, key, home[key])
            for user, key in _needed(schema)
            if key in home and key not in present and key not in set(_provided(schema))
        ]
        for schema in desired
    }
    result: list[Schema] = []
    path: list[Schema] = []

    def visit(schema: Schema) -> None:
        if schema in result:
            return
        path.append(schema)
        for user, key, other in needs[schema.name]:
            if other in path:
                cycle = ", ".join(each.name for each in path[path.index(other) :])
                raise ModuleError(
                    f"{user}: schema {schema.name} needs the {key[0]} {key[1]!r} of schema {other.name}, which needs "
                    f"{schema.name} in turn ({cycle}), so slapd can load none of them first; put them into one schema."
                )
            visit(other)
        path.pop()
        result.append(schema)

    for schema in desired:
        visit(schema)
    return result


def _provided(schema: Schema) -> t.Iterator[Key]:
    for macro in schema.macros:
        yield MACRO, macro.name
    for definition in schema.definitions:
        yield from definition.identities()


def _needed(schema: Schema) -> t.Iterator[tuple[str, Key]]:
    """Yield the location of the user and what it needs."""
    for macro in schema.macros:
        yield macro.location, (MACRO, macro_of(macro.oid))
    for definition in schema.definitions:
        for oid in (definition.oid, definition.syntax):
            yield definition.location, (MACRO, macro_of(oid))
        for key in definition.references():
            yield definition.location, key
