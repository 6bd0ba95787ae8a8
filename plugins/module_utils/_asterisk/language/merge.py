# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merging sections into an existing file, leaving every other byte of it unchanged.

Private to the collection switchboard.pbx; it may change without notice.

A section is identified by its name and, because names may repeat (C([101]) as endpoint, auth and aor), by the
options in C(match). The user lists all values of an option; its other lines are removed, other options are kept.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from .parser import Directive, Document, Line, Option, Section, encode_config, parse
from .scanner import BLANKS, MAX_LINE_BYTES

CODE = (Section, Option, Directive)


class DesiredOption(t.NamedTuple):
    """An option with all its desired values in order; none removes it."""

    name: str
    values: tuple[str, ...]
    arrow: bool


def merge(document: Document, sections: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the document's text with *sections*, elements of the module's option C(sections), merged."""
    for problem in document.problems:
        # Asterisk would read nothing that is added after such a comment.
        if "block comment" in problem.reason:
            raise ModuleError(f"{document.name}, line {problem.line}: {problem.reason}; {problem.cure}.")
    for section in sections:
        text = _merge_one(document, section)
        document = parse(text, document.name)
    return document.text


def _merge_one(document: Document, desired: t.Mapping[str, t.Any]) -> str:
    name = desired["name"]
    _check_section(document, desired)
    lines = [line.raw for line in document.lines]
    end = _end(document.lines[0]) if document.lines else "\n"
    span = _find(document, name, desired.get("match") or {})
    if desired.get("state") == "absent":
        if span is not None:
            start, stop = _without_next_comments(document, span)
            del lines[start:stop]
        return "".join(lines)
    items = _items(document, desired)
    if span is None:
        _terminate(lines, end)
        if lines and lines[-1].strip(BLANKS):
            lines.append(end)
        lines.append(_header(desired) + end)
        lines += _option_lines(items, end)
        return "".join(lines)
    start, stop = span
    header = document.lines[start]
    if isinstance(header, Section) and _header_differs(header, desired):
        lines[start] = _new_header(header, desired)
    body = document.lines[start + 1 : stop]
    replace = bool(desired.get("replace"))
    new_lines = _replaced_options(body, items, end) if replace else _changed_options(header, body, items)
    if new_lines and not lines[start].endswith("\n"):
        lines[start] += end
    lines[start + 1 : stop] = new_lines
    return "".join(lines)


def _check_section(document: Document, desired: t.Mapping[str, t.Any]) -> None:
    names = [("section", desired["name"])] + [("base", base) for base in desired.get("inherits") or ()]
    for kind, name in names:
        if not name or any(ord(char) < 32 or char in "[]();" for char in name) or name.strip() != name:
            cure = "remove brackets, parentheses, semicolons, control characters and surrounding blanks"
            raise ModuleError(f"{document.name}: the {kind} name {name!r} is not valid; {cure}.")
        if kind == "base" and ("," in name or name[0] in "!+"):
            raise ModuleError(
                f"{document.name}, section [{desired['name']}]: {name!r} is not a valid section name; correct it."
            )


def _items(document: Document, desired: t.Mapping[str, t.Any]) -> list[DesiredOption]:
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
        values = _values(option)
        _check_option(document, desired["name"], name, values)
        item = DesiredOption(name, values, bool(option.get("object")))
        sequence.append(item)
        previous = collected.get(name.lower())
        if previous:
            item = previous._replace(values=previous.values + values)
        collected[name.lower()] = item
    # The options of a replaced section keep the order given, which a dialplan relies on.
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


def _without_next_comments(document: Document, span: tuple[int, int]) -> tuple[int, int]:
    """Return the lines of a section to remove, without the comments above the next section."""
    start, stop = span
    if stop < len(document.lines):
        while (
            stop > start + 1
            and not isinstance(document.lines[stop - 1], CODE)
            and document.lines[stop - 1].raw.strip()
        ):
            stop -= 1
    return start, stop


def _header(desired: t.Mapping[str, t.Any]) -> str:
    arguments = (["!"] if desired.get("template") else []) + list(desired.get("inherits") or ())
    return f"[{desired['name']}]" + (f"({','.join(arguments)})" if arguments else "")


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


def _changed_options(header: Line, body: t.Sequence[Line], items: t.Sequence[DesiredOption]) -> list[str]:
    for item in items:
        # The header is parsed as well, because a block comment may start after it.
        lines = [header.raw]
        _terminate(lines, "\n")
        body = parse("".join(lines + _set(body, item, _end(header))), "").lines[1:]
    return [line.raw for line in body]


def _replaced_options(body: t.Sequence[Line], items: t.Sequence[DesiredOption], end: str) -> list[str]:
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


def _set(lines: t.Sequence[Line], item: DesiredOption, end: str) -> list[str]:
    matching = [
        (index, line)
        for index, line in enumerate(lines)
        if isinstance(line, Option) and line.name.lower() == item.name.lower()
    ]
    # A continuation belongs to the line before it, so such an option is rewritten.
    continued = any(line.operator == "+=" for _index, line in matching)
    if not continued and [line.value for _index, line in matching] == list(item.values):
        return [line.raw for line in lines]
    result: list[str | None] = [line.raw for line in lines]
    kept = 0
    for index, line in matching:
        if kept < len(item.values) and line.operator != "+=":
            result[index] = _with_value(line, item.values[kept])
            kept += 1
        else:
            result[index] = None
    after = matching[-1][0] + 1 if matching else _last_code(lines)
    new_lines = _option_lines([item._replace(values=item.values[kept:])], end)
    head = [raw for raw in result[:after] if raw is not None]
    if new_lines:
        _terminate(head, end)
    return head + new_lines + [raw for raw in result[after:] if raw is not None]


def _with_value(line: Option, value: str) -> str:
    if value == line.value:
        return line.raw
    start, stop = line.span
    before = line.raw[:start]
    # '>' right after '=' would be read as part of an arrow.
    gap = " " if value.startswith(">") and before.endswith("=") else ""
    return before + gap + escape_semicolons(value) + line.raw[stop:]


def _last_code(lines: t.Sequence[Line]) -> int:
    """Return the index after the last option or directive, where a new option is inserted."""
    return max((i + 1 for i, line in enumerate(lines) if isinstance(line, CODE)), default=0)


def _option_lines(items: t.Sequence[DesiredOption], end: str) -> list[str]:
    return [
        f"{item.name} {'=>' if item.arrow else '='} {escape_semicolons(value)}".rstrip(" ") + end
        for item in items
        for value in item.values
    ]


def escape_semicolons(value: str) -> str:
    """Return a value with its semicolons escaped, which would otherwise start a comment."""
    return value.replace(";", "\\;")


def _end(line: Line) -> str:
    return "\r\n" if line.raw.endswith("\r\n") else "\n"


def _terminate(lines: list[str], end: str) -> None:
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
