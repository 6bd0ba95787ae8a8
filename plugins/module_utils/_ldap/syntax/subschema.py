# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subschema of a server: the attribute types and object classes needed to compare and validate entries.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import difflib
import typing as t

from .definition import Definition, SchemaSyntaxError, parse_definition
from .dn import DnError, Rdn, format_dn, parse_dn
from .dn_values import dn_value_rules
from .matching_rules import Normalise, normaliser_for

# slapd stores these attributes and does not publish their types.
_UNPUBLISHED = (
    "( 1.3.6.1.4.1.4203.666.1.8 NAME ( 'authzTo' 'saslAuthzTo' ) EQUALITY authzMatch USAGE distributedOperation )",
    "( 1.3.6.1.4.1.4203.666.1.9 NAME ( 'authzFrom' 'saslAuthzFrom' ) EQUALITY authzMatch USAGE distributedOperation )",
    "( 1.3.6.1.4.1.4203.666.1.5 NAME 'OpenLDAPaci' EQUALITY OpenLDAPaciMatch USAGE directoryOperation )",
    "( 2.5.18.5 NAME 'administrativeRole' EQUALITY objectIdentifierMatch USAGE directoryOperation )",
    "( 2.5.18.6 NAME 'subtreeSpecification' USAGE directoryOperation )",
)


class AttributeType(t.NamedTuple):
    """An attribute type: its names, preferred one first, and the rules that apply to it.

    *operational*: a search returns it only if it is named.
    """

    names: tuple[str, ...]
    equality: str
    single_value: bool
    read_only: bool
    operational: bool = False


class Subschema:
    """The attribute types and object classes of a server (RFC 4512, 4.2); without arguments, it is empty.

    *attribute_types*, *object_classes*: the values of these attributes of the subschema entry.
    *has_unpublished* tells whether the server has an attribute type that is not among them.
    """

    def __init__(
        self,
        attribute_types: t.Iterable[str] = (),
        object_classes: t.Iterable[str] = (),
        has_unpublished: t.Callable[[str], bool] = lambda name: False,
    ) -> None:
        self._types = _attribute_types(attribute_types)
        self._has_unpublished = has_unpublished
        self._unpublished: dict[str, AttributeType | None] = {}
        self._class_definitions = {
            name.lower(): each
            for each in _parse("objectclass", object_classes)
            for name in (*each.names, each.oid)
        }
        self._classes = {name: each.label for name, each in self._class_definitions.items()}
        self._canonical: dict[str, str] = {}
        self._normalisers: dict[str, Normalise] = {}
        self._parents: dict[str, str] = {}
        self._folding: dict[str, bool] = {}
        self._dn_rules = dn_value_rules(self.dn_key)

    def __bool__(self) -> bool:
        return bool(self._types)

    def attribute(self, name: str) -> AttributeType | None:
        """Return the type of an attribute description (options are ignored), or None if it is unknown."""
        name = name.partition(";")[0].lower()
        known = self._types.get(name)
        if known is None and self._types:
            if name not in self._unpublished:
                kind = _UNPUBLISHED_TYPES.get(name, AttributeType((name,), "", False, False))
                self._unpublished[name] = kind if self._has_unpublished(name) else None
            known = self._unpublished[name]
        return known

    def canonical(self, name: str) -> str:
        """Return the preferred spelling of an attribute description; an unknown one is returned unchanged."""
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
        """Return whether an object class with this name or OID exists."""
        return name.lower() in self._classes

    def required(self, classes: t.Iterable[bytes]) -> dict[str, str]:
        """Return the attributes that entries of these classes must have, each with the class that requires it."""
        required: dict[str, str] = {}
        pending = [value.decode("utf-8", "replace").strip().lower() for value in classes]
        seen: set[str] = set()
        while pending:
            definition = self._class_definitions.get(pending.pop(0))
            if definition is None or definition.oid in seen:
                continue
            seen.add(definition.oid)
            for name in definition.fields.get("MUST", ()):
                required.setdefault(self.canonical(name), definition.label)
            pending += [name.lower() for name in definition.fields.get("SUP", ())]
        return required

    def suggest(self, name: str, classes: bool = False) -> str | None:
        """Return the known name most similar to a mistyped one, or None."""
        if classes:
            known = self._classes
        else:
            types = {**_UNPUBLISHED_TYPES, **self._types}
            known = {key: kind.names[0] for key, kind in types.items() if not key[0].isdigit()}
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
            else:
                found = self._dn_rules.get(kind.equality) or normaliser_for(kind.equality)
            self._normalisers[name] = found
        return found

    def comparable(self, name: str) -> bool:
        """Return whether a modification can delete single values of the attribute, which requires EQUALITY."""
        kind = self.attribute(name)
        return kind is not None and bool(kind.equality)

    def dn_key(self, dn: str) -> str:
        """Return a key that is the same for all spellings of a DN. Raises DnError."""
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
        """Return whether the name is spelled as in keys and its plain values are compared ignoring case."""
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
            # Without a known rule, values in DNs are compared like most attributes: ignoring case.
            rule = self.normaliser(name) if self.attribute(name) else normaliser_for("caseignore")
            key = rule(value.encode()).decode("utf-8", "replace")
            pairs.append((self.canonical(name).lower(), key))
        return format_dn([sorted(pairs)])

    def _class_key(self, value: bytes) -> bytes:
        name = value.decode("utf-8", "replace").strip().lower()
        return self._classes.get(name, name).lower().encode()


def _parse(kind: str, texts: t.Iterable[str]) -> t.Iterator[Definition]:
    """Yield the definitions, without those that are not valid by RFC 4512: some servers publish such."""
    for text in texts:
        try:
            yield parse_definition(kind, text)
        except SchemaSyntaxError:
            continue


def _attribute_types(texts: t.Iterable[str]) -> dict[str, AttributeType]:
    definitions = {
        name.lower(): definition
        for definition in _parse("attributetype", texts)
        for name in (*definition.names, definition.oid)
    }
    return {
        name: AttributeType(
            (*definition.names, definition.oid),
            _inherited_equality(name, definitions),
            "SINGLE-VALUE" in definition.fields,
            "NO-USER-MODIFICATION" in definition.fields,
            definition.fields.get("USAGE", ("userApplications",))[0].lower() != "userapplications",
        )
        for name, definition in definitions.items()
    }


def _inherited_equality(name: str, definitions: t.Mapping[str, Definition]) -> str:
    seen: set[str] = set()
    while name in definitions and name not in seen:
        seen.add(name)
        fields = definitions[name].fields
        if "EQUALITY" in fields:
            rule = fields["EQUALITY"][0]
            return rule[: -len("Match")].lower() if rule.endswith("Match") else rule.lower()
        name = fields.get("SUP", ("",))[0].lower()
    return ""


_UNPUBLISHED_TYPES = _attribute_types(_UNPUBLISHED)
