# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning: delete entries below a base that are not desired, up to a limit.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..client.connection import Connection
from ..client.operations import Delete, Operation
from ..client.search import search_whole
from ..syntax.dn import DnError
from ..syntax.subschema import Subschema
from .pipeline import MAX_REPORTED, EntryPlan
from .planner import ordered


class Pruning(t.NamedTuple):
    """The entries to prune: those below *base* that match *filterstr*; *limit* is a number or N%."""

    base: str
    filterstr: str
    limit: str


def with_pruned(
    connection: Connection | None,
    plan: EntryPlan,
    desired: t.Iterable[str],
    subschema: Subschema,
    pruning: Pruning,
) -> EntryPlan:
    """Return the plan with the deletion of the entries to prune whose keys are not in *desired*.

    Ancestors of desired entries are kept. Raises ModuleError if more would be deleted than the limit allows.
    """
    limit_for = _parse_limit(pruning.limit)
    if connection is None:
        return plan
    base = pruning.base
    try:
        keep = {subschema.dn_key(base)}
    except DnError as error:
        raise ModuleError(f"prune.base: {error}.") from error
    for key in desired:
        ancestor = key
        while ancestor and ancestor not in keep:
            keep.add(ancestor)
            ancestor = ancestor.partition(",")[2]
    found = search_whole(connection, base, pruning.filterstr, ["*"], "find the entries to prune")
    extra: list[Operation] = [Delete(dn, values) for dn, values in found if subschema.dn_key(dn) not in keep]
    limit = limit_for(len(found))
    if len(extra) > limit:
        raise ModuleError(
            f"prune would delete {len(extra)} of {len(found)} entries below {base!r}, but prune_limit "
            f"{pruning.limit!r} allows {limit}; to delete them (see would_prune), raise prune_limit.",
            would_prune=[operation.dn for operation in extra[:MAX_REPORTED]],
        )
    return EntryPlan(ordered([*plan.operations, *extra], subschema.dn_key), plan.unchanged)


def _parse_limit(limit: str) -> t.Callable[[int], int]:
    number = limit.strip()
    try:
        if number.endswith("%"):
            share = float(number[:-1]) / 100
            return lambda found: int(found * share)
        maximum = int(number)
        return lambda found: maximum
    except ValueError as error:
        raise ModuleError(
            f"prune_limit {limit!r} is neither a number nor a percentage; write, for example, 10 or 20%."
        ) from error
