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
from .planner import EntryPlanner, ordered

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
    """The operations in order, and the number of unchanged entries."""

    operations: list[Operation]
    unchanged: int


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
    operations: list[Operation] = []
    total = len(desired_entries)
    changed = 0

    def compare(desired: DesiredEntry, current: Attributes | None, former: Attributes | None = None) -> None:
        nonlocal changed
        planned = planner.plan(desired, current, former)
        if not planned:
            return
        changed += 1
        if recursive and desired.state == ABSENT and connection is not None:
            planned = _with_children(connection, desired.dn)
        operations.extend(planned)

    if connection is not None:
        names = attributes_to_read(desired_entries.values())
        for key, desired, current, former in _read_renamed(connection, desired_entries, subschema, names):
            desired_entries.pop(key)
            compare(desired, current, former)
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
    return EntryPlan(ordered(unique.values(), subschema.dn_key), total - changed)


def _read_renamed(
    connection: Connection,
    desired_entries: t.Mapping[str, DesiredEntry],
    subschema: Subschema,
    names: t.Iterable[str],
) -> list[tuple[str, DesiredEntry, Attributes | None, Attributes | None]]:
    renamed = {key: desired for key, desired in desired_entries.items() if desired.rename_from is not None}
    dns = [desired.dn for desired in renamed.values()] + [
        desired.rename_from or "" for desired in renamed.values()
    ]
    stored = {subschema.dn_key(dn): values for dn, values in read_each(connection, dns, [*names, "*"])}
    return [
        (key, desired, stored.get(key), stored.get(subschema.dn_key(desired.rename_from or "")))
        for key, desired in renamed.items()
    ]


def _with_children(connection: Connection, dn: str) -> list[Operation]:
    purpose = "delete all of its entries"
    found = search_whole(connection, dn, "(objectClass=*)", ["*"], purpose)
    return [Delete(child, values) for child, values in found]


def apply_and_report(
    module: RedactingModule, connection: Connection | None, plan: EntryPlan, subschema: Subschema
) -> dict[str, t.Any]:
    """Apply the plan, except in check mode, and return the module's result."""
    operations = plan.operations
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
