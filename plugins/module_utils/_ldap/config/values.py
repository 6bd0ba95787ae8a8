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
from ..syntax.subschema import Subschema

ORDER_PREFIX = re.compile(r"^\{(-?\d+)\}")

# Attributes whose whole value is a secret, and keywords followed by a secret within a value.
_SECRET = frozenset({"olcrootpw", "olcdbpassword", "olcdbcryptkey"})
_PART_SECRET = re.compile(r"(?i)\b(credentials|secprops_password|bindpw)=(\"(?:\\.|[^\"\\])*\"|\S+)")

# Attributes, and parts of values (slapd.access(5), slapd.conf(5) on limits), in which case matters.
_CASE_SENSITIVE = frozenset({"olcauthzregexp", "olcauthidrewrite", "olcrootpw"})
_CASE_SENSITIVE_PART = re.compile(
    r"(?i)(?P<folded>(?:[.]regex|[.]expand|\bset|\bval)=)(?P<exact>\"[^\"]*\"|\S+)|(?P<path>(?<!\S)\S*/\S*)|(?P<text>.)"
)
_SPACES = re.compile(r"(\"[^\"]*\")|\s+")
_PAIR = re.compile(r"\s*([A-Za-z][A-Za-z0-9_+-]*)=(\"(?:\\.|[^\"\\])*\"|\S*)")


def texts(value: t.Any, option: str) -> tuple[str, ...]:
    """Return the values of an attribute from YAML: a scalar, a list, or null for no value.

    Raises ModuleError if ordering prefixes contradict the order of the list.
    """
    if value is None:
        return ()
    found = []
    for position, item in enumerate(value if isinstance(value, (list, tuple)) else [value]):
        text = str(item).upper() if isinstance(item, bool) else str(item)
        prefix = ORDER_PREFIX.match(text)
        if prefix and int(prefix.group(1)) != position:
            raise ModuleError(
                f"{option}: item {position + 1} has the number {prefix.group(0)}, but the order of the list counts; "
                "sort the list, and remove the numbers."
            )
        found.append(without_order(text))
    return tuple(found)


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


def comparison_key(attribute: str, value: str) -> str:
    """Return a text that is equal for equivalent values, however slapd writes them.

    slapd compares the values of cn=config ignoring case, but case matters in paths, URIs, regular expressions, sets
    and values of attributes.
    """
    text = squeezed(value)
    if attribute.lower() in _CASE_SENSITIVE:
        return text

    def folded(found: re.Match[str]) -> str:
        if found.group("exact"):
            return found.group("folded").lower() + found.group("exact")
        return found.group("path") or found.group("text").lower()

    return _CASE_SENSITIVE_PART.sub(folded, text)


def squeezed(value: str) -> str:
    """Return a value with each run of whitespace outside of quotes replaced by one space, as slapd parses it."""
    return _SPACES.sub(lambda found: found.group(1) or " ", value).strip()


def pairs(value: str) -> dict[str, str]:
    """Parse a text such as C(rid=1 provider="ldap://a") into lower-case keywords and unquoted values."""
    return {
        key.lower(): re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
        for key, text in _PAIR.findall(value)
    }


def consumer_key(value: str) -> dict[str, str]:
    """Return the keywords of a value of olcSyncrepl, with the rid as slapd compares it: as a number."""
    keywords = pairs(value)
    return {**keywords, "rid": keywords.get("rid", "").lstrip("0")}


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
    """Values of olcDbIndex: for each attribute, by its lower-case name in the subschema, the set of index types."""

    def __init__(self, values: t.Iterable[str], subschema: Subschema) -> None:
        self.values = list(values)
        self.types: dict[str, frozenset[str]] = {}
        self._subschema = subschema
        self._spelled: dict[str, str] = {}
        for value in self.values:
            names, _space, types = value.strip().partition(" ")
            for name in filter(None, names.split(",")):
                key = subschema.canonical(name).lower()
                self.types[key] = frozenset(re.split(r"[,\s]+", types.strip())) - {""}
                self._spelled[key] = name

    def keeps(self, value: str) -> bool:
        """Return whether a current value can remain: each of its attributes is desired with the same types."""
        theirs = Indexes([value], self._subschema).types
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


def index_values(
    options: t.Iterable[t.Mapping[str, t.Any]], where: str, subschema: Subschema
) -> tuple[str, ...]:
    """Return the option C(indexes) as values of olcDbIndex. Raises ModuleError."""
    seen: dict[str, str] = {}
    values = []
    for option in options:
        for name in option["attributes"]:
            if not re.match(r"[A-Za-z0-9.;-]+\Z", name):
                raise ModuleError(
                    f"{where}: {name!r} is not a valid attribute name; write one name per item of attributes."
                )
            key = subschema.canonical(name).lower()
            if key in seen:
                other = "" if seen[key].lower() == name.lower() else f", also as {seen[key]!r}"
                raise ModuleError(
                    f"{where}: {name!r} is given twice{other}; put all its types into one item."
                )
            seen[key] = name
        values.append(f"{','.join(option['attributes'])} {','.join(_type_order(option['types']))}")
    return tuple(values)
