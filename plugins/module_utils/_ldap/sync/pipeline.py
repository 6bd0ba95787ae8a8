# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pipeline of every bulk module: validate, compare, order, report, apply.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.connection import Connection, connect_or_assume_bare
from ..client.execute import apply_plan, deletes_transactionally
from ..client.operations import Add, Delete, Modify, Operation, Rename
from ..client.search import read_each, read_entries, search_whole
from ..syntax.attributes import Attributes
from ..syntax.subschema import Subschema
from .desired import ABSENT, DesiredEntry, attributes_to_read
from .diff import SECRET_ATTRIBUTES, entry_diffs
from .planner import EntryPlanner, has_name
from .renames import Renames, arranged
from .schema_rules import SchemaRules

# The maximum number of changes listed in a result; the diff contains all of them.
MAX_REPORTED = 200


def bulk_argument_spec() -> dict[str, t.Any]:
    """Return the options for applying a plan, documented in the doc fragment ldap_bulk."""
    return {
        "atomic": {"type": "str", "choices": ["auto", "required", "off"], "default": "auto"},
        "batch_size": {"type": "int", "default": 5000},
        "hidden_attributes": {"type": "list", "elements": "str", "default": []},
    }


def load_and_connect(
    desired: t.Iterable[DesiredEntry], module: RedactingModule
) -> tuple[list[DesiredEntry], Connection | None]:
    """Read the desired entries, then connect; in check mode, the connection is None if there is no server yet.

    Raises ModuleError, for invalid input before it connects.
    """
    loaded = list(desired)
    return loaded, connect_or_assume_bare(module.params, module.check_mode, module.warn)


class EntryPlan(t.NamedTuple):
    """The operations, the number of unchanged entries, and what the renames among the operations move."""

    operations: list[Operation]
    unchanged: int
    renames: Renames | None = None


def make_plan(
    connection: Connection | None,
    desired_entries: dict[str, DesiredEntry],
    subschema: Subschema,
    *,
    recursive: bool = False,
) -> EntryPlan:
    """Compare the desired entries, by key, with the directory; the dictionary is emptied to save memory.

    Without a connection, the directory is assumed to be empty. *recursive*: an absent entry is deleted with its
    children.
    """

    planner = EntryPlanner(subschema)
    rules = SchemaRules(subschema)
    operations: list[Operation] = []
    total = len(desired_entries)
    changed = 0
    renames = Renames(subschema.dn_key)

    def compare(desired: DesiredEntry, current: Attributes | None, former: Attributes | None = None) -> None:
        nonlocal changed
        planned = planner.plan(desired, current, former)
        if not planned:
            return
        changed += 1
        rules.check(desired, planned, current or former or {})
        if recursive and desired.state == ABSENT and connection is not None:
            planned = _with_children(connection, desired.dn, renames)
        operations.extend(planned)

    if connection is not None:
        names = attributes_to_read(desired_entries.values())
        for key, desired, current, former in _renamed(connection, desired_entries, subschema, renames, names):
            desired_entries.pop(key)
            compare(desired, current, former)
        if renames:
            dns = _places(desired_entries, subschema, renames)
        else:
            dns = {key: desired.dn for key, desired in desired_entries.items()}
        for key, (_dn, stored) in read_entries(connection, dns, subschema, names):
            # An entry may be returned twice, or be a sibling that is not desired.
            if key in desired_entries:
                compare(desired_entries.pop(key), stored)
    for key in list(desired_entries):
        compare(desired_entries.pop(key), None)
    unique: dict[t.Any, Operation] = {}
    for operation in operations:
        unique.setdefault((type(operation), operation.dn), operation)
    return EntryPlan(list(unique.values()), total - changed, renames if renames else None)


def _places(
    desired_entries: dict[str, DesiredEntry], subschema: Subschema, renames: Renames
) -> dict[str, str]:
    """Return the DN of each desired entry before the renames; the entries get the keys of these DNs."""
    dns: dict[str, str] = {}
    present: dict[str, DesiredEntry] = {}
    for key, desired in list(desired_entries.items()):
        dn = renames.before(desired.dn)
        place = subschema.dn_key(dn)
        if desired.state == ABSENT:
            desired = desired._replace(dn=dn)  # noqa: PLW2901  deleted before the renames
            if renames.is_source(dn) or place in present:
                del desired_entries[key]
                continue
        elif renames.is_source(dn):
            # The entry that is there now moves away, so this one is new.
            continue
        del desired_entries[key]
        dns[place] = dn
        present[place] = desired
    desired_entries.update(present)
    return dns


def _renamed(
    connection: Connection,
    desired_entries: t.Mapping[str, DesiredEntry],
    subschema: Subschema,
    renames: Renames,
    names: t.Iterable[str],
) -> list[tuple[str, DesiredEntry, Attributes | None, Attributes | None]]:
    """Return key, entry, current and former attributes of the entries to rename, parents first; fill *renames*."""
    by_depth = sorted(desired_entries, key=lambda key: key.count(","))
    keys = [key for key in by_depth if desired_entries[key].rename_from is not None]
    dns = [desired_entries[key].dn for key in keys] + [desired_entries[key].rename_from or "" for key in keys]
    stored = {subschema.dn_key(dn): values for dn, values in read_each(connection, dns, [*names, "*"])}

    def find(dn: str) -> tuple[str, Attributes | None]:
        place = renames.before(dn)
        if place == dn:
            return dn, stored.get(subschema.dn_key(dn))
        return place, None if renames.is_source(place) else connection.read(place, [*names, "*"])

    found = []
    for key in keys:
        desired = desired_entries[key]
        source, current = desired.rename_from or "", find(desired.dn)[1]
        source_key = subschema.dn_key(source)
        former = stored.get(source_key)
        if former is None:
            # Named as it is only after a parent is renamed.
            source, former = find(source)
        if source_key == key:
            exact = former is None or has_name(desired.dn, former, subschema)
            current, former = (current, None) if exact else (None, former)
        elif current is not None and source_key in desired_entries:
            # Both exist, but the source is to be deleted.
            former = None
        elif former is not None and current is None:
            renames.add(source, desired.dn)
        found.append((key, desired._replace(rename_from=source), current, former))
    return found


def _with_children(connection: Connection, dn: str, renames: Renames) -> list[Operation]:
    purpose = "delete all of its entries"
    found = search_whole(connection, dn, "(objectClass=*)", ["*"], purpose)
    return [Delete(child, values) for child, values in found if not (renames and renames.takes(child, dn))]


def apply_and_report(
    module: RedactingModule, connection: Connection | None, plan: EntryPlan, subschema: Subschema
) -> dict[str, t.Any]:
    """Apply the plan, except in check mode, and return the module's result."""
    operations = arranged(plan.operations, plan.renames or Renames(subschema.dn_key), subschema.dn_key)
    params = module.params
    if params["batch_size"] < 1:
        raise ModuleError(f"batch_size is {params['batch_size']}; it must be at least 1.")
    result: dict[str, t.Any] = {
        "changed": bool(operations),
        "counts": {**_count(operations), "unchanged": plan.unchanged},
        "changes": [_report(operation) for operation in operations[:MAX_REPORTED]],
    }
    if module._diff:
        hidden = SECRET_ATTRIBUTES.union(name.lower() for name in params["hidden_attributes"])
        result["diff"] = entry_diffs(operations, hidden)
    if operations and connection is not None and not module.check_mode:
        trusted = deletes_transactionally(subschema)
        outcome = apply_plan(connection, operations, params["atomic"], params["batch_size"], trusted)
        result.update(atomic=outcome.atomic, batches=outcome.batches)
    return result


def _count(operations: t.Iterable[Operation]) -> dict[str, int]:
    counts = {"added": 0, "modified": 0, "renamed": 0, "deleted": 0}
    for operation in operations:
        counts[_ACTIONS[type(operation)]] += 1
    return counts


def _report(operation: Operation) -> dict[str, t.Any]:
    change: dict[str, t.Any] = {"dn": operation.dn, "action": _ACTIONS[type(operation)]}
    if isinstance(operation, Modify):
        change["attributes"] = sorted(operation.after)
    elif isinstance(operation, Rename):
        change["new_dn"] = operation.new_dn
    return change


_ACTIONS: dict[type, str] = {Add: "added", Modify: "modified", Rename: "renamed", Delete: "deleted"}
