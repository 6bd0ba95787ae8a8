# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Allocate uidNumbers: a user without one gets the stored one, or the next that nobody in the directory has.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import functools
import typing as t

from ..._module import ModuleError
from ..client.connection import Connection
from ..client.search import search_whole
from ..sync.desired import ABSENT
from ..syntax.dn import split_dn
from ..syntax.matching_rules import fold_case
from ..syntax.subschema import Subschema


def with_uid_numbers(
    users: t.Iterable[t.Any],
    uid_range: t.Mapping[str, int],
    people_dn: str,
    connection: Connection | None,
    subschema: Subschema,
) -> list[t.Any]:
    """Return the users, each with a uid_number; without a connection, no number is taken yet."""
    stored: dict[str, int] = {}
    used: set[int] = set()
    if connection is not None:
        stored, used = _stored_numbers(connection, people_dn, subschema)
    return allocate_uid_numbers(users, uid_range["first"], uid_range["last"], stored, used)


def allocate_uid_numbers(
    users: t.Iterable[t.Any], first: int, last: int, stored: t.Mapping[str, int], used: t.Container[int]
) -> list[t.Any]:
    """Return the users; those without uid_number get the stored one of their uid or the next free one.

    *stored*: number by uid with its case folded. *used*: every number in the directory.
    """
    users = list(users)
    given = {int(number) for number in map(_given_number, users) if number is not None}
    free = (number for number in range(first, last + 1) if number not in used and number not in given)
    numbered = []
    for user in users:
        if isinstance(user, t.Mapping) and _given_number(user) is None and user.get("state") != ABSENT:
            current = stored.get(fold_case(str(user.get("uid"))))
            number = next(free, None) if current is None else current
            if number is None:
                raise ModuleError(
                    f"users, uid {user.get('uid')!r}: no uidNumber from {first} to {last} is free; widen the range."
                )
            numbered.append({**user, "uid_number": number})
        else:
            numbered.append(user)
    return numbered


def _given_number(user: t.Any) -> str | None:
    number = user.get("uid_number") if isinstance(user, t.Mapping) else None
    return str(number) if str(number or "").isdigit() else None


def _stored_numbers(
    connection: Connection, people_dn: str, subschema: Subschema
) -> tuple[dict[str, int], set[int]]:
    """Return the numbers of the people by uid with its case folded, and all numbers of the directory."""
    by_uid: dict[str, int] = {}
    used: set[int] = set()
    people = subschema.dn_key(people_dn)
    base = _naming_context(connection, people, subschema)
    # Thousands of people share a few parents.
    is_people = functools.lru_cache(maxsize=1000)(lambda parent: subschema.dn_key(parent) == people)
    purpose = "find a free uidNumber"
    for dn, values in search_whole(connection, base, "(uidNumber=*)", ["uid", "uidNumber"], purpose):
        for number in map(int, values.get("uidNumber", [])):
            used.add(number)
            if is_people(split_dn(dn)[1]):
                by_uid.update(
                    (fold_case(uid.decode("utf-8", "replace")), number) for uid in values.get("uid", [])
                )
    return by_uid, used


def _naming_context(connection: Connection, key: str, subschema: Subschema) -> str:
    """Return the DN of the database that holds the entry with this key."""
    root_dse = connection.read("", ["namingContexts"]) or {}
    contexts = [value.decode() for value in root_dse.get("namingContexts", [])]
    keys = {subschema.dn_key(context): context for context in contexts if context}
    above = [each for each in keys if f",{key}".endswith(f",{each}")]
    return keys[max(above, key=len)] if above else key
