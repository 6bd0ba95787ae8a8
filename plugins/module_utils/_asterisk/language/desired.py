# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sections and options that a user wants to merge into a file, and the checks of their names and values.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from .parser import Document, encode_config
from .scanner import BLANKS, MAX_LINE_BYTES


class DesiredOption(t.NamedTuple):
    """An option with all its desired values in order; none removes it."""

    name: str
    values: tuple[str, ...]
    arrow: bool


def check_section(document: Document, desired: t.Mapping[str, t.Any]) -> None:
    """Raise ModuleError if a name in a section is not valid."""
    names = [("section", desired["name"])] + [("base", base) for base in desired.get("inherits") or ()]
    for kind, name in names:
        if not name or any(ord(char) < 32 or char in "[]();" for char in name) or name.strip() != name:
            cure = "remove brackets, parentheses, semicolons, control characters and surrounding blanks"
            raise ModuleError(f"{document.name}: the {kind} name {name!r} is not valid; {cure}.")
        if kind == "base" and ("," in name or name[0] in "!+"):
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: {name!r} is not a valid section name; correct it."
            )


def desired_options(document: Document, desired: t.Mapping[str, t.Any]) -> list[DesiredOption]:
    """Return the options of a section; ModuleError if a name or value cannot be written."""
    options = desired.get("options") or {}
    if isinstance(options, t.Mapping):
        options = [{"name": name, "value": value} for name, value in options.items()]
    collected: dict[str, DesiredOption] = {}
    sequence: list[DesiredOption] = []
    for option in options:
        if not isinstance(option, t.Mapping) or "name" not in option:
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: an option has no name; set its name and value."
            )
        name = str(option["name"])
        if isinstance(option["name"], bool):
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: YAML reads a name as {name.lower()}; quote it."
            )
        values = _values(option)
        if any(value is None or isinstance(value, (list, tuple, dict)) for value in values):
            raise ModuleError(
                f"{document.name}, section [{desired['name']}], option {name!r}: the value must be a text, a number, "
                "a boolean or a list of these; correct it."
            )
        values = tuple(map(scalar, values))
        _check_option(document, desired["name"], name, values)
        item = DesiredOption(name, values, bool(option.get("object")))
        sequence.append(item)
        previous = collected.get(name.lower())
        if previous:
            item = previous._replace(values=previous.values + values)
        collected[name.lower()] = item
    # The options of a replaced section keep the order given, which a dialplan relies on.
    return sequence if desired.get("replace") else list(collected.values())


def _values(option: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    value = option.get("value")
    if option.get("state") == "absent" or value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def scalar(value: t.Any) -> str:
    """Return a value as it is written: booleans as C(yes) and C(no)."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _check_option(document: Document, section: str, name: str, values: t.Sequence[str]) -> None:
    place = f"{document.name}, section [{section}], option {name!r}"
    bad_name = not name or name.strip(BLANKS) != name or name[0] in "[#\\" or name.endswith("+")
    if bad_name or any(ord(char) < 32 or char in "=;" for char in name):
        raise ModuleError(f"{place}: the name is not valid; use letters, digits, '_' and '-'.")
    for value in values:
        if any(char in "\n\r\0" for char in value):
            raise ModuleError(
                f"{place}: the value contains a line break, which would start a new option; remove it."
            )
        if value.strip(BLANKS) != value:
            raise ModuleError(f"{place}: Asterisk drops the blanks around the value; remove them.")
        if len(encode_config(name + value)) > MAX_LINE_BYTES - 200:
            raise ModuleError(
                f"{place}: the value is too long for a line that Asterisk reads ({MAX_LINE_BYTES} bytes); shorten it."
            )
