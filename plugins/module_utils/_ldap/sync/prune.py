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
from ..syntax.dn import DnError, ancestors
from ..syntax.subschema import Subschema
from .pipeline import MAX_REPORTED, EntryPlan
from .renames import Renames


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
        base_key = subschema.dn_key(base)
    except DnError as error:
        raise ModuleError(f"prune.base: {error}.") from error
    keep = {base_key}
    for key in desired:
        for ancestor in ancestors(key):
            if ancestor in keep:
                break
            keep.add(ancestor)
    renames = plan.renames or Renames(subschema.dn_key)
    # Entries are judged by where they are after the renames, and also those that come below the base only then.
    bases = [base, *(old for old, new in renames.moves() if _below(subschema.dn_key(new), base_key))]
    found = {
        subschema.dn_key(dn): (dn, values)
        for each in bases
        for dn, values in search_whole(
            connection, each, pruning.filterstr, ["*"], "find the entries to prune"
        )
    }
    deleted = {subschema.dn_key(each.dn) for each in plan.operations if isinstance(each, Delete)}
    extra: list[Operation] = []
    for key, (dn, values) in found.items():
        after = subschema.dn_key(renames.after(dn)) if renames else key
        if after not in keep and key not in deleted and _below(after, base_key):
            extra.append(Delete(dn, values))
    limit = limit_for(len(found))
    if len(extra) > limit:
        raise ModuleError(
            f"prune would delete {len(extra)} of {len(found)} entries below {base!r}, but prune_limit "
            f"{pruning.limit!r} allows {limit}; to delete them (see would_prune), raise prune_limit.",
            would_prune=[operation.dn for operation in extra[:MAX_REPORTED]],
        )
    return plan._replace(operations=[*plan.operations, *extra])


def _below(key: str, base: str) -> bool:
    return not base or f",{key}".endswith(f",{base}")


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
