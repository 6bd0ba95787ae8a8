# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jumps in the actions of a dialplan, and which of them lead nowhere.

Private to the collection switchboard.pbx; it may change without notice.
The rules are those of C(main/pbx.c), C(main/pbx_builtins.c), C(apps/app_stack.c) and C(apps/app_dial.c). In doubt, a
target exists.
"""

from __future__ import annotations

import re
import typing as t

from .dialplan import Action, Context, Dialplan, Extension

_APPLICATION = re.compile(r"\s*(\w+)\s*\(")
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Text(t.NamedTuple):
    """A text of the dialplan; its *mask* has a C($) for each character of a variable or expression."""

    shown: str
    mask: str

    def part(self, start: int, stop: int | None = None) -> Text:
        """Return a part without the blanks around it."""
        mask = self.mask[start:stop]
        start += len(mask) - len(mask.lstrip())
        return Text(self.shown[start : start + len(mask.strip())], mask.strip())

    def split(self, separator: str, maximum: int = -1) -> list[Text]:
        """Return the parts between separators."""
        parts, start = [], 0
        for mask in self.mask.split(separator, maximum):
            parts.append(self.part(start, start + len(mask)))
            start += len(mask) + 1
        return parts

    def split_outside(self, separator: str) -> list[Text]:
        """Return the parts between separators that are not within parentheses or quotes."""
        parts, start, depth, quoted = [], 0, 0, False
        for place, char in enumerate(self.mask):
            quoted ^= char == '"'
            depth += _DEPTH.get(char, 0)
            if char == separator and depth <= 0 and not quoted:
                parts.append(self.part(start, place))
                start = place + 1
        return [*parts, self.part(start)]


class Jump(t.NamedTuple):
    """A jump: the parts of its target, C("") if omitted, whether it is a Gosub, and how it is shown."""

    context: str
    extension: str
    priority: str
    gosub: bool
    shown: str


def masked(text: str) -> Text:
    """Return a text with its mask."""
    mask, place = "", 0
    while place < len(text):
        end = place + 1
        if text[place] == "$" and text[end : end + 1] in ("{", "["):
            depth, end = 1, end + 1
            while depth and end < len(text):
                depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(text[end], 0)
                end += 1
            mask += "$" * (end - place)
        else:
            mask += text[place]
        place = end
    return Text(text, mask)


def find_jumps(action: Text) -> t.Iterator[Jump]:
    """Return the jumps in an application with its arguments."""
    match = _APPLICATION.match(action.mask)
    if not match:
        return
    application = match[1]
    end = action.mask.rfind(")")
    inside = action.part(match.end(), end if end >= match.end() else None)
    for target, gosub in _targets(application.lower(), inside):
        yield from _jump(application, target, gosub)
    for nested in _nested(application.lower(), inside):
        yield from find_jumps(nested)
    if application.lower() == "dial":
        yield from _options_of_dial(inside)


def _targets(application: str, inside: Text) -> t.Iterator[tuple[Text, bool]]:
    """Return the targets in the arguments of an application, and whether each is a Gosub's."""
    if application == "goto":
        yield inside, False
    elif application in ("gotoif", "gotoiftime"):
        for condition_and_branches in [inside.split("?", 1)][: "?" in inside.mask]:
            for branch in condition_and_branches[1].split(":", 1):
                yield branch, False
    elif application == "gosub":
        yield inside, True
    elif application == "gosubif":
        parts = inside.split_outside("?")
        for branch in parts[1].split_outside(":")[:2] if len(parts) == 2 else ():
            yield branch, True


def _nested(application: str, inside: Text) -> list[Text]:
    """Return the applications in the arguments of an application that runs them."""
    if application in ("exec", "tryexec"):
        return [inside]
    if application == "execiftime":
        return inside.split("?", 1)[1:]
    if application == "execif":
        parts = inside.split_outside("?")
        return parts[1].split_outside(":")[:2] if len(parts) == 2 else []
    return []


def _jump(application: str, target: Text, gosub: bool, separator: str = ",") -> t.Iterator[Jump]:
    place = target.split("(", 1)[0] if gosub else target
    parts = place.split(separator)[:3]
    # The value of a variable may contain commas.
    if parts[-1].mask and (len(parts) == 3 or "$" not in place.mask):
        context, extension, priority = ["", "", *(part.mask for part in parts)][-3:]
        shown = f"{application}({separator.join(part.shown for part in parts)})"
        yield Jump(context, extension, priority, gosub, shown)


def _options_of_dial(inside: Text) -> t.Iterator[Jump]:
    options = (inside.split_outside(",") + [Text("", "")] * 3)[2]
    for letter, argument in _options(options):
        if letter == "U" and argument.mask:
            context = argument.split("^", 1)[0]
            yield Jump(context.mask, "s", "1", True, f"Dial option U({context.shown})")
        elif letter == "G" or (letter in "FbB" and argument.mask.split("(")[0].count("^") == 2):
            yield from _jump(f"Dial option {letter}", argument, letter in "bB", "^")


def _options(text: Text) -> t.Iterator[tuple[str, Text]]:
    """Return the options of an application, such as C(tG(a^1^1)), with their arguments."""
    place = 0
    while place < len(text.mask):
        letter, place = text.mask[place], place + 1
        start = end = place
        if text.mask[place : place + 1] == "(":
            depth, start, end = 1, place + 1, place + 1
            while depth and end < len(text.mask):
                depth += {"(": 1, ")": -1}.get(text.mask[end], 0)
                end += 1
            place, end = end, end - 1
        yield letter, text.part(start, end)


def missing_target(plan: Dialplan, action: Action, jump: Jump) -> str | None:
    """Return the part of a jump's target that does not exist; None if all exists or is unknown."""
    if jump.context and "$" not in jump.context and jump.context not in plan.contexts:
        return f"the context [{jump.context}]"
    name = jump.extension or action.extension
    # An extension that is included runs in the context that includes it.
    here = _reachable(plan, _includers(plan, action.context))
    there = _reachable(plan, [jump.context]) if jump.context else here
    if here is None or there is None or "$" in jump.context + name + jump.priority:
        return None
    # The number that was dialled may match any pattern.
    dialled = name.startswith("_") and not jump.extension
    served = [one for one in there if dialled or one.matches(name)]
    if any(one.has(jump.priority) for one in served) or _is_handled(jump, here, there, served):
        return None
    place = jump.context or action.context
    if served:
        return f"the priority '{jump.priority}' of {name} in [{place}]"
    return f"the extension {name} in [{place}]"


def _is_handled(
    jump: Jump, here: t.Sequence[Extension], there: t.Sequence[Extension], served: t.Sequence[Extension]
) -> bool:
    """Return whether the extensions C(i) or C(e) continue a call whose target does not exist."""
    if jump.priority[0] in "+-":
        return True
    if jump.priority.isdigit() and not jump.gosub:
        return not any(one.has("1") for one in served) and _serve(there, "i", "e")
    # A Gosub, or a label, that does not exist is an error of the extension that names it.
    return _serve(here, "e")


def _serve(extensions: t.Sequence[Extension], *names: str) -> bool:
    return any(one.has("1") and one.matches(name) for one in extensions for name in names)


def _includers(plan: Dialplan, name: str) -> list[str]:
    """Return a context and all contexts that include it."""
    found, pending = [name], [name]
    while pending:
        known = pending.pop()
        for context in plan.contexts.values():
            names = [included for included, _setting in context.includes]
            if context.name not in found and any(one == known or "$" in one for one in names):
                found.append(context.name)
                pending.append(context.name)
    return found


def _reachable(plan: Dialplan, names: t.Iterable[str]) -> list[Extension] | None:
    """Return all extensions of some contexts and of those they include; None if some are unknown."""
    contexts: dict[str, Context] = {}
    for name in names:
        reachable = plan.reachable(name)
        if reachable is None:
            return None
        contexts.update((context.name, context) for context in reachable)
    return [extension for context in contexts.values() for extension in context.extensions.values()]
