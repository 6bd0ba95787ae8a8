# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the operations that turn current entries into desired ones: pure functions.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import functools
import typing as t

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..client.operations import Add, Delete, Modify, Operation, Rename
from ..client.passwords import is_checkable, is_hashed, ssha, verify
from ..ldif.fast_reader import Row
from ..syntax.attributes import Attributes, Values
from ..syntax.dn import parse_dn, split_dn
from ..syntax.subschema import Subschema
from .desired import ABSENT, EXACT, DesiredEntry

# The attribute that holds passwords (RFC 4519, 2.41), which a server also accepts by its OID and with options.
_PASSWORD = frozenset(("userpassword", "2.5.4.35"))
CLASSES = "objectClass"


@functools.lru_cache(maxsize=1024)
def is_password(name: str) -> bool:
    """Return whether an attribute description names userPassword, in any spelling and with any options."""
    return name.partition(";")[0].lower() in _PASSWORD


class EntryPlanner:
    """Compares entries one by one, so that only the operations need memory.

    *hasher* returns the hash that is stored for a clear-text password.
    """

    def __init__(self, subschema: Subschema, hasher: t.Callable[[bytes], bytes] = ssha) -> None:
        self._subschema = subschema
        self._hasher = hasher

    def plan(
        self, desired: DesiredEntry, current: Attributes | None, former: Attributes | None = None
    ) -> list[Operation]:
        """Return the operations for an entry with the attributes *current*, or *former* at the DN in rename_from."""
        if desired.state == ABSENT:
            return [Delete(desired.dn, current)] if current is not None else []
        if former is not None and desired.rename_from is not None:
            if current is not None:
                raise ModuleError(
                    f"{desired.origin}: {desired.rename_from!r} cannot be renamed, because "
                    f"{desired.dn!r} exists as well; delete one of them."
                )
            rename = Rename(desired.rename_from, desired.dn, desired.delete_old_rdn)
            return [rename, *self._modify(desired, self._after_rename(rename, former))]
        if current is None:
            return [self._add(desired)]
        return self._modify(desired, current)

    def _add(self, desired: DesiredEntry) -> Add:
        if desired.must_exist:
            raise ModuleError(
                f"{desired.origin}: the entry {desired.dn!r} does not exist and cannot be changed; add it first."
            )
        attributes = self._target(desired, {}) if desired.changes else desired.attributes
        if not isinstance(attributes, Row):
            attributes = {name: values for name, values in attributes.items() if values}
        for name in filter(is_password, attributes):
            values = attributes[name]
            if not all(map(is_hashed, values)):
                attributes = {**attributes, name: self._hashed(desired, values, [])}
        if CLASSES not in attributes:
            raise ModuleError(
                f"{desired.origin}: the entry {desired.dn!r} does not exist and cannot be created without classes; "
                "give objectClass."
            )
        for name, value in parse_dn(split_dn(desired.dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            if canonical not in attributes or canonical in desired.attributes:
                # As slapd does.
                attributes = {
                    **attributes,
                    canonical: self._union(canonical, attributes.get(canonical, []), [value.encode()]),
                }
            else:
                self._check_naming(desired, canonical, value, attributes[canonical])
        return Add(desired.dn, attributes)

    def _modify(self, desired: DesiredEntry, current: Attributes) -> list[Operation]:
        if not desired.changes and desired.state != EXACT:
            target: t.Mapping[str, Values] = desired.attributes
        else:
            target = self._target(desired, current)
        changes: list[Change] = []
        before: Attributes = {}
        after: Attributes = {}
        for name, values in target.items():
            stored = current.get(name, [])
            if stored == values and not is_password(name):
                continue
            if is_password(name):
                new = self._hashed(desired, values, stored)
            elif name == CLASSES and target is desired.attributes:
                # Additional classes are kept, like additional attributes.
                new = self._union(name, stored, values)
            else:
                new = self._with_naming(desired, name, values) if name in desired.attributes else values
            change = self._change(name, new, stored)
            if change:
                changes += change
                before[name], after[name] = stored, new
        if not changes:
            return []
        for name, value in parse_dn(split_dn(desired.dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            if canonical in after:
                self._check_naming(desired, canonical, value, after[canonical])
        return [Modify(desired.dn, changes, before, after)]

    def _change(self, name: str, desired: Values, stored: Values) -> list[Change]:
        """Return the smallest change of one attribute, empty if the values are equal by its matching rule."""
        normalise = self._subschema.normaliser(name)
        desired_by_key = {normalise(value): value for value in desired}
        stored_by_key = {normalise(value): value for value in stored}
        if desired_by_key.keys() == stored_by_key.keys():
            return []
        if not desired_by_key:
            return [(MOD_DELETE, name, None)]
        removed = [value for key, value in stored_by_key.items() if key not in desired_by_key]
        added = [value for key, value in desired_by_key.items() if key not in stored_by_key]
        if len(removed) + len(added) >= len(desired_by_key) or not self._subschema.comparable(name):
            return [(MOD_REPLACE, name, list(desired_by_key.values()))]
        changes: list[Change] = [(MOD_DELETE, name, removed)] if removed else []
        return [*changes, (MOD_ADD, name, added)] if added else changes

    def _target(self, desired: DesiredEntry, current: Attributes) -> Attributes:
        """Return the target attributes of the entry, with an empty list for those to be removed."""
        target: Attributes = {}
        if desired.state == EXACT:
            naming = {
                self._subschema.canonical(name) for name, _value in parse_dn(split_dn(desired.dn)[0])[0]
            }
            target = {name: [] for name in current if name not in naming and not self._operational(name)}
        target.update(desired.attributes)
        if desired.state != EXACT and CLASSES in target:
            target[CLASSES] = self._union(CLASSES, current.get(CLASSES, []), target[CLASSES])
        for change in desired.changes:
            name = change.attribute
            stored = target[name] if name in target else current.get(name, [])
            values = change.values
            if is_password(name):
                # A value stored in clear text is matched as it is, any other one by its stored hash.
                plain = [value for value in values if value in stored]
                to_hash = [value for value in values if value not in plain]
                values = plain + self._hashed(desired, to_hash, stored)
            if change.operation == "replace" or (change.operation == "set_if_absent" and not stored):
                target[name] = values
            elif change.operation == "add":
                target[name] = self._union(name, stored, values)
            elif change.operation == "delete":
                target[name] = self._without(name, stored, values)
        return target if current else {name: values for name, values in target.items() if values}

    def _union(self, name: str, current: Values, values: Values) -> Values:
        normalise = self._subschema.normaliser(name)
        known = {normalise(value) for value in current}
        return current + [value for value in values if normalise(value) not in known]

    def _without(self, name: str, current: Values, values: Values) -> Values:
        normalise = self._subschema.normaliser(name)
        unwanted = {normalise(value) for value in values}
        return [value for value in current if values and normalise(value) not in unwanted]

    def _hashed(self, desired: DesiredEntry, passwords: Values, stored: Values) -> Values:
        """Return the values to store for passwords: for each, the stored hash that matches, otherwise a new one."""
        values = []
        for value in dict.fromkeys(passwords):
            if is_hashed(value):
                values.append(value)
                continue
            results = {each: verify(each, value) for each in stored if is_hashed(each)}
            kept = next((each for each, matches in results.items() if matches), None)
            unknown = [each for each, matches in results.items() if matches is None and is_checkable(each)]
            if kept is None and unknown:
                scheme = unknown[0].partition(b"}")[0].decode() + "}"
                raise ModuleError(
                    f"{desired.origin}: the password of {desired.dn!r} is stored as {scheme}, which this host cannot "
                    "compare; install what supports it (python3-argon2 for {ARGON2}), or give the hash itself."
                )
            values.append(self._hasher(value) if kept is None else kept)
        return values

    def _operational(self, name: str) -> bool:
        kind = self._subschema.attribute(name)
        return kind is not None and (kind.operational or kind.read_only)

    def _after_rename(self, rename: Rename, former: Attributes) -> Attributes:
        current = dict(former)
        if rename.delete_old:
            for name, value in parse_dn(split_dn(rename.dn)[0])[0]:
                canonical = self._subschema.canonical(name)
                current[canonical] = self._without(canonical, current.get(canonical, []), [value.encode()])
        for name, value in parse_dn(split_dn(rename.new_dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            current[canonical] = self._union(canonical, current.get(canonical, []), [value.encode()])
        return current

    def _with_naming(self, desired: DesiredEntry, name: str, values: Values) -> Values:
        """Return the values with those in the entry's RDN, which cannot be removed."""
        pairs = parse_dn(split_dn(desired.dn)[0])[0]
        naming = [value.encode() for each, value in pairs if self._subschema.canonical(each) == name]
        return self._union(name, values, naming) if naming else values

    def _check_naming(self, desired: DesiredEntry, name: str, value: str, values: Values) -> None:
        normalise = self._subschema.normaliser(name)
        if normalise(value.encode()) not in map(normalise, values):
            raise ModuleError(
                f"{desired.origin}: the entry {desired.dn!r} is named by {name}={value}, which is not among "
                f"its values of {name}; add it, or correct the DN."
            )


def has_name(dn: str, attributes: Attributes, subschema: Subschema) -> bool:
    """Return whether the attributes contain the relative name of a DN in exactly this spelling."""
    return all(
        value.encode() in attributes.get(subschema.canonical(name), [])
        for name, value in parse_dn(split_dn(dn)[0])[0]
    )
