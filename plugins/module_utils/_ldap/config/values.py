# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of cn=config: format typed options, compare values by their meaning, mask secrets.

Private to the collection switchboard.pbx; it may change without notice.
Source of the formats: OpenLDAP's manual pages slapd-config(5), slapd.access(5) and slapd-mdb(5).
"""

from __future__ import annotations

import re
import typing as t

from ..._module import MASK, ModuleError

ORDER_PREFIX = re.compile(r"^\{(-?\d+)\}")

# Attributes whose whole value is a secret, and keywords followed by a secret within a value.
_SECRET = frozenset({"olcrootpw", "olcdbpassword", "olcdbcryptkey"})
_PART_SECRET = re.compile(r"(?i)\b(credentials|secprops_password|bindpw)=(\"(?:\\.|[^\"\\])*\"|\S+)")

_SPACES = re.compile(r"(\"[^\"]*\")|\s+")
_PAIR = re.compile(r"\s*([A-Za-z][A-Za-z0-9_+-]*)=(\"(?:\\.|[^\"\\])*\"|\S*)")


def texts(value: t.Any) -> tuple[str, ...]:
    """Return the values of an attribute from YAML: a scalar, a list, or null for no value."""
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(text for each in value for text in texts(each))
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE",)
    return (without_order(str(value)),)


def without_order(value: str) -> str:
    """Return a value of cn=config without its ordering prefix, such as {3}."""
    return ORDER_PREFIX.sub("", value, count=1)


def is_ordered(values: t.Iterable[str]) -> bool:
    """Return whether slapd numbers the values, because their order matters."""
    return any(ORDER_PREFIX.match(value) for value in values)


def in_order(values: t.Iterable[str]) -> list[str]:
    """Return the values without their ordering prefixes, sorted by them."""

    def number(value: str) -> int:
        found = ORDER_PREFIX.match(value)
        return int(found.group(1)) if found else 0

    return [without_order(value) for value in sorted(values, key=number)]


def squeezed(value: str) -> str:
    """Return a value with each run of whitespace outside of quotes replaced by one space, as slapd parses it."""
    return _SPACES.sub(lambda found: found.group(1) or " ", value).strip()


def pairs(value: str) -> dict[str, str]:
    """Parse a text such as C(rid=1 provider="ldap://a") into lower-case keywords and unquoted values."""
    return {
        key.lower(): re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
        for key, text in _PAIR.findall(value)
    }


def redact_value(attribute: str, value: str) -> str:
    """Return a value for the diff, with secrets redacted."""
    if attribute.lower() in _SECRET:
        return MASK
    return _PART_SECRET.sub(lambda found: f"{found.group(1)}={MASK}", value)


def quoted(value: str) -> str:
    """Return a value for a keyword list, quoted if necessary."""
    if value and not re.search(r"[\s\"\\]", value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Indexes:
    """Values of olcDbIndex: for each attribute, in lower case, the set of index types."""

    def __init__(self, values: t.Iterable[str]) -> None:
        self.values = list(values)
        self.types: dict[str, frozenset[str]] = {}
        self._spelled: dict[str, str] = {}
        for value in self.values:
            names, _space, types = value.strip().partition(" ")
            for name in names.split(","):
                if name:
                    self.types[name.lower()] = frozenset(re.split(r"[,\s]+", types.strip())) - {""}
                    self._spelled[name.lower()] = name

    def keeps(self, value: str) -> bool:
        """Return whether a current value can remain: each of its attributes is desired with the same types."""
        theirs = Indexes([value]).types
        return all(self.types.get(name) == types for name, types in theirs.items())

    def without(self, names: t.Container[str]) -> list[str]:
        """Return the values for all attributes except *names*, grouped by index types."""
        groups: dict[frozenset[str], list[str]] = {}
        for name, types in self.types.items():
            if name not in names:
                groups.setdefault(types, []).append(self._spelled[name])
        return [
            f"{','.join(group)} {','.join(_type_order(types))}".strip() for types, group in groups.items()
        ]


def _type_order(types: t.Iterable[str]) -> list[str]:
    known = ["pres", "eq", "approx", "sub"]
    return sorted(types, key=lambda each: (known.index(each) if each in known else len(known), each))


def index_values(options: t.Iterable[t.Mapping[str, t.Any]], where: str) -> tuple[str, ...]:
    """Return the option C(indexes) as values of olcDbIndex. Raises ModuleError."""
    seen: dict[str, str] = {}
    values = []
    for option in options:
        for name in option["attributes"]:
            if not re.match(r"[A-Za-z0-9.;-]+\Z", name):
                raise ModuleError(
                    f"{where}: {name!r} is not a valid attribute name; write one name per item of attributes."
                )
            if name.lower() in seen:
                raise ModuleError(f"{where}: {name!r} is given twice; put all its types into one item.")
            seen[name.lower()] = name
        values.append(f"{','.join(option['attributes'])} {','.join(_type_order(option['types']))}")
    return tuple(values)
