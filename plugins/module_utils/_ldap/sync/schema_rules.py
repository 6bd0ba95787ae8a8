# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse planned entries that the server's schema does not allow, before anything is changed. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..._module import ModuleError
from ..client.operations import Add, Modify, Operation
from ..ldif.fast_reader import Row, layout_of
from ..syntax.attributes import Attributes, Values
from ..syntax.subschema import Subschema
from .desired import DesiredEntry
from .planner import CLASSES

# What the values of an attribute look like, by its equality rule; values of the other rules may be empty.
_ANY = re.compile(rb".+", re.S)
_VALUES = {
    **dict.fromkeys(("caseignore", "caseexact", "telephonenumber", "numericstring", "generalizedtime"), _ANY),
    "integer": re.compile(rb"-?[0-9]+"),
    "boolean": re.compile(rb"TRUE|FALSE"),
}


class SchemaRules:
    """Checks entries; looks at names once for entries with the same layout."""

    def __init__(self, subschema: Subschema) -> None:
        self._subschema = subschema
        self._missing: dict[t.Hashable, str] = {}
        self._ruled: dict[t.Hashable, list[str]] = {}

    def check(self, desired: DesiredEntry, planned: t.Iterable[Operation], current: Attributes) -> None:
        """Raise ModuleError if the server would refuse what is planned for an entry with the attributes *current*."""
        if not self._subschema:
            return
        for operation in planned:
            if isinstance(operation, Add):
                self._check_new(desired, operation.attributes)
            elif isinstance(operation, Modify):
                self._check_changed(desired, current, operation.after)

    def _check_new(self, desired: DesiredEntry, attributes: t.Mapping[str, Values]) -> None:
        layout = layout_of(attributes)
        key = (layout, tuple(attributes[CLASSES]))
        missing = self._missing.get(key)
        if missing is None:
            missing = self._missing[key] = self._what_is_missing(attributes, attributes[CLASSES])
        if missing:
            raise ModuleError(f"{desired.origin}: the entry {desired.dn!r} {missing}.")
        ruled = self._ruled.get(layout)
        if ruled is None:
            ruled = self._ruled[layout] = [name for name in attributes if self._has_rule(name)]
        lists = [attributes.cells] if isinstance(attributes, Row) else attributes.values()
        # Most rules only forbid empty values, which are rare.
        for name in attributes if any(b"" in values for values in lists) else ruled:
            self._check_values(desired, name, attributes[name])

    def _check_changed(self, desired: DesiredEntry, current: Attributes, after: Attributes) -> None:
        removed = [name for name, values in after.items() if not values]
        if removed:
            required = self._subschema.required(after.get(CLASSES, current.get(CLASSES, [])))
            for name in removed:
                if name in required:
                    raise ModuleError(
                        f"{desired.origin}: the entry {desired.dn!r} would lose {name}, which its class "
                        f"{required[name]} requires; give it a value."
                    )
        for name, values in after.items():
            self._check_values(desired, name, values)

    def _what_is_missing(self, attributes: t.Mapping[str, Values], classes: Values) -> str:
        present = {name.partition(";")[0] for name in attributes}
        for name, label in self._subschema.required(classes).items():
            if name not in present:
                return f"has no {name}, which its class {label} requires; add it"
        return ""

    def _has_rule(self, name: str) -> bool:
        kind = self._subschema.attribute(name)
        return kind is not None and (kind.single_value or _VALUES.get(kind.equality, _ANY) is not _ANY)

    def _check_values(self, desired: DesiredEntry, name: str, values: Values) -> None:
        kind = self._subschema.attribute(name)
        if kind is None:
            return
        if kind.single_value and len(values) > 1:
            raise ModuleError(
                f"{desired.origin}: the entry {desired.dn!r} has {len(values)} values of {name}, which takes one; "
                "remove the others."
            )
        rule = _VALUES.get(kind.equality)
        if rule is None:
            return
        for value in values:
            if not rule.fullmatch(value):
                what = f"the value {value.decode('utf-8', 'replace')!r}" if value else "an empty value"
                raise ModuleError(
                    f"{desired.origin}: the entry {desired.dn!r} has {what} of {name}, which the server's schema does "
                    "not allow; correct it, or leave it out."
                )
