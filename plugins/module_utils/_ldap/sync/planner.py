# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wanted and what is there to the operations that lead from the one to the other. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..client.operations import Add, Delete, Modify, Operation, Rename
from ..client.passwords import is_hashed, ssha, verify
from ..ldif.fast_reader import Row
from ..syntax.attributes import Attributes, Values
from ..syntax.dn import parse_dn, split_dn
from ..syntax.subschema import Subschema
from .desired import ABSENT, EXACT, DesiredEntry

PASSWORD = "userPassword"  # noqa: S105  the attribute's name (RFC 4519, 2.41)
CLASSES = "objectClass"


class EntryPlanner:
    """Compares entries one by one, so that no more than the changes need to be kept.

    *hasher* turns a clear-text password into what is stored.
    """

    def __init__(self, subschema: Subschema, hasher: t.Callable[[bytes], bytes] = ssha) -> None:
        self._subschema = subschema
        self._hasher = hasher

    def plan(
        self, want: DesiredEntry, have: Attributes | None, old: Attributes | None = None
    ) -> list[Operation]:
        """Return one entry's operations; *have* is what its DN holds, *old* what its former DN holds."""
        if want.state == ABSENT:
            return [Delete(want.dn, have)] if have is not None else []
        if old is not None and want.rename_from is not None:
            if have is not None:
                raise ModuleError(
                    f"{want.origin}: {want.rename_from!r} cannot be renamed, for {want.dn!r} exists as well; "
                    "delete one of them."
                )
            rename = Rename(want.rename_from, want.dn, want.delete_old_rdn)
            return [rename, *self._modify(want, self._after_rename(rename, old))]
        if have is None:
            return [self._add(want)]
        return self._modify(want, have)

    def _add(self, want: DesiredEntry) -> Add:
        if want.must_exist:
            raise ModuleError(
                f"{want.origin}: the entry {want.dn!r} to be changed does not exist; add it first."
            )
        attributes = want.attributes
        if want.steps:
            attributes = self._target(want, {})
        else:
            if not isinstance(attributes, Row):
                attributes = {name: values for name, values in attributes.items() if values}
            passwords = attributes.get(PASSWORD, [])
            if not all(map(is_hashed, passwords)):
                attributes = {**attributes, PASSWORD: self._hashed(passwords, [])}
        if CLASSES not in attributes:
            raise ModuleError(
                f"{want.origin}: the entry {want.dn!r} does not exist and is not created without classes; "
                "give objectClass."
            )
        for name, value in parse_dn(split_dn(want.dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            if canonical not in attributes:
                attributes = {**attributes, canonical: [value.encode()]}
            else:
                self._check_naming(want, canonical, value, attributes[canonical])
        return Add(want.dn, attributes)

    def _modify(self, want: DesiredEntry, have: Attributes) -> list[Operation]:
        if not want.steps and want.state != EXACT:
            target: t.Mapping[str, Values] = want.attributes
        else:
            target = self._target(want, have)
        changes: list[Change] = []
        before: Attributes = {}
        after: Attributes = {}
        for name, values in target.items():
            stored = have.get(name, [])
            if stored == values and name != PASSWORD:
                continue
            if name == PASSWORD:
                wanted = self._hashed(values, stored)
            elif name == CLASSES and target is want.attributes:
                # Classes that others gave the entry stay, as attributes that others gave it do.
                wanted = self._united(name, stored, values)
            else:
                wanted = values
            change = self._change(name, wanted, stored)
            if change:
                changes += change
                before[name], after[name] = stored, wanted
        if not changes:
            return []
        for name, value in parse_dn(split_dn(want.dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            if canonical in after:
                self._check_naming(want, canonical, value, after[canonical])
        return [Modify(want.dn, changes, before, after)]

    def _change(self, name: str, wanted: Values, stored: Values) -> list[Change]:
        """Return the smallest change of one attribute, empty if the values are equal by its matching rule."""
        normalise = self._subschema.normaliser(name)
        new = {normalise(value): value for value in wanted}
        old = {normalise(value): value for value in stored}
        if new.keys() == old.keys():
            return []
        if not new:
            return [(MOD_DELETE, name, None)]
        gone = [value for key, value in old.items() if key not in new]
        come = [value for key, value in new.items() if key not in old]
        if len(gone) + len(come) >= len(new) or not self._subschema.comparable(name):
            return [(MOD_REPLACE, name, list(new.values()))]
        changes: list[Change] = [(MOD_DELETE, name, gone)] if gone else []
        return [*changes, (MOD_ADD, name, come)] if come else changes

    def _target(self, want: DesiredEntry, have: Attributes) -> Attributes:
        """Return the attributes that the entry shall have, with an empty list for those that go."""
        target: Attributes = {}
        if want.state == EXACT:
            naming = {self._subschema.canonical(name) for name, _value in parse_dn(split_dn(want.dn)[0])[0]}
            target = {name: [] for name in have if name not in naming and not self._read_only(name)}
        target.update(want.attributes)
        if want.state != EXACT and CLASSES in target:
            target[CLASSES] = self._united(CLASSES, have.get(CLASSES, []), target[CLASSES])
        for step in want.steps:
            name = step.attribute
            current = target[name] if name in target else have.get(name, [])
            values = step.values
            if name == PASSWORD:
                # A clear value that is stored as such is named as such; any other is what is stored for it.
                plain = [value for value in values if value in current]
                values = plain + self._hashed([value for value in values if value not in plain], current)
            if step.how == "replace" or (step.how == "set_if_absent" and not current):
                target[name] = values
            elif step.how == "add":
                target[name] = self._united(name, current, values)
            elif step.how == "delete":
                target[name] = self._without(name, current, values)
        return target if have else {name: values for name, values in target.items() if values}

    def _united(self, name: str, current: Values, values: Values) -> Values:
        normalise = self._subschema.normaliser(name)
        known = {normalise(value) for value in current}
        return current + [value for value in values if normalise(value) not in known]

    def _without(self, name: str, current: Values, values: Values) -> Values:
        normalise = self._subschema.normaliser(name)
        unwanted = {normalise(value) for value in values}
        return [value for value in current if values and normalise(value) not in unwanted]

    def _hashed(self, wanted: Values, stored: Values) -> Values:
        """Return what to store for passwords: the stored value that holds the password, else a new hash."""
        values = []
        for value in wanted:
            if is_hashed(value):
                values.append(value)
                continue
            kept = [old for old in stored if is_hashed(old) and verify(old, value)]
            values.append(kept[0] if kept else self._hasher(value))
        return values

    def _read_only(self, name: str) -> bool:
        kind = self._subschema.attribute(name)
        return kind is not None and kind.read_only

    def _after_rename(self, rename: Rename, old: Attributes) -> Attributes:
        have = dict(old)
        if rename.delete_old:
            for name, value in parse_dn(split_dn(rename.dn)[0])[0]:
                canonical = self._subschema.canonical(name)
                have[canonical] = self._without(canonical, have.get(canonical, []), [value.encode()])
        for name, value in parse_dn(split_dn(rename.new_dn)[0])[0]:
            canonical = self._subschema.canonical(name)
            have[canonical] = self._united(canonical, have.get(canonical, []), [value.encode()])
        return have

    def _check_naming(self, want: DesiredEntry, name: str, value: str, values: Values) -> None:
        normalise = self._subschema.normaliser(name)
        if normalise(value.encode()) not in map(normalise, values):
            raise ModuleError(
                f"{want.origin}: the entry {want.dn!r} is named by {name}={value}, but this is not among "
                f"its values of {name}; add it, or correct the DN."
            )


def ordered(operations: t.Iterable[Operation], key: t.Callable[[str], str]) -> list[Operation]:
    """Put operations in an order that a server accepts: parents before children, on delete after them."""
    renames: list[Operation] = []
    deletes: list[Operation] = []
    adds: list[Operation] = []
    modifies: list[Operation] = []
    for operation in operations:
        if isinstance(operation, Add):
            adds.append(operation)
        elif isinstance(operation, Modify):
            modifies.append(operation)
        elif isinstance(operation, Delete):
            deletes.append(operation)
        else:
            renames.append(operation)
    deletes.sort(key=lambda operation: -key(operation.dn).count(","))
    adds.sort(key=lambda operation: key(operation.dn).count(","))
    return [*renames, *deletes, *adds, *modifies]
