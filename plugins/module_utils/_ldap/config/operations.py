# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of cn=config: desired and current values, and the single operation that turns one into the other.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..syntax.subschema import Subschema
from .values import Indexes, comparison_key, consumer_key, in_order, is_ordered, redact_value, squeezed, texts

Texts = t.Tuple[str, ...]


@dataclass(frozen=True)
class DesiredAttribute:
    """The desired values of one attribute; *option* is where the user gave them."""

    attribute: str
    values: Texts
    option: str


@dataclass
class ConfigOperation:
    """An operation on one entry: an add, or a modify with the changes that undo it.

    *options* maps each attribute to the option that sets it. *directory* is created before an add.
    """

    action: str
    dn: str
    options: dict[str, str]
    attributes: dict[str, list[bytes]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    undo: list[Change] = field(default_factory=list)
    directory: str | None = None
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def diff(self) -> dict[str, str]:
        """Return the changed attributes, before and after, as LDIF with secrets redacted."""
        return {
            "before_header": self.dn if self.action == "modify" else f"{self.dn} (absent)",
            "after_header": self.dn,
            "before": "".join(f"{line}\n" for line in self.before),
            "after": "".join(f"{line}\n" for line in self.after),
        }


@dataclass(frozen=True)
class ConfigEntry:
    """A current entry of cn=config, with lower-case attribute names."""

    dn: str
    values: t.Mapping[str, Texts]

    def get(self, attribute: str) -> Texts:
        """Return the values of an attribute as the server returned them."""
        return self.values.get(attribute.lower(), ())


def entry_of(dn: str, attributes: t.Mapping[str, t.Sequence[bytes]], subschema: Subschema) -> ConfigEntry:
    """Convert an entry from the server; attributes get their canonical names."""
    return ConfigEntry(
        dn,
        {
            subschema.canonical(name).lower(): tuple(value.decode("utf-8", "replace") for value in values)
            for name, values in attributes.items()
        },
    )


def raw_attributes(options: t.Mapping[str, t.Any], where: str) -> list[DesiredAttribute]:
    """Convert an option that contains attributes of cn=config by name."""
    sources = {name: f"{where}.{name}" for name in options}
    return [DesiredAttribute(name, texts(options[name], source), source) for name, source in sources.items()]


def check_attributes(desired: t.Iterable[DesiredAttribute], subschema: Subschema) -> list[DesiredAttribute]:
    """Use the server's spelling of each attribute. Raises ModuleError for unknown and repeated ones."""
    checked: dict[str, DesiredAttribute] = {}
    for each in desired:
        if subschema and subschema.attribute(each.attribute) is None:
            suggestion = subschema.suggest(each.attribute)
            hint = f"did you mean {suggestion}?" if suggestion else "see slapd-config(5) for the attributes."
            raise ModuleError(
                f"{each.option}: this slapd does not know the attribute {each.attribute!r} "
                f"(it may belong to a module that is not loaded); {hint}"
            )
        for value in each.values:
            if any(character in value for character in "\n\r\0"):
                raise ModuleError(
                    f"{each.option}: a value contains a line break; write it on one line (YAML: >-)."
                )
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ModuleError(f"{each.option}: a value is not UTF-8; correct its encoding.")
        name = subschema.canonical(each.attribute)
        if name.lower() in checked:
            raise ModuleError(
                f"{each.option} and {checked[name.lower()].option} both set {name}; remove one of the two."
            )
        checked[name.lower()] = DesiredAttribute(name, each.values, each.option)
    return list(checked.values())


def add_operation(
    dn: str, fixed: t.Mapping[str, Texts], desired: t.Iterable[DesiredAttribute], directory: str | None = None
) -> ConfigOperation:
    """Return the operation that adds an entry; *fixed* are the attributes that define its kind."""
    given = [each for each in desired if each.values]
    operation = ConfigOperation(
        "add", dn, {each.attribute.lower(): each.option for each in given}, directory=directory
    )
    for attribute, values in (*fixed.items(), *((each.attribute, each.values) for each in given)):
        operation.attributes[attribute] = [value.encode() for value in values]
        operation.after += _lines(attribute, values)
    return operation


def modify_operation(
    entry: ConfigEntry, desired: t.Iterable[DesiredAttribute], subschema: Subschema
) -> ConfigOperation | None:
    """Return the single modification that an entry needs, or None."""
    operation = ConfigOperation("modify", entry.dn, {})
    for each in desired:
        current = entry.get(each.attribute)
        if same_values(each, current, subschema):
            continue
        operation.options[each.attribute.lower()] = each.option
        operation.before += _lines(each.attribute, in_order(current))
        operation.after += _lines(each.attribute, each.values, new=True)
        operation.changes += _changes(each, current, subschema)
        restored = [value.encode() for value in current]
        operation.undo.append((MOD_REPLACE, each.attribute, restored or None))
    return operation if operation.changes else None


def _changes(desired: DesiredAttribute, current: Texts, subschema: Subschema) -> list[Change]:
    if desired.attribute.lower() == "olcdbindex":
        return _index_changes(desired, current, subschema)
    # A single replacement, so that the server is never without, for example, access rules.
    return [(MOD_REPLACE, desired.attribute, [value.encode() for value in desired.values] or None)]


def _index_changes(desired: DesiredAttribute, current: Texts, subschema: Subschema) -> list[Change]:
    """Return only the differences, because slapd rebuilds an index even if it is replaced by the same."""
    indexes = Indexes(desired.values, subschema)
    kept = [value for value in current if indexes.keeps(value)]
    removed = [value for value in current if value not in kept]
    added = indexes.without(Indexes(kept, subschema).types.keys())
    changes: list[Change] = []
    if removed:
        changes.append((MOD_DELETE, desired.attribute, [value.encode() for value in removed]))
    if added:
        changes.append((MOD_ADD, desired.attribute, [value.encode() for value in added]))
    return changes


def same_values(desired: DesiredAttribute, current: Texts, subschema: Subschema) -> bool:
    """Return whether desired and current values are equal by the matching rule of the attribute."""
    name = desired.attribute.lower()
    if name == "olcdbindex":
        return Indexes(desired.values, subschema).types == Indexes(current, subschema).types
    if name == "olcsyncrepl":
        return [consumer_key(each) for each in desired.values] == [
            consumer_key(each) for each in in_order(current)
        ]
    kind = subschema.attribute(desired.attribute)
    if kind is not None and kind.equality.startswith("caseignore"):
        left = [comparison_key(name, value).encode() for value in desired.values]
        right = [comparison_key(name, value).encode() for value in in_order(current)]
    else:
        rule = subschema.normaliser(desired.attribute)
        left = [rule(squeezed(value).encode()) for value in desired.values]
        right = [rule(squeezed(value).encode()) for value in in_order(current)]
    if is_ordered(current):
        return left == right
    return sorted(left) == sorted(right)


def _lines(attribute: str, values: t.Iterable[str], new: bool = False) -> list[str]:
    lines = []
    for value in values:
        shown = redact_value(attribute, value)
        # A redacted value looks like the current one; the diff must still show that it changes.
        lines.append(f"{attribute}: {shown}{' (new)' if new and shown != value else ''}")
    return lines
