# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialplan as Asterisk loads it, and the targets of its jumps.

Private to the collection switchboard.pbx; it may change without notice.
The rules are those of C(pbx/pbx_config.c) and C(main/pbx.c): C(same), priorities C(n) and C(hint), labels,
patterns, includes. Anything that contains a variable is unknown before a call.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..language.resolver import ResolvedConfig, Setting

_PRIORITY = re.compile(
    r"(?P<number>\d+|n|s|next|same|hint)(?:\+(?P<plus>\d+))?(?:\((?P<label>[^)]*)\))?$", re.I
)
_JUMP = re.compile(r"\b(?P<application>Goto|Gosub|GotoIf|GosubIf)\(", re.IGNORECASE)
_CHARACTER_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}


@dataclasses.dataclass
class Extension:
    """An extension or pattern of a context, with its priorities and labels."""

    name: str
    priorities: set[int] = dataclasses.field(default_factory=set)
    labels: set[str] = dataclasses.field(default_factory=set)
    last: int = 0

    def matches(self, dialled: str) -> bool:
        """Return whether this extension handles a dialled number or name."""
        if not self.name.startswith("_"):
            return self.name.lower() == dialled.lower()
        return bool(re.fullmatch(_pattern(self.name[1:]), dialled))

    def has(self, priority: str) -> bool:
        """Return whether a priority of that number or label exists; a relative one always does."""
        if priority.isdigit():
            return int(priority) in self.priorities
        return priority.lower() in self.labels or bool(re.match(r"(n|[+-]\d)", priority, re.IGNORECASE))


@dataclasses.dataclass
class Context:
    """A context; *open* if a switch or a variable may add extensions that are unknown here."""

    name: str
    extensions: dict[str, Extension] = dataclasses.field(default_factory=dict)
    includes: list[tuple[str, Setting]] = dataclasses.field(default_factory=list)
    open: bool = False


class Jump(t.NamedTuple):
    """A jump and its source; a part that the jump omits is that of the source, or None if unknown."""

    context: str | None
    extension: str | None
    priority: str
    source: Setting
    text: str


@dataclasses.dataclass
class Dialplan:
    """All contexts by name, and the jumps in them."""

    contexts: dict[str, Context] = dataclasses.field(default_factory=dict)
    jumps: list[Jump] = dataclasses.field(default_factory=list)


def _pattern(text: str) -> str:
    result = ""
    rest = text
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "[" and "]" in rest:
            inside, _bracket, rest = rest.partition("]")
            result += _one_of(inside)
        elif char.upper() in _CHARACTER_CLASSES:
            result += _CHARACTER_CLASSES[char.upper()]
        elif char != "-":
            result += re.escape(char)
    return result


def _one_of(text: str) -> str:
    """Return the regular expression for a set such as C(13-57), with every character listed and escaped."""
    found = ""
    for first, last, single in re.findall(r"(.)-(.)|(.)", text):
        found += single or "".join(map(chr, range(ord(first), ord(last) + 1)))
    return f"[{re.escape(found)}]" if found else "(?!)"


def read_dialplan(resolved: ResolvedConfig) -> Dialplan:
    """Return the dialplan in the resolved C(extensions.conf)."""
    plan = Dialplan()
    for category in resolved.categories:
        if category.template or category.name.lower() in ("general", "globals"):
            continue
        context = plan.contexts.setdefault(category.name.lower(), Context(category.name))
        current: str | None = None
        for setting in category.settings:
            current = _statement(plan, context, current, setting)
    return plan


def _statement(plan: Dialplan, context: Context, current: str | None, setting: Setting) -> str | None:
    """Add one option of a context to the plan and return the extension that a following C(same) continues."""
    keyword, value = setting.name.lower(), setting.value
    if keyword == "include":
        # After the comma follow the times at which the include applies.
        context.includes.append((value.split(",")[0].strip(), setting))
    elif keyword in ("switch", "lswitch", "eswitch"):
        context.open = True
    elif keyword == "exten":
        name, _comma, rest = value.partition(",")
        # After the slash follows the caller ID to match.
        current = name.split("/")[0].strip()
        _step(plan, context, current, rest, setting)
    elif keyword == "same" and current is not None:
        _step(plan, context, current, value, setting)
    return current


def _step(plan: Dialplan, context: Context, name: str, text: str, setting: Setting) -> None:
    if "$" in name:
        context.open = True
        return
    extension = context.extensions.setdefault(name.lower(), Extension(name))
    priority, _comma, action = text.partition(",")
    match = _PRIORITY.match(priority.strip())
    if match and match["number"].lower() != "hint":
        number = match["number"].lower()
        if number in ("n", "next"):
            extension.last += 1 + int(match["plus"] or 0)
        elif number.isdigit():
            extension.last = int(number)
        extension.priorities.add(extension.last)
        if match["label"]:
            extension.labels.add(match["label"].lower())
    own = None if name.startswith("_") else name
    plan.jumps += [
        Jump(ctx or context.name, ext or own, pri, setting, shown)
        for ctx, ext, pri, shown in find_jumps(action)
    ]


def find_jumps(action: str) -> t.Iterator[tuple[str, str, str, str]]:
    """Return context, extension and priority of each jump in an action, empty if omitted, and its text."""
    for match in _JUMP.finditer(action):
        inside = _argument(action, match.end())
        targets = [inside]
        if match["application"].lower().endswith("if"):
            targets = _split(inside.rpartition("?")[2], ":")
        for target in targets:
            parts = [part.strip() for part in _split(target, ",")]
            if match["application"].lower().startswith("gosub"):
                # The arguments follow the priority in parentheses.
                parts[-1] = parts[-1].partition("(")[0].strip()
            if parts[-1] and len(parts) <= 3:
                context, extension, priority = ["", "", *parts][-3:]
                yield context, extension, priority, f"{match['application']}({','.join(parts)})"


def _argument(text: str, start: int) -> str:
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return text[start:place]
    return text[start:]


def _split(text: str, separator: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += 1 if char in "({[" else -1 if char in ")}]" else 0
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def missing_target(plan: Dialplan, jump: Jump) -> str | None:
    """Return the part of a jump's target that does not exist; None if all exists or is unknown."""
    context, name, priority = jump.context, jump.extension, jump.priority
    if context is None or "$" in context:
        return None
    if context.lower() not in plan.contexts:
        return f"the context [{context}]"
    reachable = _reachable(plan, context)
    if reachable is None or name is None or "$" in name:
        return None
    everything = [extension for one in reachable for extension in one.extensions.values()]
    # A jump may name the pattern itself.
    served = [one for one in everything if one.matches(name) or one.name.lower() == name.lower()]
    if not served:
        return f"the extension {name} in [{context}]"
    if "$" in priority or any(one.has(priority) for one in served):
        return None
    return f"the priority '{priority}' of {name} in [{context}]"


def _reachable(plan: Dialplan, name: str) -> list[Context] | None:
    """Return a context and all contexts it includes; None if one of them is unknown."""
    found: dict[str, Context] = {}
    remaining = [name.lower()]
    while remaining:
        key = remaining.pop()
        if key in found:
            continue
        context = plan.contexts.get(key)
        if context is None:
            continue
        if context.open or any("$" in included for included, _setting in context.includes):
            return None
        found[key] = context
        remaining += [included.lower() for included, _setting in context.includes]
    return list(found.values())
