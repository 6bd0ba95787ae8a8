# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build an entry from a record: read values as text, check them, collect attributes and classes. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..._module import ModuleError
from ..sync.desired import AttributeChange
from ..syntax.attributes import Values
from .fields import COMMA_LISTS, DIGITS_KEYS, LISTS, PERSON_CLASS

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DIGITS = re.compile(r"[0-9]+")
_YES_NO = {True: "yes", False: "no"}


class EntryBuilder:
    """An entry in progress; *changes* are the changes that plain values cannot express.

    *keep_secrets*: a secret is set only where none is stored yet.
    """

    def __init__(self, record: t.Mapping[str, t.Any], uid: str, origin: str, keep_secrets: bool) -> None:
        self.record = record
        self.uid = uid
        self.attributes: dict[str, Values] = {}
        self.classes = [PERSON_CLASS]
        self.removed_classes: Values = []
        self.changes: list[AttributeChange] = []
        self._origin = origin
        self._keep_secrets = keep_secrets

    def error(self, key: str, message: str) -> ModuleError:
        """Return an error that names the person and the key."""
        return ModuleError(f"{self._origin}: {key} {message}.")

    def to_text(self, value: t.Any, key: str) -> str | None:
        """Return a value as text, None if it is null or empty. Raises ModuleError for control characters."""
        if value is None or value == "":
            return None
        if isinstance(value, float) or (isinstance(value, bool) and key in DIGITS_KEYS):
            kind = "fraction" if isinstance(value, float) else "boolean"
            raise self.error(key, f"is read by YAML as a {kind}; write it in quotes")
        if isinstance(value, bool):
            return _YES_NO[value]
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise self.error(key, f"is a {type(value).__name__}; write one text")
        if not value.isprintable() and CONTROL.search(value):
            raise self.error(key, "contains a control character, such as a line break; remove it")
        return value

    def to_asterisk_text(self, value: t.Any, key: str) -> str | None:
        """Return a text for Asterisk. Raises ModuleError for ";", at which res_config_ldap would cut it."""
        text = self.to_text(value, key)
        if text is not None and ";" in text:
            raise self.error(key, "contains a ';', at which Asterisk cuts it; remove it")
        return text

    def text(self, key: str) -> str | None:
        """Return the text of a key, None if it is not given."""
        return self.to_text(self.record.get(key), key)

    def asterisk_text(self, key: str) -> str | None:
        """Return the text of a key for Asterisk, None if it is not given."""
        return self.to_asterisk_text(self.record.get(key), key)

    def first_of(self, key: str) -> t.Any:
        """Return the value of a key, the first one of a list."""
        value = self.record.get(key)
        if isinstance(value, list) and key in LISTS:
            return value[0] if value else None
        return value

    def _list_text(self, key: str) -> str | None:
        value = self.record[key]
        if isinstance(value, list) and key in COMMA_LISTS:
            return ",".join(self.to_text(item, key) or "" for item in value) or None
        return self.to_text(value, key)

    def check_number(self, key: str, minimum: int, maximum: int = 999_999_999) -> None:
        """Raise ModuleError if a key is given that is not a whole number in this range."""
        value = self.text(key)
        if value is None or (
            DIGITS.fullmatch(value) and len(value) <= 9 and minimum <= int(value) <= maximum
        ):
            return
        raise self.error(key, f"{value!r} is not a whole number from {minimum} to {maximum}; correct it")

    def set(self, attribute: str, value: str | None) -> None:
        """Set an attribute to one value, or to none."""
        self.attributes[attribute] = [] if value is None else [value.encode()]

    def set_secret(self, attribute: str, value: str) -> None:
        """Set a secret, unless the stored one is kept."""
        if self._keep_secrets:
            self.changes.append(AttributeChange("set_if_absent", attribute, [value.encode()]))
        else:
            self.set(attribute, value)

    def set_class(self, name: bytes, present: bool) -> None:
        """Add an object class to the entry, or remove it."""
        (self.classes if present else self.removed_classes).append(name)

    def copy(self, attribute_of: t.Mapping[str, str]) -> None:
        """Set the attributes of the given keys to their text."""
        for key, attribute in attribute_of.items():
            value = self.record.get(key)
            if isinstance(value, list) and key in LISTS:
                texts = [self.to_text(item, key) for item in value]
                self.attributes[attribute] = [text.encode() for text in texts if text is not None]
            elif key in self.record:
                self.set(attribute, self.to_text(value, key))

    def copy_for_asterisk(self, attribute_of: t.Mapping[str, str]) -> None:
        """Set the attributes of the given keys to their text, which Asterisk must not cut."""
        for key, attribute in attribute_of.items():
            if key in self.record:
                self.set(attribute, self.to_asterisk_text(self._list_text(key), key))
