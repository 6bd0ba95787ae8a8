# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What slapd cannot do with a schema, or would stumble over at its next start, told before it is tried.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..syntax.definition import Definition
from .server import BUILT_IN, Loaded

Known = t.Mapping[t.Tuple[str, str], t.Tuple[Definition, int]]

# Kinds that slapd cannot change once they are loaded; some of its releases crash when asked to.
FIXED = frozenset({"ldapsyntax", "ditcontentrule"})

# A loaded definition stays until cn=config is rebuilt: entries in the databases may be using it.
WAY_OUT = (
    "to remove it, stop slapd, take it out of the output of slapcat -n 0, "
    "and load that into an empty slapd.d with slapadd -n 0"
)


def check_updates(definition: Definition, known: Known) -> tuple[Definition, int] | None:
    """Return what the server has under the OID of a definition; raise ModuleError if names stand in the way."""
    found = known.get((definition.kind, definition.oid))
    if definition.kind in FIXED:
        if found and not found[0].same(definition):
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.oid} differs from the one that is loaded "
                f"({found[0].location}), and slapd cannot change such a definition; take the loaded form, "
                f"or, {WAY_OUT}."
            )
        return found
    for name in definition.names:
        other = known.get((definition.kind, name.lower()))
        if other and other[0].oid != definition.oid:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {name} has the OID {definition.oid}, but "
                f"{other[0].location} has that name with the OID {other[0].oid}; "
                "an OID never changes: take that one, or another name."
            )
    if found and found[1] != BUILT_IN:
        kept = {name.lower() for name in definition.names}
        lost = [name for name in found[0].names if name.lower() not in kept]
        if lost:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.oid} lacks the name {lost[0]!r}, "
                f"which {found[0].location} has, and slapd cannot remove a name that is loaded; "
                f"keep it beside the new one, or, {WAY_OUT}."
            )
    return found


def check_removals(name: str, loaded: Loaded, wanted: t.Container[tuple[str, str]]) -> None:
    """Raise ModuleError if the server's schema of this name holds a definition that is not wanted any more."""
    entry = loaded.entry(name)
    if entry is None:
        return
    for of_kind in loaded.definitions[entry.dn].values():
        for definition in of_kind:
            if not any(identity in wanted for identity in definition.identities()):
                raise ModuleError(
                    f"Schema {name}: the server's {entry.dn} holds the {definition.kind} {definition.label} "
                    f"({definition.oid}), which the wanted schema lacks, and slapd cannot remove a "
                    f"definition that is loaded; add it to the schema, set keep_extra, or, {WAY_OUT}."
                )


def check_uses(changed: t.Iterable[Definition], known: Known) -> None:
    """Raise ModuleError if a definition uses one that neither the schemas nor the server have."""
    for definition in changed:
        for reference in definition.references():
            if reference not in known:
                raise ModuleError(
                    f"{definition.location}: {definition.kind} {definition.label} needs the {reference[0]} "
                    f"{reference[1]!r}, which neither the wanted schemas nor the server define; "
                    "name the schema that has it before this one, or correct the name."
                )


def check_order_of_entries(changed: t.Iterable[tuple[Definition, int]], known: Known) -> None:
    """Raise ModuleError if a definition would come to stand in an entry before the one that holds what it needs."""
    for definition, order in changed:
        for reference in definition.references():
            needed, order_of_needed = known[reference]
            if order_of_needed > order:
                raise ModuleError(
                    f"{definition.location}: {definition.kind} {definition.label} belongs to a schema that "
                    f"slapd loads before the one with the {needed.kind} {needed.label}, which it needs, so "
                    f"slapd would not start again; define {needed.label} in the earlier schema."
                )
