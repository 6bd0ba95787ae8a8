# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_entries: from its options to what is wanted, and on through the engine.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap import ldif, wishes
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ahead import gather
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.converge import finish, make_plan
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.prune import Pruning, with_pruned
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.read import subschema_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import Fault, QuietModule

_STEPS = ("add", "delete", "once")
_KEYS = ("dn", "attributes", *_STEPS, "state", "formerly")
_STATES = (wishes.PRESENT, wishes.EXACT, wishes.ABSENT)


def converge_entries(module: QuietModule) -> dict[str, t.Any]:
    """Bring the directory to what the options of ldap_entries say; return the module's result."""
    params = module.params
    wants_given, connection, ahead = gather(_wants(params), module)
    subschema = subschema_of(connection) if connection is not None else Subschema()
    wants = wishes.checked(wants_given, subschema)
    del wants_given
    keys = list(wants) if params["prune"] else []
    plan = make_plan(connection, wants, subschema, recursive=params["recursive"], ahead=ahead)
    if params["prune"]:
        what = Pruning(params["prune"]["base"], params["prune"]["filter"], params["prune_limit"])
        plan = with_pruned(connection, plan, keys, subschema, what)
    return finish(module, connection, plan, subschema)


def _wants(params: t.Mapping[str, t.Any]) -> t.Iterator[wishes.Want]:
    state = params["state"]
    if params["src"] is not None:
        return wishes.from_records(ldif.parse_file(params["src"]), params["src"], state)
    if params["content"] is not None:
        return wishes.from_records(ldif.parse_text(params["content"]), "content", state)
    return from_options(params["entries"] or [], state)


def from_options(entries: t.Iterable[t.Any], state: str) -> t.Iterator[wishes.Want]:
    """Read the option "entries"; *state* is that of entries that do not say their own. Raises Fault."""
    for number, entry in enumerate(entries, 1):
        origin = f"entries, number {number}"
        if not isinstance(entry, t.Mapping) or not isinstance(entry.get("dn"), str):
            raise Fault(f"{origin}: the entry has no dn; write dn and attributes.")
        unknown = sorted(set(entry) - set(_KEYS))
        if unknown:
            raise Fault(
                f"{origin}: the entry {entry['dn']!r} has the unknown key {unknown[0]!r}; "
                f"it takes {', '.join(_KEYS)}."
            )
        own_state = entry.get("state", state)
        if own_state not in _STATES:
            raise Fault(f"{origin}: state {own_state!r} is unknown; it is {', '.join(_STATES)}.")
        if own_state == wishes.ABSENT:
            yield wishes.Want(entry["dn"], {}, origin, wishes.ABSENT)
            continue
        steps = tuple(
            wishes.Step(how, name, values)
            for how in _STEPS
            for name, values in _attributes(entry, how, origin).items()
        )
        attributes = _attributes(entry, "attributes", origin)
        yield wishes.Want(entry["dn"], attributes, origin, own_state, steps, formerly=entry.get("formerly"))


def _attributes(entry: t.Mapping[str, t.Any], key: str, origin: str) -> dict[str, list[bytes]]:
    given = entry.get(key) or {}
    if not isinstance(given, t.Mapping):
        raise Fault(f"{origin}: {key} of {entry['dn']!r} is no mapping; write attribute: value lines.")
    return {
        str(name): octets(value, f"{origin}: {key}.{name} of {entry['dn']!r}")
        for name, value in given.items()
    }


def octets(value: t.Any, place: str) -> list[bytes]:
    """Return the values of an attribute as LDAP takes them: UTF-8, TRUE or FALSE, numbers in decimal."""
    if isinstance(value, list):
        return [octet for inner in value for octet in octets(inner, place)]
    if isinstance(value, str):
        return [value.encode("utf-8", "surrogateescape")]
    if isinstance(value, bool):
        return [b"TRUE" if value else b"FALSE"]
    if isinstance(value, int):
        return [str(value).encode()]
    raise Fault(
        f"{place} is {'empty' if value is None else type(value).__name__}; "
        "write a text, a number, a boolean, or a list of these ([] for no value)."
    )
