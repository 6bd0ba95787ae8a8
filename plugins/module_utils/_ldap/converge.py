# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way of every bulk module: what is wanted is checked, compared, ordered, shown, and then applied.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.apply import (
    apply_plan,
    deletes_transactionally,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.connection import Attributes, Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.diff import SECRET_ATTRIBUTES, diff_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.packed import Packed
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.plan import (
    Add,
    Delete,
    Modify,
    Operation,
    Planner,
    Rename,
    ordered,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.read import (
    Ahead,
    read_each,
    read_entries,
    search_whole,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.wishes import (
    ABSENT,
    Want,
    attributes_to_read,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import Fault, QuietModule

# So many changes are named one by one in a result; a caller who wants them all asks for the diff.
REPORTED = 200


def bulk_argument_spec() -> dict[str, t.Any]:
    """Return the options that say how a plan is applied; see the doc fragment ldap_bulk."""
    return {
        "atomic": {"type": "str", "choices": ["auto", "required", "off"], "default": "auto"},
        "batch_size": {"type": "int", "default": 5000},
        "hidden_attributes": {"type": "list", "elements": "str", "default": []},
    }


class Plan(t.NamedTuple):
    """The operations in order, and how many entries are as they shall be already."""

    operations: list[Operation]
    unchanged: int


def make_plan(
    connection: Connection | None,
    wants: dict[str, Want],
    subschema: Subschema,
    *,
    recursive: bool = False,
    ahead: Ahead | None = None,
) -> Plan:
    """Compare *wants* (by key; emptied on the way, to save memory) with the directory.

    Without a connection the directory is taken for empty. *recursive*: an entry to be absent goes with all
    that is below it. *ahead*: what another process is reading already.
    """

    planner = Planner(subschema)
    operations: list[Operation] = []
    total = len(wants)
    changed = 0

    def consider(want: Want, have: Attributes | None, old: Attributes | None = None) -> None:
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
        for key, (_dn, stored) in read_entries(connection, dns, subschema, names, ahead):
            found = wants.pop(key, None)
            if found is None:
                continue
            if not isinstance(stored, Packed):
                consider(found, stored)
            elif not planner.is_settled(found, stored):
                consider(found, stored.unpacked())
    for key in list(wants):
        consider(wants.pop(key), None)
    unique: dict[t.Any, Operation] = {}
    for operation in operations:
        unique.setdefault((type(operation), operation.dn), operation)
    return Plan(ordered(unique.values(), subschema.dn_key), total - changed)


def _read_renamed(
    connection: Connection, wants: t.Mapping[str, Want], subschema: Subschema
) -> list[tuple[str, Want, Attributes | None, Attributes | None]]:
    renamed = {key: want for key, want in wants.items() if want.formerly is not None}
    dns = [want.dn for want in renamed.values()] + [want.formerly or "" for want in renamed.values()]
    stored = {subschema.dn_key(dn): values for dn, values in read_each(connection, dns)}
    return [
        (key, want, stored.get(key), stored.get(subschema.dn_key(want.formerly or "")))
        for key, want in renamed.items()
    ]


def _with_children(connection: Connection, dn: str) -> list[Operation]:
    why = "delete all of it"
    return [
        Delete(child, values) for child, values in search_whole(connection, dn, "(objectClass=*)", ["*"], why)
    ]


def finish(
    module: QuietModule, connection: Connection | None, plan: Plan, subschema: Subschema
) -> dict[str, t.Any]:
    """Apply the plan, except in check mode, and return the module's result."""
    operations = plan.operations
    params = module.params
    if params["batch_size"] < 1:
        raise Fault(f"batch_size is {params['batch_size']}; it must be at least 1.")
    result: dict[str, t.Any] = {
        "changed": bool(operations),
        "counts": {**_counts(operations), "unchanged": plan.unchanged},
        "changes": [_reported(operation) for operation in operations[:REPORTED]],
    }
    if module._diff:
        hidden = SECRET_ATTRIBUTES.union(name.lower() for name in params["hidden_attributes"])
        result["diff"] = diff_of(operations, hidden)
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
