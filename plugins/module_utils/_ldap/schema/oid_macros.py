# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OID macros: the objectidentifier statements of slapd.conf(5), and definitions that use them.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ..._module import ModuleError
from ..syntax.definition import Definition, SchemaSyntaxError

_NUMERIC = re.compile(r"\d+(\.\d+)*\Z")
# Slapd takes any word, but crashes on one that begins with a digit.
_MACRO_NAME = re.compile(r"[^\d\s:(){}$'][^\s:(){}$']*\Z")
_LENGTH = re.compile(r"(?P<oid>[^{}]+)(?P<length>\{\d+\})?\Z")


@dataclass(frozen=True)
class Macro:
    """An objectidentifier statement: a name for an OID, which may itself begin with a macro."""

    name: str
    oid: str
    location: str


def parse_macro(text: str, location: str) -> Macro:
    """Parse the two words of an objectidentifier statement. Raises SchemaSyntaxError."""
    words = text.split()
    if len(words) != 2:
        raise SchemaSyntaxError(f"an objectidentifier has a name and an OID, not {len(words)} words")
    if not _MACRO_NAME.match(words[0]):
        raise SchemaSyntaxError(f"{words[0]!r} is not a valid name for an objectidentifier")
    return Macro(words[0], words[1], location)


def macro_of(oid: str) -> str:
    """Return the macro that an OID begins with, or an empty string."""
    return "" if oid[:1].isdigit() else oid.partition(":")[0]


def expand(oid: str, macros: t.Mapping[str, str]) -> str:
    """Return the numeric form of an OID that may begin with a macro, such as AstAttrType:7. Raises KeyError."""
    name = macro_of(oid)
    rest = oid[len(name) + 1 :]
    expanded = ".".join(filter(None, (macros[name], rest))) if name else oid
    if not _NUMERIC.match(expanded):
        raise KeyError(oid)
    return expanded


def resolve_macros(definition: Definition, macros: t.Mapping[str, str]) -> Definition:
    """Return the definition with numeric OIDs only. Raises ModuleError if a macro is unknown."""
    fields = dict(definition.fields)
    try:
        oid = expand(definition.oid, macros)
        if "SYNTAX" in fields:
            found = _LENGTH.match(fields["SYNTAX"][0])
            if not found:
                raise KeyError(fields["SYNTAX"][0])
            fields["SYNTAX"] = (expand(found.group("oid"), macros) + (found.group("length") or ""),)
    except KeyError as unknown:
        raise ModuleError(
            f"{definition.location}: {definition.kind} {definition.label} uses the OID {unknown.args[0]!r}, "
            "which neither this schema nor the server defines; "
            "add an objectidentifier line for it (case matters), or write the number."
        ) from unknown
    return Definition(definition.kind, oid, fields, definition.location)
