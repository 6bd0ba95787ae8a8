# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the changes that load and update the desired schemas on a server: a pure function from data to data.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import collections
import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..syntax.definition import Definition
from .definition_checks import check_definitions, dependents
from .parser import ATTRIBUTE_OF, MACRO, Schema, statement_text
from .schema_order import sort_schemas
from .server import BASE, BUILT_IN, MACRO_ATTRIBUTE, Loaded, SchemaEntry
from .validation import check_order_of_entries, check_removals, check_updates, check_uses


@dataclass
class SchemaEntryPlan:
    """The changes to one schema entry; *entry* is None if it is created."""

    name: str
    entry: SchemaEntry | None
    macros: dict[str, str] = field(default_factory=dict)
    added: list[Definition] = field(default_factory=list)
    updated: list[tuple[Definition, Definition]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.macros or self.added or self.updated)

    @property
    def dn(self) -> str:
        """The DN to add or modify."""
        return self.entry.dn if self.entry else f"cn={self.name},{BASE}"


@dataclass
class SchemaPlan:
    """The entries to create or modify, in that order, and warnings for the user."""

    entries: list[SchemaEntryPlan]
    warnings: list[str]

    def __bool__(self) -> bool:
        return any(self.entries)


def plan_schemas(desired: t.Sequence[Schema], loaded: Loaded, keep_extra: bool = False) -> SchemaPlan:
    """Compare the desired schemas with the loaded ones. Raises ModuleError for changes that slapd cannot make."""
    planner = _SchemaPlanner(loaded)
    desired_definitions: list[Definition] = []
    for schema in sort_schemas(desired, loaded):
        own, definitions = schema.resolve(planner.macros)
        desired_definitions += definitions
        planner.add(schema.name, own, definitions)
    if not keep_extra:
        identities = {identity for each in desired_definitions for identity in each.identities()}
        for schema in desired:
            check_removals(schema.name, loaded, identities)
    changed = planner.changed()
    if not loaded.bare:
        check_uses(changed, planner.known)
        check_order_of_entries(planner.changed_with_order(), planner.known)
    check_definitions(changed + dependents(planner.updated(), planner.known), planner.known, loaded.rules)
    return SchemaPlan([plan for plan in planner.plans.values() if plan], planner.warnings)


class _SchemaPlanner:
    """Plans one schema after another and tracks the definitions that the server will have."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.macros = dict(loaded.macros)
        self.known: dict[tuple[str, str], tuple[Definition, int]] = {
            identity: (definition, entry.order)
            for identity, (definition, entry) in loaded.by_identity.items()
        }
        self.plans: dict[str, SchemaEntryPlan] = {}
        self.warnings: list[str] = []

    def add(self, name: str, own: t.Mapping[str, str], definitions: t.Iterable[Definition]) -> None:
        plan = self._plan_of(name, self.loaded.entry(name))
        order = plan.entry.order if plan.entry else self._order_of_new(plan)
        for macro, oid in own.items():
            if self.macros.get(macro, oid) != oid:
                raise ModuleError(
                    f"Schema {name}: the objectidentifier {macro} is {oid}, but on the server it is "
                    f"{self.macros[macro]}, and slapd cannot change it; use another name."
                )
            if macro not in self.macros:
                plan.macros[macro] = oid
                self.macros[macro] = oid
        for definition in definitions:
            found = check_updates(definition, self.known)
            if found is None:
                plan.added.append(definition)
                self._record(definition, order)
            elif not found[0].same(definition):
                self._update(definition, *found)

    def _update(self, definition: Definition, current: Definition, order: int) -> None:
        if order == BUILT_IN:
            self.warnings.append(
                f"{definition.location}: {definition.kind} {definition.label} is built into this slapd in "
                "a different form, which cannot be changed; the built-in one is used."
            )
            return
        found = self.loaded.by_identity.get((current.kind, current.oid))
        if found is None or found[0] is not current:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.label} is defined differently by another "
                f"of the desired schemas ({current.location}); define it once, or identically in both."
            )
        entry = found[1]
        self._plan_of(entry.name, entry).updated.append((current, definition))
        self._record(definition, order)

    def _record(self, definition: Definition, order: int) -> None:
        for identity in definition.identities():
            self.known[identity] = definition, order

    def _plan_of(self, name: str, entry: SchemaEntry | None) -> SchemaEntryPlan:
        return self.plans.setdefault(entry.dn if entry else name.lower(), SchemaEntryPlan(name, entry))

    def _order_of_new(self, plan: SchemaEntryPlan) -> int:
        """New entries follow the loaded ones, in the order of the option."""
        last = max((entry.order for entry in self.loaded.entries), default=BUILT_IN)
        new = [plan for plan in self.plans.values() if plan.entry is None]
        return last + 1 + new.index(plan)

    def changed(self) -> list[Definition]:
        return [definition for definition, _order in self.changed_with_order()]

    def updated(self) -> list[Definition]:
        return [new for plan in self.plans.values() for _old, new in plan.updated]

    def changed_with_order(self) -> list[tuple[Definition, int]]:
        result = []
        for plan in self.plans.values():
            order = plan.entry.order if plan.entry else self._order_of_new(plan)
            result += [(each, order) for each in (*plan.added, *(new for _old, new in plan.updated))]
        return result


def attributes_of_new(plan: SchemaEntryPlan) -> dict[str, list[bytes]]:
    """Return the attributes of a new schema entry."""
    values: dict[str, list[str]] = {"objectClass": ["olcSchemaConfig"], "cn": [plan.name]}
    if plan.macros:
        values[MACRO_ATTRIBUTE] = [f"{name} {oid}" for name, oid in plan.macros.items()]
    for kind, attribute in ATTRIBUTE_OF.items():
        texts = [each.text() for each in topological_sort([d for d in plan.added if d.kind == kind])]
        if texts:
            values[attribute] = texts
    return {name: [value.encode() for value in of_name] for name, of_name in values.items()}


def changes_of(plan: SchemaEntryPlan, loaded: Loaded) -> list[Change]:
    """Return the changes to an existing entry: macros, then attribute types, then object classes."""
    entry = t.cast(SchemaEntry, plan.entry)
    changes: list[Change] = []
    if plan.macros:
        changes.append(
            (MOD_ADD, MACRO_ATTRIBUTE, [f"{name} {oid}".encode() for name, oid in plan.macros.items()])
        )
    for kind, attribute in ATTRIBUTE_OF.items():
        added = topological_sort([each for each in plan.added if each.kind == kind])
        updated = {id(old): new for old, new in plan.updated if old.kind == kind}
        if not added and not updated:
            continue
        current = loaded.definitions[entry.dn][kind]
        final = [updated.get(id(each), each) for each in current] + added
        if topological_sort(final) != final:
            # slapd reads the values in order when it starts, so dependencies must come first.
            texts = [_bytes(each.text()) for each in topological_sort(final)]
            changes.append((MOD_REPLACE, attribute, texts))
            continue
        for number, (each, raw) in enumerate(zip(current, entry.values[attribute] if current else ())):
            if id(each) in updated:
                changes.append((MOD_DELETE, attribute, [_bytes(raw)]))
                changes.append((MOD_ADD, attribute, [f"{{{number}}}{updated[id(each)].text()}".encode()]))
        if added:
            changes.append((MOD_ADD, attribute, [each.text().encode() for each in added]))
    return changes


def _bytes(text: str) -> bytes:
    """Return a value as the server has it, even one that is not UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def topological_sort(definitions: t.Sequence[Definition]) -> list[Definition]:
    """Sort definitions of one kind so that each follows those it is derived from, otherwise keeping their order."""
    by_identity = {identity: each for each in definitions for identity in each.identities()}
    result: list[Definition] = []
    visited: set[int] = set()

    def visit(definition: Definition) -> None:
        if id(definition) in visited:
            return
        visited.add(id(definition))
        for reference in definition.references():
            if reference in by_identity:
                visit(by_identity[reference])
        result.append(definition)

    for definition in definitions:
        visit(definition)
    return result


def schema_diff(plan: SchemaEntryPlan) -> dict[str, str]:
    """Return the changed definitions of one entry, before and after, in the schema language.

    For a schema that is not loaded yet, the diff shows only the number of definitions.
    """
    if plan.entry is None:
        return {
            "before_header": f"schema {plan.name} (not loaded)",
            "after_header": f"schema {plan.name}",
            "before": "",
            "after": f"{plan.name}: {_numbers(plan.added)} added\n",
        }
    before = [_bytes(statement_text(old)).decode("utf-8", "replace") for old, _new in plan.updated]
    after = [f"{MACRO} {name} {oid}" for name, oid in plan.macros.items()]
    after += [statement_text(new) for _old, new in plan.updated]
    after += [statement_text(each) for each in plan.added]
    return {
        "before_header": f"schema {plan.name}",
        "after_header": f"schema {plan.name}",
        "before": "".join(f"{text}\n" for text in before),
        "after": "".join(f"{text}\n" for text in after),
    }


# What each kind of definition is called, one and several of them.
_NOUNS = {
    "attributetype": ("attribute type", "attribute types"),
    "objectclass": ("object class", "object classes"),
    "ditcontentrule": ("content rule", "content rules"),
    "ldapsyntax": ("syntax", "syntaxes"),
}


def _numbers(definitions: t.Iterable[Definition]) -> str:
    """Return how many definitions of each kind there are, for example "69 attribute types, 8 object classes"."""
    numbers = collections.Counter(each.kind for each in definitions)
    return ", ".join(f"{number} {_NOUNS[kind][number > 1]}" for kind, number in sorted(numbers.items()))
