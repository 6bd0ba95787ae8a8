# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The desired state of a directory: entries and changes to them, validated before anything is compared.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from ..ldif.fast_reader import layout_of
from ..ldif.reader import Record
from ..syntax.attributes import Values
from ..syntax.dn import DnError, ancestors, split_dn
from ..syntax.subschema import Subschema

PRESENT, ABSENT, EXACT = "present", "absent", "exact"


class AttributeChange(t.NamedTuple):
    """An idempotent change to one attribute.

    *operation*: "replace" (exactly these values; without values, the attribute is removed), "add" (at least these
    values), "delete" (none of these values; without values, the attribute is removed), "set_if_absent" (these
    values if the attribute has none).
    """

    operation: str
    attribute: str
    values: Values


class DesiredEntry(t.NamedTuple):
    """A desired entry. *attributes* are replaced, then *changes* are applied in order.

    *state*: present (other attributes are kept), exact (other attributes are removed) or absent.
    *rename_from*: the DN from which the entry is renamed if it exists. *origin*: its source, for messages.
    *must_exist*: the entry is changed but never created.
    """

    dn: str
    attributes: t.Mapping[str, Values]
    origin: str
    state: str = PRESENT
    changes: tuple[AttributeChange, ...] = ()
    rename_from: str | None = None
    delete_old_rdn: bool = True
    must_exist: bool = False

    def attribute_names(self) -> t.Iterator[str]:
        """Yield the name of each desired attribute."""
        yield from self.attributes
        for change in self.changes:
            yield change.attribute


def from_records(records: t.Iterable[Record], source: str, state: str = PRESENT) -> t.Iterator[DesiredEntry]:
    """Convert LDIF records to desired entries; change records of the same entry are merged.

    *state* is the state of content records. Raises ModuleError.
    """
    pending: dict[str, DesiredEntry] = {}
    for record in records:
        origin = f"{source}, line {record.line}"
        deletes = state == ABSENT and record.changetype is None
        if record.changetype in (None, "add") and not record.attributes and not deletes:
            raise ModuleError(
                f"{origin}: the record of {record.dn!r} has no attributes; give some, or set state to absent."
            )
        if record.changetype is None:
            yield DesiredEntry(record.dn, {} if state == ABSENT else record.attributes, origin, state)
            continue
        key = record.dn.lower()
        before = pending.pop(key, None)
        entry = _after_change(before, record, origin)
        pending[entry.dn.lower()] = entry
    yield from pending.values()


def _after_change(before: DesiredEntry | None, record: Record, origin: str) -> DesiredEntry:
    if record.changetype == "add":
        # Deleted and added again: no attribute is kept.
        state = EXACT if before is not None and before.state == ABSENT else PRESENT
        return DesiredEntry(record.dn, record.attributes, origin, state)
    if record.changetype == "delete":
        return DesiredEntry(record.dn, {}, origin, ABSENT)
    if before is not None and before.state == ABSENT:
        raise ModuleError(
            f"{origin}: the entry {record.dn!r} is changed after it was deleted; remove one of the two."
        )
    entry = before or DesiredEntry(record.dn, {}, origin, must_exist=True)
    if record.changetype == "modify":
        changes = tuple(AttributeChange(*mod_spec) for mod_spec in record.mod_specs)
        return entry._replace(changes=entry.changes + changes)
    try:
        parent = split_dn(record.dn)[1] if record.new_superior is None else record.new_superior
    except DnError as error:
        raise ModuleError(f"{origin}: {error}.") from error
    return entry._replace(
        dn=f"{record.new_rdn},{parent}" if parent else record.new_rdn,
        rename_from=entry.rename_from or record.dn,
        delete_old_rdn=record.delete_old_rdn,
    )


def attributes_to_read(entries: t.Iterable[DesiredEntry]) -> list[str]:
    """Return the attributes to read for the comparison: names including objectClass, and "*" where others matter."""
    names = {"objectClass"}
    seen: set[t.Hashable] = set()
    for entry in entries:
        if entry.state != PRESENT:
            names.add("*")
        layout = layout_of(entry.attributes)
        if layout not in seen:
            seen.add(layout)
            names.update(entry.attributes)
        names.update([change.attribute for change in entry.changes])
    return sorted(names)


def validate(entries: t.Iterable[DesiredEntry], subschema: Subschema) -> dict[str, DesiredEntry]:
    """Return the entries by DN key, with attribute names in the server's spelling.

    Raises ModuleError for an invalid DN, a repeated entry, or an attribute or class unknown to the server.
    """
    by_key: dict[str, DesiredEntry] = {}
    checker = _Checker(subschema)
    for entry in entries:
        try:
            key = subschema.dn_key(entry.dn)
            if entry.rename_from is not None:
                subschema.dn_key(entry.rename_from)
        except DnError as error:
            raise ModuleError(f"{entry.origin}: {error}.") from error
        if key in by_key:
            raise ModuleError(
                f"{entry.origin}: the entry {entry.dn!r} is also given by {by_key[key].origin}; "
                "remove one of the two."
            )
        if not key:
            raise ModuleError(f"{entry.origin}: the DN is empty; give the full DN of the entry.")
        by_key[key] = checker.check(entry)
    _check_places(by_key, subschema)
    return by_key


def _check_places(entries: t.Mapping[str, DesiredEntry], subschema: Subschema) -> None:
    """Raise ModuleError for an entry whose place another one deletes or renames."""
    gone: dict[str, DesiredEntry] = {key: entry for key, entry in entries.items() if entry.state == ABSENT}
    sources: dict[str, DesiredEntry] = {}
    for key, entry in entries.items():
        source = key if entry.rename_from is None else subschema.dn_key(entry.rename_from)
        if source != key:
            other = sources.setdefault(source, entry)
            if other is not entry:
                raise ModuleError(
                    f"{entry.origin}: {entry.rename_from!r} is already renamed to {other.dn!r} by {other.origin}; "
                    "remove one of the two."
                )
    if not gone and not sources:
        return
    for key, entry in entries.items():
        if entry.state == ABSENT:
            continue
        for above in ancestors(key):
            if above in gone:
                raise ModuleError(
                    f"{entry.origin}: the entry {entry.dn!r} is below {gone[above].dn!r}, which {gone[above].origin} "
                    "deletes; remove one of the two."
                )
            if above in sources:
                raise ModuleError(
                    f"{entry.origin}: the entry {entry.dn!r} has a place that {sources[above].origin} renames to "
                    f"{sources[above].dn!r}; give its DN after the renaming."
                )


class _Checker:
    """Checks names of attributes and classes, once for entries with the same layout."""

    def __init__(self, subschema: Subschema) -> None:
        self._subschema = subschema
        self._plain: dict[t.Hashable, bool] = {}
        self._classes: set[bytes] = set()

    def check(self, entry: DesiredEntry) -> DesiredEntry:
        layout = layout_of(entry.attributes)
        plain = self._plain.get(layout)
        if plain is None:
            plain = self._plain[layout] = all(self._is_plain(name) for name in entry.attributes)
        if not plain:
            entry = entry._replace(attributes=self._respelled(entry))
        if entry.changes:
            changes = []
            for change in entry.changes:
                name = self._name(change.attribute, entry)
                if name:
                    changes.append(AttributeChange(change.operation, name, change.values))
            entry = entry._replace(changes=tuple(changes))
        if self._subschema:
            self._check_classes(entry)
        return entry

    def _name(self, name: str, entry: DesiredEntry) -> str:
        """Return the server's spelling of a name, or an empty string if only the server sets the attribute."""
        kind = self._subschema.attribute(name)
        if kind is None and self._subschema:
            raise ModuleError(
                f"{entry.origin}: the entry {entry.dn!r} has the attribute {name!r}, which the server's schema "
                f"does not know{self._hint(name)}; correct it, or load the schema that defines it."
            )
        return "" if kind is not None and kind.read_only else self._subschema.canonical(name)

    def _is_plain(self, name: str) -> bool:
        kind = self._subschema.attribute(name)
        known = not self._subschema or (kind is not None and not kind.read_only)
        return known and self._subschema.canonical(name) == name

    def _respelled(self, entry: DesiredEntry) -> dict[str, Values]:
        attributes: dict[str, Values] = {}
        for name, values in entry.attributes.items():
            if not values and self._subschema and self._subschema.attribute(name) is None:
                # The server has no such attribute, so it needs no removal.
                continue
            known = self._name(name, entry)
            if known in attributes:
                attributes[known] = attributes[known] + values
            elif known:
                attributes[known] = values
        return attributes

    def _check_classes(self, entry: DesiredEntry) -> None:
        values = list(entry.attributes.get("objectClass", ()))
        for change in entry.changes:
            if change.attribute == "objectClass" and change.operation != "delete":
                values += change.values
        for value in values:
            if value in self._classes:
                continue
            name = value.decode("utf-8", "replace").strip()
            if not self._subschema.has_class(name):
                raise ModuleError(
                    f"{entry.origin}: the entry {entry.dn!r} has the object class {name!r}, which the server's "
                    f"schema does not know{self._hint(name, classes=True)}; "
                    "correct it, or load the schema that defines it."
                )
            self._classes.add(value)

    def _hint(self, name: str, classes: bool = False) -> str:
        suggestion = self._subschema.suggest(name, classes)
        return f" (did you mean {suggestion!r}?)" if suggestion else ""
