# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wanted of a directory: entries and the state they shall be in, checked before anything is read.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..ldif.fast_reader import layout_of
from ..ldif.reader import Record
from ..syntax.attributes import Values
from ..syntax.dn import DnError, split_dn
from ..syntax.subschema import Subschema

PRESENT, ABSENT, EXACT = "present", "absent", "exact"


class AttributeChange(t.NamedTuple):
    """A change to one attribute, idempotent as a state.

    *how*: "replace" (exactly these values; none: not there), "add" (these among others), "delete" (none of
    these; none given: not there), "set_if_absent" (these, if the attribute has no value yet).
    """

    how: str
    attribute: str
    values: Values


class DesiredEntry(t.NamedTuple):
    """One entry as it shall be. *attributes* are replace steps, *steps* follow them in order.

    *state*: present (other attributes stay), exact (other attributes go) or absent.
    *rename_from*: the DN that the entry is renamed from if it still has that one.
    *origin* names the entry in messages. *must_exist*: it is changed but never created.
    """

    dn: str
    attributes: t.Mapping[str, Values]
    origin: str
    state: str = PRESENT
    steps: tuple[AttributeChange, ...] = ()
    rename_from: str | None = None
    delete_old_rdn: bool = True
    must_exist: bool = False

    def attribute_names(self) -> t.Iterator[str]:
        """Yield the name of each attribute that is wished for."""
        yield from self.attributes
        for step in self.steps:
            yield step.attribute


def from_records(records: t.Iterable[Record], source: str, state: str = PRESENT) -> t.Iterator[DesiredEntry]:
    """Read LDIF records as the state that they lead to; changes of one entry are put together.

    *state* is that of content records; change records say their own. Raises ModuleError.
    """
    pending: dict[str, DesiredEntry] = {}
    for record in records:
        origin = f"{source}, line {record.line}"
        if record.changetype is None:
            yield DesiredEntry(record.dn, {} if state == ABSENT else record.attributes, origin, state)
            continue
        key = record.dn.lower()
        before = pending.pop(key, None)
        want = _after_change(before, record, origin)
        pending[want.dn.lower()] = want
    yield from pending.values()


def _after_change(before: DesiredEntry | None, record: Record, origin: str) -> DesiredEntry:
    if record.changetype == "add":
        # Added after it was deleted: nothing of the old entry stays.
        state = EXACT if before is not None and before.state == ABSENT else PRESENT
        return DesiredEntry(record.dn, record.attributes, origin, state)
    if record.changetype == "delete":
        return DesiredEntry(record.dn, {}, origin, ABSENT)
    if before is not None and before.state == ABSENT:
        raise ModuleError(
            f"{origin}: the entry {record.dn!r} is changed after it was deleted; remove one of the two."
        )
    want = before or DesiredEntry(record.dn, {}, origin, must_exist=True)
    if record.changetype == "modify":
        steps = tuple(AttributeChange(*mod_spec) for mod_spec in record.mod_specs)
        return want._replace(steps=want.steps + steps)
    try:
        parent = split_dn(record.dn)[1] if record.new_superior is None else record.new_superior
    except DnError as error:
        raise ModuleError(f"{origin}: {error}.") from error
    return want._replace(
        dn=f"{record.new_rdn},{parent}" if parent else record.new_rdn,
        rename_from=want.rename_from or record.dn,
        delete_old_rdn=record.delete_old_rdn,
    )


def attributes_to_read(wants: t.Iterable[DesiredEntry]) -> list[str]:
    """Return what must be read of the stored entries to compare them: names, objectClass among them, or "*"."""
    names = {"objectClass"}
    seen: set[t.Hashable] = set()
    for want in wants:
        if want.state != PRESENT:
            return ["*"]
        make = layout_of(want.attributes)
        if make not in seen:
            seen.add(make)
            names.update(want.attributes)
        names.update([step.attribute for step in want.steps])
    return sorted(names)


def validate(wants: t.Iterable[DesiredEntry], subschema: Subschema) -> dict[str, DesiredEntry]:
    """Return the wants by the key of their DN, with attributes spelled as the server spells them.

    Raises ModuleError for what is no DN, wanted twice, or has an attribute or class that the server does not know.
    """
    by_key: dict[str, DesiredEntry] = {}
    checker = _Checker(subschema)
    for want in wants:
        try:
            key = subschema.dn_key(want.dn)
            if want.rename_from is not None:
                subschema.dn_key(want.rename_from)
        except DnError as error:
            raise ModuleError(f"{want.origin}: {error}.") from error
        if key in by_key:
            raise ModuleError(
                f"{want.origin}: the entry {want.dn!r} is given already by {by_key[key].origin}; "
                "keep one of the two."
            )
        if not key:
            raise ModuleError(f"{want.origin}: the empty DN names no entry; give the entry's full DN.")
        by_key[key] = checker.check(want)
    return by_key


class _Checker:
    """Checks names of attributes and classes; entries of one make are looked at once."""

    def __init__(self, subschema: Subschema) -> None:
        self._subschema = subschema
        self._plain: dict[t.Hashable, bool] = {}
        self._classes: set[bytes] = set()

    def check(self, want: DesiredEntry) -> DesiredEntry:
        make = layout_of(want.attributes)
        plain = self._plain.get(make)
        if plain is None:
            plain = self._plain[make] = all(self._is_plain(name) for name in want.attributes)
        if not plain:
            want = want._replace(attributes=self._respelled(want))
        if want.steps:
            steps = []
            for step in want.steps:
                name = self._name(step.attribute, want)
                if name:
                    steps.append(AttributeChange(step.how, name, step.values))
            want = want._replace(steps=tuple(steps))
        if self._subschema:
            self._check_classes(want)
        return want

    def _name(self, name: str, want: DesiredEntry) -> str:
        """Return the server's spelling of a name, or the empty text if only the server sets the attribute."""
        kind = self._subschema.attribute(name)
        if kind is None and self._subschema:
            raise ModuleError(
                f"{want.origin}: the entry {want.dn!r} has the attribute {name!r}, which the server's schema "
                f"does not know{self._hint(name)}; correct it, or load the schema that defines it."
            )
        return "" if kind is not None and kind.read_only else self._subschema.canonical(name)

    def _is_plain(self, name: str) -> bool:
        kind = self._subschema.attribute(name)
        known = not self._subschema or (kind is not None and not kind.read_only)
        return known and self._subschema.canonical(name) == name

    def _respelled(self, want: DesiredEntry) -> dict[str, Values]:
        attributes: dict[str, Values] = {}
        for name, values in want.attributes.items():
            if not values and self._subschema and self._subschema.attribute(name) is None:
                # What no entry here can have, this one has not.
                continue
            known = self._name(name, want)
            if known in attributes:
                attributes[known] = attributes[known] + values
            elif known:
                attributes[known] = values
        return attributes

    def _check_classes(self, want: DesiredEntry) -> None:
        values = list(want.attributes.get("objectClass", ()))
        for step in want.steps:
            if step.attribute == "objectClass" and step.how != "delete":
                values += step.values
        for value in values:
            if value in self._classes:
                continue
            name = value.decode("utf-8", "replace").strip()
            if not self._subschema.has_class(name):
                raise ModuleError(
                    f"{want.origin}: the entry {want.dn!r} has the object class {name!r}, which the server's "
                    f"schema does not know{self._hint(name, classes=True)}; "
                    "correct it, or load the schema that defines it."
                )
            self._classes.add(value)

    def _hint(self, name: str, classes: bool = False) -> str:
        nearest = self._subschema.suggest(name, classes)
        return f" (nearest: {nearest!r})" if nearest else ""
