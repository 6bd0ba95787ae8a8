# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way of every bulk module: what is wanted is checked, compared, ordered, shown, and then applied.

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

# So many changes are named one by one in a result; a caller who wants them all asks for the diff.
REPORTED = 200


def bulk_argument_spec() -> dict[str, t.Any]:
    """Return the options that say how a plan is applied; see the doc fragment ldap_bulk."""
    return {
        "atomic": {"type": "str", "choices": ["auto", "required", "off"], "default": "auto"},
        "batch_size": {"type": "int", "default": 5000},
        "hidden_attributes": {"type": "list", "elements": "str", "default": []},
    }


def load_and_connect(
    wanted: t.Iterable[DesiredEntry], module: RedactingModule
) -> tuple[list[DesiredEntry], Connection | None]:
    """Read the desired entries, then connect; the connection is None in check mode where there is no server yet.

    Raises ModuleError, for bad input before anything else.
    """
    loaded = list(wanted)
    return loaded, connect_or_assume_bare(module.params, module.check_mode, module.warn)


class EntryPlan(t.NamedTuple):
    """The operations in order, and how many entries are as they shall be already."""

    operations: list[Operation]
    unchanged: int


def make_plan(
    connection: Connection | None,
    wants: dict[str, DesiredEntry],
    subschema: Subschema,
    *,
    recursive: bool = False,
) -> EntryPlan:
    """Compare *wants* (by key; emptied on the way, to save memory) with the directory.

    Without a connection the directory is taken for empty. *recursive*: an entry to be absent goes with all
    that is below it.
    """

    planner = EntryPlanner(subschema)
    operations: list[Operation] = []
    total = len(wants)
    changed = 0

    def consider(want: DesiredEntry, have: Attributes | None, old: Attributes | None = None) -> None:
        nonlocal changed
        found = planner.plan(want, have, old)
        if not found:
            return
        changed += 1
        if recursive and want.state == ABSENT and connection is not None:
            found = _with_children(connection, want.dn)
        operations.extend(found)

    if connection is not None:
        names = attributes_to_read(wants.values())
        for key, want, have, old in _read_renamed(connection, wants, subschema):
            wants.pop(key)
            consider(want, have, old)
        dns = {key: want.dn for key, want in wants.items()}
        for key, (_dn, stored) in read_entries(connection, dns, subschema, names):
            found = wants.pop(key, None)
            if found is not None:
                consider(found, stored)
    for key in list(wants):
        consider(wants.pop(key), None)
    unique: dict[t.Any, Operation] = {}
    for operation in operations:
        unique.setdefault((type(operation), operation.dn), operation)
    return EntryPlan(ordered(unique.values(), subschema.dn_key), total - changed)


def _read_renamed(
    connection: Connection, wants: t.Mapping[str, DesiredEntry], subschema: Subschema
) -> list[tuple[str, DesiredEntry, Attributes | None, Attributes | None]]:
    renamed = {key: want for key, want in wants.items() if want.rename_from is not None}
    dns = [want.dn for want in renamed.values()] + [want.rename_from or "" for want in renamed.values()]
    stored = {subschema.dn_key(dn): values for dn, values in read_each(connection, dns)}
    return [
        (key, want, stored.get(key), stored.get(subschema.dn_key(want.rename_from or "")))
        for key, want in renamed.items()
    ]


def _with_children(connection: Connection, dn: str) -> list[Operation]:
    why = "delete all of it"
    return [
        Delete(child, values) for child, values in search_whole(connection, dn, "(objectClass=*)", ["*"], why)
    ]


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
        "counts": {**_counts(operations), "unchanged": plan.unchanged},
        "changes": [_reported(operation) for operation in operations[:REPORTED]],
    }
    if module._diff:
        hidden = SECRET_ATTRIBUTES.union(name.lower() for name in params["hidden_attributes"])
        result["diff"] = entry_diffs(operations, hidden)
    if operations and connection is not None and not module.check_mode:
        trusted = deletes_transactionally(subschema)
        outcome = apply_plan(connection, operations, params["atomic"], params["batch_size"], trusted)
        result.update(atomic=outcome.atomic, batches=outcome.batches)
    return result


def _counts(operations: t.Iterable[Operation]) -> dict[str, int]:
    counts = {"added": 0, "modified": 0, "renamed": 0, "deleted": 0}
    for operation in operations:
        counts[_VERB[type(operation)]] += 1
    return counts


def _reported(operation: Operation) -> dict[str, t.Any]:
    shown: dict[str, t.Any] = {"dn": operation.dn, "action": _VERB[type(operation)]}
    if isinstance(operation, Modify):
        shown["attributes"] = sorted(operation.after)
    elif isinstance(operation, Rename):
        shown["new_dn"] = operation.new_dn
    return shown


_VERB: dict[type, str] = {Add: "added", Modify: "modified", Rename: "renamed", Delete: "deleted"}
