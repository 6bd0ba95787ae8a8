# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas that a server has loaded in cn=schema,cn=config.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import re
import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..config.values import without_order
from ..syntax.definition import Definition, SchemaSyntaxError, parse_definition
from .oid_macros import expand, parse_macro, resolve_macros
from .parser import ATTRIBUTE_OF
from .rule_syntaxes import Rules, read_rules

BASE = "cn=schema,cn=config"
MACRO_ATTRIBUTE = "olcObjectIdentifier"

# The order of the base entry, which contains slapd's built-in definitions; they cannot be changed.
BUILT_IN = -1

_FIRST_OID = re.compile(r"[0-9][0-9.]*")
_FIRST_NAMES = re.compile(r"\bNAME[\s(]*((?:'[^']*'\s*)+)", re.I)
_ENTRY_NAME = re.compile(r"cn=(?:\{(?P<order>\d+)\})?(?P<name>[^,]+),", re.I)


@dataclass(frozen=True)
class SchemaEntry:
    """A schema entry: its DN, its name, its position among the entries, and its values as returned by slapd."""

    dn: str
    name: str
    order: int
    values: t.Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Loaded:
    """All schema entries. *by_identity* maps kind and lower-case name or OID to a definition and its entry.

    *rules*: its matching rules. *bare*: the server does not exist yet.
    """

    entries: tuple[SchemaEntry, ...] = ()
    macros: t.Mapping[str, str] = field(default_factory=dict)
    by_identity: t.Mapping[tuple[str, str], tuple[Definition, SchemaEntry]] = field(default_factory=dict)
    definitions: t.Mapping[str, t.Mapping[str, tuple[Definition, ...]]] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)
    bare: bool = False

    def entry(self, name: str) -> SchemaEntry | None:
        """Return the schema entry of this name, ignoring case and ordering prefix, or None."""
        for each in self.entries:
            if each.order != BUILT_IN and each.name.lower() == name.lower():
                return each
        return None


def read_loaded(
    rows: t.Iterable[tuple[str, t.Mapping[str, t.Sequence[bytes]]]], matching_rules: t.Iterable[bytes] = ()
) -> Loaded:
    """Parse the entries of cn=schema,cn=config, given as DN and attributes, and the server's matching rules."""
    entries = sorted((_entry(dn, attributes) for dn, attributes in rows), key=lambda each: each.order)
    macros: dict[str, str] = {}
    by_identity: dict[tuple[str, str], tuple[Definition, SchemaEntry]] = {}
    definitions: dict[str, dict[str, tuple[Definition, ...]]] = {}
    for entry in entries:
        for value in entry.values.get(MACRO_ATTRIBUTE, ()):
            with contextlib.suppress(KeyError, SchemaSyntaxError):
                macro = parse_macro(without_order(value), entry.dn)
                macros[macro.name] = expand(macro.oid, macros)
        of_entry = definitions.setdefault(entry.dn, {})
        for kind, attribute in ATTRIBUTE_OF.items():
            of_entry[kind] = tuple(
                _definition(kind, without_order(value), entry.dn, macros)
                for value in entry.values.get(attribute, ())
            )
            for definition in of_entry[kind]:
                for identity in definition.identities():
                    by_identity[identity] = definition, entry
    loaded = [definition for definition, _entry in by_identity.values()]
    return Loaded(tuple(entries), macros, by_identity, definitions, read_rules(matching_rules, loaded))


def _definition(kind: str, text: str, dn: str, macros: t.Mapping[str, str]) -> Definition:
    """Parse a value of cn=config. One that cannot be parsed must not stand in the way of other schemas."""
    try:
        return resolve_macros(parse_definition(kind, text, dn), macros)
    except (SchemaSyntaxError, ModuleError):
        oid, names = _FIRST_OID.search(text), _FIRST_NAMES.search(text)
        known = {"NAME": tuple(re.findall(r"'([^']*)'", names.group(1)))} if names else {}
        return Definition(kind, oid.group() if oid else text, known, dn, unread=text)


def _entry(dn: str, attributes: t.Mapping[str, t.Sequence[bytes]]) -> SchemaEntry:
    known = {name.lower(): name for name in (MACRO_ATTRIBUTE, *ATTRIBUTE_OF.values())}
    values = {
        known[name.lower()]: tuple(value.decode("utf-8", "surrogateescape") for value in of_name)
        for name, of_name in attributes.items()
        if name.lower() in known
    }
    if dn.lower() == BASE:
        return SchemaEntry(dn, "", BUILT_IN, values)
    found = _ENTRY_NAME.match(dn)
    if not found:
        raise ModuleError(
            f"{dn} is not the DN of a schema entry; inspect {BASE} with ldapsearch and remove foreign entries."
        )
    return SchemaEntry(dn, found.group("name"), int(found.group("order") or 0), values)
