# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a value with the type that argument_specs.yml gives its variable. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

Option = t.Mapping[str, t.Any]

_SECRET = re.compile(r"(^|_)(password|rootpw|pin|registration)$")
_MANY_LINES = re.compile(r"_extra$|^content of ")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

# Variables that have another default, and that an empty text switches off.
_MAY_BE_EMPTY = (
    "asterisk_festival_extension",
    "asterisk_messages_call_word",
    "asterisk_source_sounds",
    "asterisk_text2wave_extension",
)

# Their records are checked by the code of ldap_users, whose sentences name the person.
_PEOPLE = ("directory_users", "directory_user_defaults")

_CURES = {
    "str": ("text", "write it in quotes"),
    "path": ("text", "write it in quotes"),
    "int": ("a whole number", "write only the number"),
    "float": ("a number", "write only the number"),
    "bool": ("true or false", "write it without quotes, on the command line as JSON"),
    "list": ("a list", "write each item on a line of its own, after a dash"),
    "dict": ("a mapping", "write it as lines of key: value"),
}


def is_secret(name: str, option: Option) -> bool:
    """Return whether the value of a variable must not be shown."""
    return bool(option.get("no_log", _SECRET.search(name)))


def show(value: t.Any) -> str:
    """Return a value as a message shows it; of a list or mapping, only that it is one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # str(), because the strings of Ansible's data model have a representation of their own.
        return repr(str(value))
    if isinstance(value, t.Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else str(value)


def describe(name: str, value: t.Any, option: Option) -> str:
    """Return "NAME is VALUE", without the value of a secret."""
    if not is_secret(name, option):
        return f"{name} is {show(value)}"
    kind = "text" if isinstance(value, str) else show(value) if not isinstance(value, int) else "a number"
    return f"{name} is {kind}"


def type_problem(name: str, value: t.Any, option: Option) -> str | None:
    """Return a sentence if a value is null or has a type or choice that the variable does not take."""
    if value is None:
        return f"{name} is null; give it a value, or remove it to get the default."
    if name in _PEOPLE:
        option = {key: option[key] for key in option if key != "options"}
    kind = option.get("type", "str")
    if not _has_type(value, kind):
        wanted, cure = _CURES[kind]
        return f"{describe(name, value, option)}, but must be {wanted}; {cure}."
    choices = option.get("choices")
    if kind in ("list", "dict"):
        return (_item_problem if kind == "list" else _key_problem)(name, value, option)
    if choices and value not in choices:
        return f"{describe(name, value, option)}, which is unknown; use {_alternatives(choices)}."
    if kind in ("str", "path"):
        return _text_problem(name, str(value), option)
    return None


def _has_type(value: t.Any, kind: str) -> bool:
    if isinstance(value, bool) or kind == "bool":
        return isinstance(value, bool) and kind == "bool"
    if kind in ("str", "path"):
        return isinstance(value, (str, int, float))
    if kind == "int":
        return isinstance(value, int) or (isinstance(value, str) and bool(_WHOLE.fullmatch(value)))
    if kind == "float":
        return isinstance(value, (int, float)) or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))
    return isinstance(value, t.Mapping) if kind == "dict" else isinstance(value, (list, tuple))


def _item_problem(name: str, value: t.Sequence[t.Any], option: Option) -> str | None:
    item_option = {key: option[key] for key in ("choices", "no_log", "options") if key in option}
    item_option["type"] = option.get("elements", "str")
    for number, item in enumerate(value, 1):
        problem = type_problem(f"item {number} of {name}", item, item_option)
        if problem:
            return problem.replace("remove it to get the default", "remove the item")
    return None


def _key_problem(name: str, value: t.Mapping[str, t.Any], option: Option) -> str | None:
    options = option.get("options")
    if options is None:
        return None
    unknown = [str(key) for key in value if key not in options]
    if unknown:
        return f"{name} has the unknown key {unknown[0]!r}; it takes {', '.join(sorted(options))}."
    for key, of_key in options.items():
        if of_key.get("required") and value.get(key) in (None, ""):
            return f"{name} has no {key}; add it."
        if value.get(key) in (None, "") or of_key["type"] in ("bool", "raw"):
            # Booleans are read as Ansible and Asterisk do, also from words.
            continue
        problem = type_problem(f"{key} of {name}", value[key], of_key)
        if problem:
            return problem
    return None


def _text_problem(name: str, value: str, option: Option) -> str | None:
    if _CONTROL.search(value) and not _MANY_LINES.search(name):
        return f"{name} contains a line break or another control character; write it on one line."
    if not value and option.get("default") != "" and name not in _MAY_BE_EMPTY:
        return f"{name} is empty; give it a value, or remove it to get the default."
    return None


def _alternatives(choices: t.Sequence[t.Any]) -> str:
    return ", ".join(str(choice) for choice in choices[:-1]) + f" or {choices[-1]}"
