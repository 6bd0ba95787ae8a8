# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server says about its attributes and classes, as far as comparing and checking entries needs it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import difflib
import re
import typing as t

from .dn import DnError, Rdn, format_dn, parse_dn
from .matching_rules import Normalise, normaliser_for

# RFC 4512, 4.1: only these fields of a definition matter here.
_QUOTED_NAMES = re.compile(r"\sNAME\s+(?:'([^']*)'|\(([^)]*)\))")
_OID = re.compile(r"\(\s*([^\s']+)")
_FIELDS = {
    field: re.compile(rf"\s{field}\s+(?:\(([^)]*)\)|([^\s)]+))")
    for field in ("SUP", "EQUALITY", "MUST", "MAY")
}
_DESCRIPTION = re.compile(r"\sDESC\s+'[^']*'")
_SPACES = re.compile(r"\s+")


class AttributeType(t.NamedTuple):
    """One attribute type: its names, preferred first, and the rules that apply to it."""

    names: tuple[str, ...]
    equality: str
    single_value: bool
    read_only: bool


class Subschema:
    """The attribute types and object classes of a server (RFC 4512, 4.2). An empty one knows nothing.

    *attribute_types*, *object_classes*: the values of the subschema entry's attributes of these names.
    """

    def __init__(self, attribute_types: t.Iterable[str] = (), object_classes: t.Iterable[str] = ()) -> None:
        self._types = _read_attribute_types(attribute_types)
        self._classes = {name.lower(): names[0] for names in map(_names, object_classes) for name in names}
        self._canonical: dict[str, str] = {}
        self._normalisers: dict[str, Normalise] = {}
        self._parents: dict[str, str] = {}
        self._folding: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._types)

    def attribute(self, name: str) -> AttributeType | None:
        """Return the type of an attribute description (options are ignored), or None if it is unknown."""
        return self._types.get(name.partition(";")[0].lower())

    def canonical(self, name: str) -> str:
        """Return the preferred spelling of an attribute description; an unknown one stays as it is."""
        known = self._canonical.get(name)
        if known is None:
            base, _separator, options = name.partition(";")
            kind = self.attribute(name)
            known = kind.names[0] if kind else base
            if options:
                known += ";" + ";".join(sorted(options.lower().split(";")))
            self._canonical[name] = known
        return known

    def has_class(self, name: str) -> bool:
        """Say whether an object class of this name (or OID) exists."""
        return name.lower() in self._classes

    def suggest(self, name: str, classes: bool = False) -> str | None:
        """Return the known name most like a mistyped one, if there is one."""
        if classes:
            known = self._classes
        else:
            known = {key: kind.names[0] for key, kind in self._types.items() if not key[0].isdigit()}
        close = difflib.get_close_matches(name.partition(";")[0].lower(), known, n=1)
        return known[close[0]] if close else None

    def normaliser(self, name: str) -> Normalise:
        """Return the function that maps equal values of an attribute to the same key."""
        found = self._normalisers.get(name)
        if found is None:
            kind = self.attribute(name)
            if name.lower() == "objectclass":
                found = self._class_key
            elif kind is None:
                found = normaliser_for("")
            elif kind.equality in ("distinguishedname", "uniquemember"):
                found = self._dn_value_key
            else:
                found = normaliser_for(kind.equality)
            self._normalisers[name] = found
        return found

    def comparable(self, name: str) -> bool:
        """Say whether single values of the attribute can be named in a modification (it has EQUALITY)."""
        kind = self.attribute(name)
        return kind is not None and bool(kind.equality)

    def dn_key(self, dn: str) -> str:
        """Return a text that is the same for all spellings of a DN. Raises DnError."""
        rdn, _comma, parent = dn.partition(",")
        if rdn.strip(" ") and parent.strip(" ") and "\\" not in rdn and "+" not in rdn and '"' not in dn:
            known = self._parents.get(parent)
            if known is None:
                known = self._parents[parent] = self._full_key(parse_dn(parent))
            name, _equals, value = rdn.partition("=")
            if value.isalnum() and value.isascii() and self._folds(name):
                return f"{name}={value.lower()},{known}"
            return self._rdn_key(parse_dn(rdn)[0]) + "," + known
        return self._full_key(parse_dn(dn))

    def _folds(self, name: str) -> bool:
        """Say whether the name is spelled as in keys, and its plain values are equal but for their case."""
        folds = self._folding.get(name)
        if folds is None:
            try:
                folds = self._full_key(parse_dn(f"{name}=aA")) == f"{name}=aa"
            except DnError:
                folds = False
            self._folding[name] = folds
        return folds

    def _full_key(self, names: list[Rdn]) -> str:
        return ",".join(map(self._rdn_key, names))

    def _rdn_key(self, rdn: Rdn) -> str:
        pairs = []
        for name, value in rdn:
            kind = self.attribute(name)
            # Without a known rule, names in DNs are compared as nearly all are: without regard to case.
            rule = normaliser_for(kind.equality if kind else "caseignore")
            key = rule(value.encode()).decode("utf-8", "replace")
            pairs.append((self.canonical(name).lower(), key))
        return format_dn([sorted(pairs)])

    def _dn_value_key(self, value: bytes) -> bytes:
        try:
            return self.dn_key(value.decode()).encode()
        except (DnError, UnicodeDecodeError):
            return value

    def _class_key(self, value: bytes) -> bytes:
        name = value.decode("utf-8", "replace").strip().lower()
        return self._classes.get(name, name).lower().encode()


def _names(definition: str) -> tuple[str, ...]:
    oid = _OID.match(definition)
    match = _QUOTED_NAMES.search(definition)
    names: list[str] = []
    if match:
        names = [match.group(1)] if match.group(1) is not None else re.findall(r"'([^']*)'", match.group(2))
    return (*names, oid.group(1)) if oid else tuple(names)


def _field(definition: str, field: str) -> str:
    match = _FIELDS[field].search(definition)
    return (match.group(1) or match.group(2)).strip().strip("'") if match else ""


def _read_attribute_types(definitions: t.Iterable[str]) -> dict[str, AttributeType]:
    texts = {}
    for raw in definitions:
        definition = _SPACES.sub(" ", _DESCRIPTION.sub("", raw))
        names = _names(definition)
        for name in names:
            texts[name.lower()] = (names, definition)
    types = {}
    for name, (names, definition) in texts.items():
        read_only = " NO-USER-MODIFICATION" in definition
        types[name] = AttributeType(
            names, _inherited_equality(name, texts), " SINGLE-VALUE" in definition, read_only
        )
    return types


def _inherited_equality(name: str, texts: t.Mapping[str, tuple[tuple[str, ...], str]]) -> str:
    seen: set[str] = set()
    while name in texts and name not in seen:
        seen.add(name)
        definition = texts[name][1]
        equality = _field(definition, "EQUALITY")
        if equality:
            return equality[: -len("Match")].lower() if equality.endswith("Match") else equality.lower()
        name = _field(definition, "SUP").lower()
    return ""
