# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings sections into an existing file and leaves every other byte of it alone.

Private to the collection switchboard.pbx; it may change without notice.

A section is found by its name and, since names may repeat (C([101]) as endpoint, auth and aor), by its
options in C(match). Of an option the user names all values; the option's other lines go, other options stay.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from .parser import Directive, Document, Line, Option, Section, encode_config, parse
from .scanner import BLANKS, MAX_LINE_BYTES

CODE = (Section, Option, Directive)


class Item(t.NamedTuple):
    """An option as the user wants it: all its values in order; none removes it."""

    name: str
    values: tuple[str, ...]
    arrow: bool


def merge(document: Document, sections: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the document's text with *sections*, elements of the module's option C(sections), brought in."""
    for problem in document.problems:
        # Behind such a comment nothing that is added would be seen.
        if "block comment" in problem.reason:
            raise ModuleError(f"{document.name}, line {problem.line}: {problem.reason}; {problem.cure}.")
    for section in sections:
        text = _merge_one(document, section)
        document = parse(text, document.name)
    return document.text


def _merge_one(document: Document, desired: t.Mapping[str, t.Any]) -> str:
    name = desired["name"]
    _refuse_bad_section(document, desired)
    lines = [line.raw for line in document.lines]
    end = _end(document.lines[0]) if document.lines else "\n"
    place = _find(document, name, desired.get("match") or {})
    if desired.get("state") == "absent":
        if place is not None:
            start, stop = _with_comments_above(document, place)
            del lines[start:stop]
        return "".join(lines)
    items = _items(document, desired)
    if place is None:
        _terminate(lines, end)
        if lines and lines[-1].strip(BLANKS):
            lines.append(end)
        lines.append(_header(desired) + end)
        lines += _option_lines(items, end)
        return "".join(lines)
    start, stop = place
    header = document.lines[start]
    if isinstance(header, Section) and _header_differs(header, desired):
        lines[start] = _new_header(header, desired)
    body = document.lines[start + 1 : stop]
    replace = bool(desired.get("replace"))
    fresh = _replaced(body, items, end) if replace else _changed(header, body, items)
    if fresh and not lines[start].endswith("\n"):
        lines[start] += end
    lines[start + 1 : stop] = fresh
    return "".join(lines)


def _refuse_bad_section(document: Document, desired: t.Mapping[str, t.Any]) -> None:
    words = [("section", desired["name"])] + [("base", base) for base in desired.get("inherits") or ()]
    for what, word in words:
        if not word or any(ord(char) < 32 or char in "[]();" for char in word) or word.strip() != word:
            cure = "use no brackets, parentheses, semicolons, control characters or blanks around it"
            raise ModuleError(f"{document.name}: the {what} name {word!r} cannot be written; {cure}.")
        if what == "base" and ("," in word or word[0] in "!+"):
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: {word!r} is no section's name; correct it."
            )


def _items(document: Document, desired: t.Mapping[str, t.Any]) -> list[Item]:
    options = desired.get("options") or {}
    if isinstance(options, t.Mapping):
        options = [{"name": name, "value": value} for name, value in options.items()]
    collected: dict[str, Item] = {}
    sequence: list[Item] = []
    for option in options:
        if not isinstance(option, t.Mapping) or "name" not in option:
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: an option has no name; write name and value."
            )
        name = str(option["name"])
        values = _values(option)
        _refuse_bad_option(document, desired["name"], name, values)
        item = Item(name, values, bool(option.get("object")))
        sequence.append(item)
        former = collected.get(name.lower())
        if former:
            item = former._replace(values=former.values + values)
        collected[name.lower()] = item
    # Where a section is replaced its lines keep the order given, as a dialplan needs.
    return sequence if desired.get("replace") else list(collected.values())


def _values(option: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    if option.get("state") == "absent" or option.get("value") is None:
        return ()
    value = option["value"]
    return tuple(_scalar(one) for one in value) if isinstance(value, (list, tuple)) else (_scalar(value),)


def _scalar(value: t.Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _refuse_bad_option(document: Document, section: str, name: str, values: t.Sequence[str]) -> None:
    place = f"{document.name}, section [{section}], option {name!r}"
    bad_name = not name or name.strip(BLANKS) != name or name[0] in "[#\\" or name.endswith("+")
    if bad_name or any(ord(char) < 32 or char in "=;" for char in name):
        raise ModuleError(f"{place}: the name cannot be written; use letters, digits, '_' and '-'.")
    for value in values:
        if any(char in "\n\r\0" for char in value):
            raise ModuleError(
                f"{place}: the value holds a line break, which would begin a new option; remove it."
            )
        if value.strip(BLANKS) != value:
            raise ModuleError(f"{place}: Asterisk drops the blanks around the value; remove them.")
        if len(encode_config(name + value)) > MAX_LINE_BYTES - 200:
            raise ModuleError(
                f"{place}: the value is longer than Asterisk reads ({MAX_LINE_BYTES} bytes); shorten it."
            )


def _find(document: Document, name: str, match: t.Mapping[str, t.Any]) -> tuple[int, int] | None:
    for start, line in enumerate(document.lines):
        if not isinstance(line, Section) or line.name.lower() != name.lower() or line.append is not None:
            continue
        stop = start + 1
        while stop < len(document.lines) and not isinstance(document.lines[stop], Section):
            stop += 1
        own = {(o.name.lower(), o.value) for o in document.lines[start:stop] if isinstance(o, Option)}
        if all((key.lower(), _scalar(value)) in own for key, value in match.items()):
            return start, stop
    return None


def _with_comments_above(document: Document, place: tuple[int, int]) -> tuple[int, int]:
    """Return the section's lines without the comments that belong to the section after it."""
    start, stop = place
    if stop < len(document.lines):
        while (
            stop > start + 1
            and not isinstance(document.lines[stop - 1], CODE)
            and document.lines[stop - 1].raw.strip()
        ):
            stop -= 1
    return start, stop


def _header(desired: t.Mapping[str, t.Any]) -> str:
    words = (["!"] if desired.get("template") else []) + list(desired.get("inherits") or ())
    return f"[{desired['name']}]" + (f"({','.join(words)})" if words else "")


def _header_differs(header: Section, desired: t.Mapping[str, t.Any]) -> bool:
    template, bases = desired.get("template"), desired.get("inherits")
    return (template is not None and template != header.template) or (
        bases is not None and tuple(bases) != header.bases
    )


def _new_header(header: Section, desired: t.Mapping[str, t.Any]) -> str:
    full = {
        "name": header.name,
        "template": header.template if desired.get("template") is None else desired["template"],
        "inherits": header.bases if desired.get("inherits") is None else desired["inherits"],
    }
    start = header.raw.index("[")
    stop = header.raw.index("]", start) + 1
    if header.raw.startswith("(", stop):
        stop = header.raw.index(")", stop) + 1
    return header.raw[:start] + _header(full) + header.raw[stop:]


def _changed(header: Line, body: t.Sequence[Line], items: t.Sequence[Item]) -> list[str]:
    for item in items:
        # The header is read along, for a block comment may begin behind it.
        lines = [header.raw]
        _terminate(lines, "\n")
        body = parse("".join(lines + _set(body, item, _end(header))), "").lines[1:]
    return [line.raw for line in body]


def _replaced(body: t.Sequence[Line], items: t.Sequence[Item], end: str) -> list[str]:
    desired = [(item.name, value, item.arrow) for item in items for value in item.values]
    current = [
        (o.name, o.value, o.operator == "=>") for o in body if isinstance(o, Option) and o.operator != "+="
    ]
    options = [o for o in body if isinstance(o, Option)]
    if desired == current and len(current) == len(options):
        return [line.raw for line in body]
    first = next((i for i, line in enumerate(body) if isinstance(line, Option)), _last_code(body))
    kept = [line.raw for line in body[:first]]
    _terminate(kept, end)
    rest = [line.raw for line in body[first:] if not isinstance(line, Option)]
    return kept + _option_lines(items, end) + rest


def _set(lines: t.Sequence[Line], item: Item, end: str) -> list[str]:
    mine = [
        (place, line)
        for place, line in enumerate(lines)
        if isinstance(line, Option) and line.name.lower() == item.name.lower()
    ]
    # A continuation belongs to the line before it: such an option is written anew.
    continued = any(line.operator == "+=" for _place, line in mine)
    if not continued and [line.value for _place, line in mine] == list(item.values):
        return [line.raw for line in lines]
    result: list[str | None] = [line.raw for line in lines]
    kept = 0
    for place, line in mine:
        if kept < len(item.values) and line.operator != "+=":
            result[place] = _with_value(line, item.values[kept])
            kept += 1
        else:
            result[place] = None
    behind = mine[-1][0] + 1 if mine else _last_code(lines)
    fresh = _option_lines([item._replace(values=item.values[kept:])], end)
    head = [raw for raw in result[:behind] if raw is not None]
    if fresh:
        _terminate(head, end)
    return head + fresh + [raw for raw in result[behind:] if raw is not None]


def _with_value(line: Option, value: str) -> str:
    if value == line.value:
        return line.raw
    start, stop = line.span
    before = line.raw[:start]
    # '>' right behind '=' would be read as part of an arrow.
    gap = " " if value.startswith(">") and before.endswith("=") else ""
    return before + gap + escape_semicolons(value) + line.raw[stop:]


def _last_code(lines: t.Sequence[Line]) -> int:
    """Return the place behind the last option or directive, where a new option joins its section."""
    return max((i + 1 for i, line in enumerate(lines) if isinstance(line, CODE)), default=0)


def _option_lines(items: t.Sequence[Item], end: str) -> list[str]:
    return [
        f"{item.name} {'=>' if item.arrow else '='} {escape_semicolons(value)}".rstrip(" ") + end
        for item in items
        for value in item.values
    ]


def escape_semicolons(value: str) -> str:
    """Return a value as it is written: a semicolon would begin a comment."""
    return value.replace(";", "\\;")


def _end(line: Line) -> str:
    return "\r\n" if line.raw.endswith("\r\n") else "\n"


def _terminate(lines: list[str], end: str) -> None:
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
