# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialplan as Asterisk loads it from extensions.conf.

Private to the collection switchboard.pbx; it may change without notice.
The rules are those of C(pbx/pbx_config.c) and C(main/pbx.c): C(same), priorities C(n) and C(hint), labels,
patterns, includes. Names are case-sensitive. Anything that contains a variable is unknown before a call.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..language.resolver import Category, ResolvedConfig, Setting

_PRIORITY = re.compile(r"(?P<number>\d+|n|s|next|same|hint)(?:\+(?P<plus>\d+))?(?:\((?P<label>[^)]*)\))?$")
_CHARACTER_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_ENDINGS = {".": ".+", "!": ".*"}


@dataclasses.dataclass
class Extension:
    """An extension or pattern of a context, with its priorities and labels."""

    name: str
    priorities: set[int] = dataclasses.field(default_factory=set)
    labels: set[str] = dataclasses.field(default_factory=set)

    def matches(self, dialled: str) -> bool:
        """Return whether this extension handles a dialled number or name; a jump may also name the pattern."""
        if self.name.startswith("_") and not dialled.startswith("_"):
            return bool(re.fullmatch(_pattern(self.name[1:]), dialled.replace("-", "")))
        return without_dashes(self.name) == without_dashes(dialled)

    def has(self, priority: str) -> bool:
        """Return whether a priority of that number or label exists."""
        return int(priority) in self.priorities if priority.isdigit() else priority in self.labels


@dataclasses.dataclass
class Context:
    """A context; *open* if a switch or a variable may add extensions that are unknown here."""

    name: str
    extensions: dict[str, Extension] = dataclasses.field(default_factory=dict)
    includes: list[tuple[str, Setting]] = dataclasses.field(default_factory=list)
    open: bool = False


class Action(t.NamedTuple):
    """The application that an extension of a context runs at a priority, with its arguments."""

    context: str
    extension: str
    text: str
    source: Setting


@dataclasses.dataclass
class Dialplan:
    """All contexts by name, and all actions in them."""

    contexts: dict[str, Context] = dataclasses.field(default_factory=dict)
    actions: list[Action] = dataclasses.field(default_factory=list)

    def reachable(self, name: str) -> list[Context] | None:
        """Return a context and all contexts it includes; None if one of them is unknown."""
        found: dict[str, Context] = {}
        remaining = [name]
        while remaining:
            context = self.contexts.get(remaining.pop())
            if context is None or context.name in found:
                continue
            if context.open or any("$" in included for included, _setting in context.includes):
                return None
            found[context.name] = context
            remaining += [included for included, _setting in context.includes]
        return list(found.values())


def without_dashes(name: str) -> str:
    """Return an extension or pattern without the dashes that Asterisk ignores, those outside of sets."""
    return re.sub(r"(\[[^\]]*\])|-", lambda match: match[1] or "", name)


def _pattern(text: str) -> str:
    """Return the regular expression for a pattern without its C(_)."""
    result = ""
    rest = without_dashes(text)
    while rest:
        char, rest = rest[0], rest[1:]
        if char in _ENDINGS:
            # Asterisk ignores what follows.
            return result + _ENDINGS[char]
        if char == "[":
            inside, bracket, rest = rest.partition("]")
            result += _one_of(inside) if bracket else "(?!)"
        else:
            result += _CHARACTER_CLASSES.get(char.upper(), re.escape(char))
    return result


def _one_of(text: str) -> str:
    """Return the regular expression for a set such as C(13-57), with every character listed and escaped."""
    found = ""
    for first, last, single in re.findall(r"(.)-(.)|(.)", text):
        found += single or "".join(map(chr, range(ord(first), ord(last) + 1)))
    # Asterisk ignores an empty set, and nothing is in a range such as 9-0.
    return f"[{re.escape(found)}]" if found else "(?!)" if text else ""


def read_dialplan(resolved: ResolvedConfig) -> Dialplan:
    """Return the dialplan in the resolved C(extensions.conf)."""
    plan = Dialplan()
    for category in resolved.categories:
        if not category.template and category.name.lower() not in ("general", "globals"):
            context = plan.contexts.setdefault(category.name, Context(category.name))
            _Reader(plan, context).read(category)
    return plan


class _Reader:
    """The reading of one section: *name* is what C(same) continues, *last* the priority that C(n) follows."""

    def __init__(self, plan: Dialplan, context: Context) -> None:
        self.plan = plan
        self.context = context
        self.name = ""
        self.last: int | None = None

    def read(self, category: Category) -> None:
        for setting in category.settings:
            keyword, value = setting.name.lower(), setting.value
            if keyword == "include":
                # After the comma follow the times at which the include applies.
                self.context.includes.append((re.split("[,|]", value)[0].strip(), setting))
            elif keyword in ("switch", "lswitch", "eswitch"):
                self.context.open = True
            elif keyword == "exten":
                name, _comma, rest = value.partition(",")
                # After the slash follows the caller ID to match.
                self.name = name.split("/")[0].strip()
                self._step(rest, setting)
            elif keyword.startswith("same") and self.name:
                self._step(value, setting)

    def _step(self, text: str, setting: Setting) -> None:
        priority, _comma, action = text.partition(",")
        match = _PRIORITY.match(priority.strip())
        if "$" in self.name or not match:
            # Asterisk would also take the label of another priority here.
            self.context.open = True
        else:
            self._add(match)
        self.plan.actions.append(Action(self.context.name, self.name, action, setting))

    def _add(self, match: re.Match[str]) -> None:
        extension = self.context.extensions.setdefault(without_dashes(self.name), Extension(self.name))
        number, last = match["number"], self.last
        if number == "hint":
            # A hint counts as priority -1, so Asterisk drops a next priority after it.
            self.last = -1
            return
        if number.isdigit():
            last = int(number)
        elif last is not None and number in ("n", "next"):
            last += 1
        # Without an earlier priority, Asterisk drops the line.
        if last is not None and last > 0:
            self.last = last + int(match["plus"] or 0)
            extension.priorities.add(self.last)
            if match["label"]:
                extension.labels.add(match["label"])
