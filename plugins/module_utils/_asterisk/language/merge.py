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
from .desired import DesiredOption, check_section, desired_options, scalar
from .edits import Edits
from .parser import Directive, Document, Option, Section, parse
from .resolver import Category, ResolvedConfig, fold, resolve
from .scanner import BLANKS

CODE = (Section, Option, Directive)
# Returns what Asterisk reads in the file and all that it is read with, if the file has the given text.
Reading = t.Callable[[Document], ResolvedConfig]


class Block(t.NamedTuple):
    """The lines of a section from its header, at *start*, up to the next one; those of an addition are another."""

    start: int
    stop: int
    header: Section


def merge(
    document: Document,
    sections: t.Sequence[t.Mapping[str, t.Any]],
    name: str = "",
    reading: Reading | None = None,
) -> str:
    """Return the document's text with *sections*, elements of the module's option C(sections), merged.

    *name* is the name of the document in what *reading* returns; by default, it is read alone.
    """
    for problem in document.problems:
        # Asterisk would read nothing that is added after such a comment.
        if "block comment" in problem.reason:
            raise ModuleError(f"{document.name}, line {problem.line}: {problem.reason}; {problem.cure}.")
    reading = reading or (lambda document: resolve(name, {name: document}, "/"))
    resolved = reading(document)
    for section in sections:
        check_section(document, section)
        text = _merge_one(document, section, _blocks(document, section, name, resolved))
        if text != document.text:
            document = parse(text, document.name)
            resolved = reading(document)
    return document.text


def find_section(resolved: ResolvedConfig, name: str, desired: t.Mapping[str, t.Any]) -> Category | None:
    """Return the section of the file *name* that a desired one stands for, with all its options."""
    wanted = {(fold(key), scalar(value)) for key, value in (desired.get("match") or {}).items()}
    found = [
        one
        for one in resolved.categories
        if fold(one.name) == fold(desired["name"])
        and any(file == name for file, _line in one.headers)
        and wanted <= {(fold(setting.name), setting.value) for setting in one.settings}
    ]
    exact = [one for one in found if one.name == desired["name"]]
    if is_dialplan(resolved) and fold(desired["name"]) != "general":
        # Its sections of one name are one context.
        headers = [header for one in exact for header in one.headers]
        settings = [setting for one in exact for setting in one.settings]
        return Category(desired["name"], headers, exact[0].template, settings) if exact else None
    return next(iter(exact or found), None)


def is_dialplan(resolved: ResolvedConfig) -> bool:
    """Return whether a configuration is the dialplan, where sections and options of one name add up."""
    return resolved.files[:1] == ["extensions.conf"]


def _blocks(
    document: Document, desired: t.Mapping[str, t.Any], name: str, resolved: ResolvedConfig
) -> list[Block]:
    category = find_section(resolved, name, desired)
    blocks = []
    for _file, line in dict.fromkeys(category.headers if category else ()):
        header = document.lines[line - 1]
        if _file == name and isinstance(header, Section):
            later = (i for i in range(line, len(document.lines)) if isinstance(document.lines[i], Section))
            blocks.append(Block(line - 1, next(later, len(document.lines)), header))
    return blocks


def _merge_one(document: Document, desired: t.Mapping[str, t.Any], blocks: t.Sequence[Block]) -> str:
    end = "\r\n" if document.text.partition("\n")[0].endswith("\r") else "\n"
    edits = Edits(document, end)
    if desired.get("state") == "absent":
        for block in blocks:
            edits.remove(block.start, _before_comments(document, block))
        return edits.text()
    items = desired_options(document, desired)
    if not blocks:
        last = document.lines[-1].raw if document.lines else ""
        new = [end] if last.strip(BLANKS) else []
        edits.insert_before(len(document.lines), [*new, _header(desired) + end, *_option_lines(items, end)])
        return edits.text()
    _set_headers(edits, desired, blocks)
    options = [
        (index, line, block)
        for block in blocks
        for index, line in enumerate(document.lines[block.start : block.stop], block.start)
        if isinstance(line, Option)
    ]
    # A new option follows the last line of the section's first block that is not a comment.
    first = blocks[0]
    last_code = max(i for i in range(first.start, first.stop) if isinstance(document.lines[i], CODE))
    if desired.get("replace"):
        _replace_options(edits, options, items, last_code, first.stop)
    else:
        for item in items:
            _set_option(edits, options, item, last_code, first.stop)
    return edits.text()


def _before_comments(document: Document, block: Block) -> int:
    """Return the end of a section to remove, before the comments above the next section."""
    stop = block.stop
    if stop < len(document.lines):
        while (
            stop > block.start + 1
            and not isinstance(document.lines[stop - 1], CODE)
            and document.lines[stop - 1].raw.strip()
        ):
            stop -= 1
    return stop


def _header(desired: t.Mapping[str, t.Any], filters: t.Iterable[str] = ()) -> str:
    arguments = [f"+{text}" for text in filters] + (["!"] if desired.get("template") else [])
    arguments += list(desired.get("inherits") or ())
    return f"[{desired['name']}]" + (f"({','.join(arguments)})" if arguments else "")


def _set_headers(edits: Edits, desired: t.Mapping[str, t.Any], blocks: t.Sequence[Block]) -> None:
    """Make the headers of a section and its additions have the template mark and the bases together."""
    template = any(block.header.template for block in blocks)
    bases = [base for block in blocks for base in block.header.bases]
    wanted = {
        "name": blocks[0].header.name,
        "template": template if desired.get("template") is None else desired["template"],
        "inherits": bases if desired.get("inherits") is None else list(desired["inherits"]),
    }
    if (template, bases) == (wanted["template"], wanted["inherits"]):
        return
    for block in blocks:
        # What the first header says, the others need not repeat.
        new = wanted if block is blocks[0] else {"name": block.header.name}
        edits.replace_code(block.start, _header(new, block.header.filters))


def _replace_options(
    edits: Edits,
    options: t.Sequence[tuple[int, Option, Block]],
    items: t.Sequence[DesiredOption],
    last_code: int,
    stop: int,
) -> None:
    desired = [(item.name, value, "=>" if item.arrow else "=") for item in items for value in item.values]
    if desired == [(line.name, line.value, line.operator) for _index, line, _block in options]:
        return
    lines = _option_lines(items, edits.end)
    if options:
        edits.insert_before(options[0][0], lines)
    else:
        edits.insert_after(last_code, stop, lines)
    for index, _line, _block in options:
        edits.remove(index, index + 1)


def _set_option(
    edits: Edits,
    options: t.Sequence[tuple[int, Option, Block]],
    item: DesiredOption,
    last_code: int,
    stop: int,
) -> None:
    matching = [found for found in options if fold(found[1].name) == fold(item.name)]
    # A continuation belongs to the line before it, so such an option is rewritten.
    continued = any(line.operator == "+=" for _index, line, _block in matching)
    if not continued and [line.value for _index, line, _block in matching] == list(item.values):
        return
    values = list(item.values)
    for index, line, _block in matching:
        if values and line.operator != "+=":
            edits.replace(index, _with_value(line, values.pop(0)))
        else:
            edits.remove(index, index + 1)
    if matching:
        last_code, stop = matching[-1][0], matching[-1][2].stop
    if values:
        edits.insert_after(last_code, stop, _option_lines([item._replace(values=tuple(values))], edits.end))


def _with_value(line: Option, value: str) -> str:
    if value == line.value:
        return line.raw
    before, after = line.raw[: line.span[0]], line.raw[line.span[1] :]
    # '>' right after '=' would be read as part of an arrow, and a backslash would escape a comment's semicolon.
    if value.startswith(">") and before.endswith("="):
        before += " "
    if value.endswith("\\") and after.startswith(";"):
        after = " " + after
    return before + escape_semicolons(value) + after


def _option_lines(items: t.Sequence[DesiredOption], end: str) -> list[str]:
    return [
        f"{item.name} {'=>' if item.arrow else '='} {escape_semicolons(value)}".rstrip(" ") + end
        for item in items
        for value in item.values
    ]


def escape_semicolons(value: str) -> str:
    """Return a value with its semicolons escaped, which would otherwise start a comment."""
    return value.replace(";", "\\;")
