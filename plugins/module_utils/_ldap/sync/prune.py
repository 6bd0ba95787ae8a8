# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning: what stands below a base and is not wanted is deleted, up to a limit.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..client.connection import Connection
from ..client.operations import Delete, Operation
from ..client.search import search_whole
from ..syntax.subschema import Subschema
from .pipeline import REPORTED, EntryPlan
from .planner import ordered


class Pruning(t.NamedTuple):
    """What to prune: entries below *base* that match *filterstr*; *limit* is a number or N%."""

    base: str
    filterstr: str
    limit: str


def with_pruned(
    connection: Connection | None,
    plan: EntryPlan,
    wanted: t.Iterable[str],
    subschema: Subschema,
    what: Pruning,
) -> EntryPlan:
    """Return the plan with the deletion of every entry to prune that is not in *wanted* (keys).

    What is above a wanted entry stays. Raises ModuleError if more would go than the limit allows.
    """
    ceiling_of = _ceiling(what.limit)
    if connection is None:
        return plan
    base = what.base
    keep = {subschema.dn_key(base)}
    for key in wanted:
        ancestor = key
        while ancestor and ancestor not in keep:
            keep.add(ancestor)
            ancestor = ancestor.partition(",")[2]
    found = search_whole(connection, base, what.filterstr, ["*"], "tell which entries to prune")
    extra: list[Operation] = [Delete(dn, values) for dn, values in found if subschema.dn_key(dn) not in keep]
    ceiling = ceiling_of(len(found))
    if len(extra) > ceiling:
        raise ModuleError(
            f"prune would delete {len(extra)} of {len(found)} entries below {base!r}, but prune_limit "
            f"{what.limit!r} allows {ceiling}; if they shall go (see would_prune), raise prune_limit.",
            would_prune=[operation.dn for operation in extra[:REPORTED]],
        )
    return EntryPlan(ordered([*plan.operations, *extra], subschema.dn_key), plan.unchanged)


def _ceiling(limit: str) -> t.Callable[[int], int]:
    number = limit.strip()
    try:
        if number.endswith("%"):
            share = float(number[:-1]) / 100
            return lambda found: int(found * share)
        most = int(number)
        return lambda found: most
    except ValueError as error:
        raise ModuleError(
            f"prune_limit {limit!r} is neither a number nor a percentage; write 10 or 20%."
        ) from error
