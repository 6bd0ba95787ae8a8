# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning: what stands below a base and is not wanted is deleted, up to a limit.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.converge import REPORTED, Plan
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.plan import Delete, Operation, ordered
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.read import search_whole
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import Fault


class Pruning(t.NamedTuple):
    """What to prune: entries below *base* that match *filterstr*; *limit* is a number or N%."""

    base: str
    filterstr: str
    limit: str


def with_pruned(
    connection: Connection | None, plan: Plan, wanted: t.Iterable[str], subschema: Subschema, what: Pruning
) -> Plan:
    """Return the plan with the deletion of every entry to prune that is not in *wanted* (keys).

    What is above a wanted entry stays. Raises Fault if more would go than the limit allows.
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
        raise Fault(
            f"prune would delete {len(extra)} of {len(found)} entries below {base!r}, but prune_limit "
            f"{what.limit!r} allows {ceiling}; if they shall go (see would_prune), raise prune_limit.",
            would_prune=[operation.dn for operation in extra[:REPORTED]],
        )
    return Plan(ordered([*plan.operations, *extra], subschema.dn_key), plan.unchanged)


def _ceiling(limit: str) -> t.Callable[[int], int]:
    number = limit.strip()
    try:
        if number.endswith("%"):
            share = float(number[:-1]) / 100
            return lambda found: int(found * share)
        most = int(number)
        return lambda found: most
    except ValueError as error:
        raise Fault(
            f"prune_limit {limit!r} is neither a number nor a percentage; write 10 or 20%."
        ) from error
