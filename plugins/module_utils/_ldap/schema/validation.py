# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse schema changes that slapd cannot make, or that would keep it from starting again.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..syntax.definition import Definition
from .server import BUILT_IN, Loaded

Known = t.Mapping[t.Tuple[str, str], t.Tuple[Definition, int]]

# Kinds that slapd cannot change once they are loaded; some releases crash.
FIXED = frozenset({"ldapsyntax", "ditcontentrule"})

# A loaded definition remains until cn=config is rebuilt, because entries may use it.
HOW_TO_REMOVE = (
    "to remove it, stop slapd, delete it from the output of slapcat -n 0, "
    "and load that into an empty slapd.d with slapadd -n 0"
)


def check_updates(definition: Definition, known: Known) -> tuple[Definition, int] | None:
    """Return the server's definition with this OID, if any. Raises ModuleError if their names are in conflict."""
    found = known.get((definition.kind, definition.oid))
    if definition.kind in FIXED:
        if found and not found[0].same(definition):
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.oid} differs from the loaded one "
                f"({found[0].location}), and slapd cannot change such a definition; use the loaded form, "
                f"or, {HOW_TO_REMOVE}."
            )
        return found
    for name in definition.names:
        other = known.get((definition.kind, name.lower()))
        if other and other[0].oid != definition.oid:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {name} has the OID {definition.oid}, but "
                f"{other[0].location} has that name with the OID {other[0].oid}; "
                "an OID never changes: use that OID, or another name."
            )
    if (
        found
        and found[1] == BUILT_IN
        and definition.names
        and not (definition.identities() & found[0].identities() - {(definition.kind, definition.oid)})
    ):
        raise ModuleError(
            f"{definition.location}: {definition.kind} {definition.label} has the OID {definition.oid} of "
            f"{found[0].label}, which is built into slapd; use another OID."
        )
    if found and found[1] != BUILT_IN:
        kept = {name.lower() for name in definition.names}
        lost = [name for name in found[0].names if name.lower() not in kept]
        if lost:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.oid} lacks the name {lost[0]!r}, "
                f"which {found[0].location} has, and slapd cannot remove a name that is loaded; "
                f"keep it as an additional name, or, {HOW_TO_REMOVE}."
            )
    return found


def check_removals(name: str, loaded: Loaded, desired: t.Container[tuple[str, str]]) -> None:
    """Raise ModuleError if the server's schema of this name contains a definition that is not desired."""
    entry = loaded.entry(name)
    if entry is None:
        return
    for of_kind in loaded.definitions[entry.dn].values():
        for definition in of_kind:
            if not any(identity in desired for identity in definition.identities()):
                raise ModuleError(
                    f"Schema {name}: the server's {entry.dn} contains the {definition.kind} {definition.label} "
                    f"({definition.oid}), which the desired schema lacks, and slapd cannot remove a "
                    f"loaded definition; add it to the schema, set keep_extra, or, {HOW_TO_REMOVE}."
                )


def check_uses(changed: t.Iterable[Definition], known: Known) -> None:
    """Raise ModuleError if a definition depends on one that neither the schemas nor the server contain."""
    for definition in changed:
        for reference in definition.references():
            if reference not in known:
                raise ModuleError(
                    f"{definition.location}: {definition.kind} {definition.label} needs the {reference[0]} "
                    f"{reference[1]!r}, which neither the desired schemas nor the server define; "
                    "list the schema that defines it before this one, or correct the name."
                )


def check_order_of_entries(changed: t.Iterable[tuple[Definition, int]], known: Known) -> None:
    """Raise ModuleError if slapd would load a definition before the entry that it depends on."""
    for definition, order in changed:
        for reference in definition.references():
            needed, order_of_needed = known[reference]
            if order_of_needed > order:
                raise ModuleError(
                    f"{definition.location}: {definition.kind} {definition.label} belongs to a schema that "
                    f"slapd loads before the one with the {needed.kind} {needed.label}, which it needs, so "
                    f"slapd would not start again; define {needed.label} in the earlier schema."
                )
