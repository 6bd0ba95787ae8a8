# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One entry of cn=config: what is wanted of it, what it has, and the single operation that makes up for it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..client.connection import MOD_ADD, MOD_DELETE, MOD_REPLACE, Change
from ..syntax.subschema import Subschema
from .values import Indexes, in_order, is_ordered, masked_value, pairs, squeezed, texts

Texts = t.Tuple[str, ...]


@dataclass(frozen=True)
class DesiredAttribute:
    """The values that one attribute shall have; *option* is where the user wrote them."""

    attribute: str
    values: Texts
    option: str


@dataclass
class ConfigOperation:
    """One operation on one entry: an add, or a modify with the changes that take it back.

    *options* tells for each attribute which option asked for it. *directory* is made before an add.
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
        """Before and after, as far as they differ, in the form of LDIF; secrets are masked."""
        return {
            "before_header": self.dn if self.action == "modify" else f"{self.dn} (not there)",
            "after_header": self.dn,
            "before": "".join(f"{line}\n" for line in self.before),
            "after": "".join(f"{line}\n" for line in self.after),
        }


@dataclass(frozen=True)
class ConfigEntry:
    """An entry of cn=config as it stands; attributes are found in any spelling."""

    dn: str
    values: t.Mapping[str, Texts]

    def get(self, attribute: str) -> Texts:
        """The values of an attribute, as the server gave them."""
        return self.values.get(attribute.lower(), ())


def entry_of(dn: str, attributes: t.Mapping[str, t.Sequence[bytes]], subschema: Subschema) -> ConfigEntry:
    """Read an entry from the server; attributes get the one name under which wants are looked up."""
    return ConfigEntry(
        dn,
        {
            subschema.canonical(name).lower(): tuple(value.decode("utf-8", "replace") for value in values)
            for name, values in attributes.items()
        },
    )


def raw_attributes(options: t.Mapping[str, t.Any], where: str) -> list[DesiredAttribute]:
    """Read an option that gives attributes of cn=config by their own names."""
    return [DesiredAttribute(name, texts(value), f"{where}.{name}") for name, value in options.items()]


def check_attributes(wants: t.Iterable[DesiredAttribute], subschema: Subschema) -> list[DesiredAttribute]:
    """Give each want the server's spelling of its attribute; raise ModuleError for unknown and repeated ones."""
    checked: dict[str, DesiredAttribute] = {}
    for want in wants:
        if subschema and subschema.attribute(want.attribute) is None:
            nearest = subschema.suggest(want.attribute)
            hint = f"did you mean {nearest}?" if nearest else "see slapd-config(5) for those there are."
            raise ModuleError(
                f"{want.option}: this slapd knows no attribute {want.attribute!r} "
                f"(a module that is not loaded may bring it); {hint}"
            )
        for value in want.values:
            if any(character in value for character in "\n\r\0"):
                raise ModuleError(
                    f"{want.option}: a value has a line break in it; write it on one line (YAML: >-)."
                )
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ModuleError(f"{want.option}: a value is not UTF-8; correct its encoding.")
        name = subschema.canonical(want.attribute)
        if name.lower() in checked:
            raise ModuleError(
                f"{want.option} and {checked[name.lower()].option} both set {name}; remove one of the two."
            )
        checked[name.lower()] = DesiredAttribute(name, want.values, want.option)
    return list(checked.values())


def add_operation(
    dn: str, fixed: t.Mapping[str, Texts], wants: t.Iterable[DesiredAttribute], directory: str | None = None
) -> ConfigOperation:
    """Plan an entry that is not there; *fixed* are the attributes that make it what it is."""
    given = [want for want in wants if want.values]
    step = ConfigOperation(
        "add", dn, {want.attribute.lower(): want.option for want in given}, directory=directory
    )
    for attribute, values in (*fixed.items(), *((want.attribute, want.values) for want in given)):
        step.attributes[attribute] = [value.encode() for value in values]
        step.after += _lines(attribute, values)
    return step


def modify_operation(
    entry: ConfigEntry, wants: t.Iterable[DesiredAttribute], subschema: Subschema
) -> ConfigOperation | None:
    """Plan the one modification that an entry needs, or None; all of it takes effect at once."""
    step = ConfigOperation("modify", entry.dn, {})
    for want in wants:
        have = entry.get(want.attribute)
        if same_values(want, have, subschema):
            continue
        step.options[want.attribute.lower()] = want.option
        step.before += _lines(want.attribute, in_order(have))
        step.after += _lines(want.attribute, want.values, new=True)
        step.changes += _changes(want, have)
        old = [value.encode() for value in have]
        step.undo.append((MOD_REPLACE, want.attribute, old or None))
    return step if step.changes else None


def _changes(want: DesiredAttribute, have: Texts) -> list[Change]:
    if want.attribute.lower() == "olcdbindex":
        return _index_changes(want, have)
    # One replacement, so there is no moment without, say, access rules.
    return [(MOD_REPLACE, want.attribute, [value.encode() for value in want.values] or None)]


def _index_changes(want: DesiredAttribute, have: Texts) -> list[Change]:
    """Only what differs, for slapd builds an index anew that is replaced by the same."""
    wanted = Indexes(want.values)
    stay = [value for value in have if wanted.keeps(value)]
    gone = [value for value in have if value not in stay]
    new = wanted.without(Indexes(stay).types.keys())
    changes: list[Change] = []
    if gone:
        changes.append((MOD_DELETE, want.attribute, [value.encode() for value in gone]))
    if new:
        changes.append((MOD_ADD, want.attribute, [value.encode() for value in new]))
    return changes


def same_values(want: DesiredAttribute, have: Texts, subschema: Subschema) -> bool:
    """Whether an attribute has what is wanted, by the server's own rules of comparison."""
    name = want.attribute.lower()
    if name == "olcdbindex":
        return Indexes(want.values).types == Indexes(have).types
    if name == "olcsyncrepl":
        return [pairs(value) for value in want.values] == [pairs(value) for value in in_order(have)]
    rule = subschema.normaliser(want.attribute)
    wanted = [rule(squeezed(value).encode()) for value in want.values]
    present = [rule(squeezed(value).encode()) for value in in_order(have)]
    if is_ordered(have):
        return wanted == present
    return sorted(wanted) == sorted(present)


def _lines(attribute: str, values: t.Iterable[str], new: bool = False) -> list[str]:
    lines = []
    for value in values:
        shown = masked_value(attribute, value)
        # A masked value looks like the old one; the diff must still show that it changes.
        lines.append(f"{attribute}: {shown}{' (new)' if new and shown != value else ''}")
    return lines
