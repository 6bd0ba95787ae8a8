# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done so that a server has the schemas that are wanted: a pure function from data to data.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..syntax.definition import Definition
from .parser import ATTRIBUTE_OF, MACRO, Schema, statement_text
from .server import BASE, BUILT_IN, MACRO_ATTRIBUTE, Loaded, SchemaEntry
from .validation import check_order_of_entries, check_removals, check_updates, check_uses


@dataclass
class SchemaEntryPlan:
    """What happens to one schema entry; *entry* is None for one to be created."""

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
    """The entries to create or modify, in the order of doing it, and what the user should be told."""

    entries: list[SchemaEntryPlan]
    warnings: list[str]

    def __bool__(self) -> bool:
        return any(self.entries)


def plan_schemas(wanted: t.Sequence[Schema], loaded: Loaded, keep_extra: bool = False) -> SchemaPlan:
    """Compare the wanted schemas with those loaded; raises ModuleError for what slapd cannot do."""
    planner = _SchemaPlanner(loaded)
    resolved_all = []
    for schema in wanted:
        own, definitions = schema.resolve(planner.macros)
        resolved_all.append(definitions)
        planner.take(schema.name, own, definitions)
    if not keep_extra:
        every = {
            identity for definitions in resolved_all for each in definitions for identity in each.identities()
        }
        for schema in wanted:
            check_removals(schema.name, loaded, every)
    if not loaded.bare:
        check_uses(planner.changed(), planner.known)
        check_order_of_entries(planner.changed_with_order(), planner.known)
    return SchemaPlan([plan for plan in planner.plans.values() if plan], planner.warnings)


class _SchemaPlanner:
    """Takes one schema after the other and keeps what the server will know then."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.macros = dict(loaded.macros)
        self.known: dict[tuple[str, str], tuple[Definition, int]] = {
            identity: (definition, entry.order)
            for identity, (definition, entry) in loaded.by_identity.items()
        }
        self.plans: dict[str, SchemaEntryPlan] = {}
        self.warnings: list[str] = []

    def take(self, name: str, own: t.Mapping[str, str], definitions: t.Iterable[Definition]) -> None:
        home = self._plan_of(name, self.loaded.entry(name))
        order = home.entry.order if home.entry else self._order_of_new(home)
        for macro, oid in own.items():
            if self.macros.get(macro, oid) != oid:
                raise ModuleError(
                    f"Schema {name}: the objectidentifier {macro} is {oid} there, but the server has it as "
                    f"{self.macros[macro]}, and slapd cannot change one; give yours another name."
                )
            if macro not in self.macros:
                home.macros[macro] = oid
                self.macros[macro] = oid
        for definition in definitions:
            found = check_updates(definition, self.known)
            if found is None:
                home.added.append(definition)
                self._learn(definition, order)
            elif not found[0].same(definition):
                self._update(definition, *found)

    def _update(self, definition: Definition, old: Definition, order: int) -> None:
        if order == BUILT_IN:
            self.warnings.append(
                f"{definition.location}: {definition.kind} {definition.label} is built into this slapd in "
                "another form, which cannot be changed; it is left as it is."
            )
            return
        found = self.loaded.by_identity.get((old.kind, old.oid))
        if found is None or found[0] is not old:
            raise ModuleError(
                f"{definition.location}: {definition.kind} {definition.label} is defined differently by another "
                f"of the wanted schemas ({old.location}); give it once, or the same in both."
            )
        entry = found[1]
        self._plan_of(entry.name, entry).updated.append((old, definition))
        self._learn(definition, order)

    def _learn(self, definition: Definition, order: int) -> None:
        for identity in definition.identities():
            self.known[identity] = definition, order

    def _plan_of(self, name: str, entry: SchemaEntry | None) -> SchemaEntryPlan:
        return self.plans.setdefault(entry.dn if entry else name.lower(), SchemaEntryPlan(name, entry))

    def _order_of_new(self, home: SchemaEntryPlan) -> int:
        """New entries come after all that are loaded, in the order in which they are wanted."""
        last = max((entry.order for entry in self.loaded.entries), default=BUILT_IN)
        new = [plan for plan in self.plans.values() if plan.entry is None]
        return last + 1 + new.index(home)

    def changed(self) -> list[Definition]:
        return [definition for definition, _order in self.changed_with_order()]

    def changed_with_order(self) -> list[tuple[Definition, int]]:
        result = []
        for plan in self.plans.values():
            order = plan.entry.order if plan.entry else self._order_of_new(plan)
            result += [(each, order) for each in (*plan.added, *(new for _old, new in plan.updated))]
        return result


def attributes_of_new(plan: SchemaEntryPlan) -> dict[str, list[bytes]]:
    """The attributes with which a schema entry is created."""
    values: dict[str, list[str]] = {"objectClass": ["olcSchemaConfig"], "cn": [plan.name]}
    if plan.macros:
        values[MACRO_ATTRIBUTE] = [f"{name} {oid}" for name, oid in plan.macros.items()]
    for kind, attribute in ATTRIBUTE_OF.items():
        texts = [each.text() for each in topological_sort([d for d in plan.added if d.kind == kind])]
        if texts:
            values[attribute] = texts
    return {name: [value.encode() for value in of_name] for name, of_name in values.items()}


def changes_of(plan: SchemaEntryPlan, loaded: Loaded) -> list[Change]:
    """The one modification of an entry that exists: macros, then attribute types, then object classes."""
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
        now = loaded.definitions[entry.dn][kind]
        final = [updated.get(id(each), each) for each in now] + added
        if topological_sort(final) != final:
            # slapd reads the values in their order when it starts, so what is needed must stand first.
            texts = [each.text().encode() for each in topological_sort(final)]
            changes.append((MOD_REPLACE, attribute, texts))
            continue
        for number, (each, raw) in enumerate(zip(now, entry.values[attribute] if now else ())):
            if id(each) in updated:
                changes.append((MOD_DELETE, attribute, [raw.encode()]))
                changes.append((MOD_ADD, attribute, [f"{{{number}}}{updated[id(each)].text()}".encode()]))
        if added:
            changes.append((MOD_ADD, attribute, [each.text().encode() for each in added]))
    return changes


def topological_sort(definitions: t.Sequence[Definition]) -> list[Definition]:
    """Sort definitions of one kind so that each stands after those it is derived from, and else stays."""
    home = {identity: each for each in definitions for identity in each.identities()}
    result: list[Definition] = []
    done: set[int] = set()

    def place(definition: Definition) -> None:
        if id(definition) in done:
            return
        done.add(id(definition))
        for reference in definition.references():
            if reference in home:
                place(home[reference])
        result.append(definition)

    for definition in definitions:
        place(definition)
    return result


def schema_diff(plan: SchemaEntryPlan) -> dict[str, str]:
    """Before and after of one entry, in the schema language, as far as it changes."""
    before = [statement_text(old) for old, _new in plan.updated]
    after = [f"{MACRO} {name} {oid}" for name, oid in plan.macros.items()]
    after += [statement_text(new) for _old, new in plan.updated]
    after += [statement_text(each) for each in plan.added]
    return {
        "before_header": f"schema {plan.name}" if plan.entry else f"schema {plan.name} (not loaded)",
        "after_header": f"schema {plan.name}",
        "before": "".join(f"{text}\n" for text in before),
        "after": "".join(f"{text}\n" for text in after),
    }
