# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_entries: convert its options to desired entries and run the pipeline.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.search import subschema_of
from ..ldif import reader
from ..syntax.dn import DnError
from ..syntax.subschema import Subschema
from . import desired
from .pipeline import apply_and_report, load_and_connect, make_plan
from .prune import Pruning, with_pruned

_CHANGES = ("add", "delete", "set_if_absent")
_KEYS = ("dn", "attributes", *_CHANGES, "state", "rename_from")
_STATES = (desired.PRESENT, desired.EXACT, desired.ABSENT)


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Apply the desired entries in the options; return the module's result."""
    params = module.params
    loaded, connection = load_and_connect(_desired_entries(params), module)
    subschema = subschema_of(connection) if connection is not None else Subschema()
    entries = desired.validate(loaded, subschema)
    del loaded
    check_no_configuration(entries, params["prune"], subschema)
    keys = list(entries) if params["prune"] else []
    plan = make_plan(connection, entries, subschema, recursive=params["recursive"])
    if params["prune"]:
        pruning = Pruning(params["prune"]["base"], params["prune"]["filter"], params["prune_limit"])
        plan = with_pruned(connection, plan, keys, subschema, pruning)
    return apply_and_report(module, connection, plan, subschema)


def check_no_configuration(
    entries: t.Mapping[str, desired.DesiredEntry], prune: t.Mapping[str, str] | None, subschema: Subschema
) -> None:
    """Raise ModuleError for entries of cn=config, whose values slapd numbers and which has no transactions."""
    keys = {key: entry.dn for key, entry in entries.items() if key.endswith("cn=config")}
    if prune:
        # An invalid base is reported by the search.
        with contextlib.suppress(DnError):
            keys[subschema.dn_key(prune["base"])] = prune["base"]
    for key, dn in keys.items():
        if key == "cn=config" or key.endswith(",cn=config"):
            raise ModuleError(
                f"{dn!r} is an entry of slapd's configuration, where this module does not apply; use "
                "switchboard.pbx.ldap_config, or switchboard.pbx.ldap_schema for a schema."
            )


def _desired_entries(params: t.Mapping[str, t.Any]) -> t.Iterator[desired.DesiredEntry]:
    state = params["state"]
    if params["src"] is not None:
        return desired.from_records(reader.parse_file(params["src"]), params["src"], state)
    if params["content"] is not None:
        return desired.from_records(reader.parse_text(params["content"]), "content", state)
    return from_options(params["entries"] or [], state)


def from_options(entries: t.Iterable[t.Any], state: str) -> t.Iterator[desired.DesiredEntry]:
    """Convert the option O(entries); *state* is the default. Raises ModuleError."""
    for number, entry in enumerate(entries, 1):
        origin = f"entries, number {number}"
        if not isinstance(entry, t.Mapping) or not isinstance(entry.get("dn"), str):
            raise ModuleError(f"{origin}: the entry has no dn; give dn and attributes.")
        unknown = sorted(set(entry) - set(_KEYS))
        if unknown:
            raise ModuleError(
                f"{origin}: the entry {entry['dn']!r} has the unknown key {unknown[0]!r}; "
                f"the keys are {', '.join(_KEYS)}."
            )
        own_state = entry.get("state", state)
        if own_state not in _STATES:
            raise ModuleError(f"{origin}: state {own_state!r} is unknown; use one of {', '.join(_STATES)}.")
        if own_state == desired.ABSENT:
            yield desired.DesiredEntry(entry["dn"], {}, origin, desired.ABSENT)
            continue
        changes = tuple(
            desired.AttributeChange(operation, name, values)
            for operation in _CHANGES
            for name, values in _attributes(entry, operation, origin).items()
        )
        attributes = _attributes(entry, "attributes", origin)
        yield desired.DesiredEntry(
            entry["dn"], attributes, origin, own_state, changes, rename_from=entry.get("rename_from")
        )


def _attributes(entry: t.Mapping[str, t.Any], key: str, origin: str) -> dict[str, list[bytes]]:
    given = entry.get(key) or {}
    if not isinstance(given, t.Mapping):
        raise ModuleError(
            f"{origin}: {key} of {entry['dn']!r} is not a mapping; write attribute: value lines."
        )
    return {
        str(name): to_bytes(value, f"{origin}: {key}.{name} of {entry['dn']!r}")
        for name, value in given.items()
    }


def to_bytes(value: t.Any, location: str) -> list[bytes]:
    """Return attribute values in LDAP's encoding: UTF-8, TRUE or FALSE, decimal numbers. Raises ModuleError."""
    if isinstance(value, list):
        return [each for item in value for each in to_bytes(item, location)]
    if isinstance(value, str):
        return [value.encode("utf-8", "surrogateescape")]
    if isinstance(value, bool):
        return [b"TRUE" if value else b"FALSE"]
    if isinstance(value, int):
        return [str(value).encode()]
    raise ModuleError(
        f"{location} is {'empty' if value is None else type(value).__name__}; "
        "give a string, a number, a boolean, or a list of these ([] for no value)."
    )
