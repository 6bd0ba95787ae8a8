# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A marked block in a Scheme file, at the place where it takes effect.

Private to the collection switchboard.pbx; it may change without notice.
That place is before a C((provide 'name)) at the end of the file, else the end itself. Text in, text out.
"""

from __future__ import annotations

import re

from .._module import ModuleError
from .scheme import Form, SchemeError, forms

_NOTE = "managed by Ansible, changes in this block are overwritten"


def updated(text: str, block: str | None, marker: str, path: str) -> str:
    """Return *text* with the block called *marker* holding *block*, or without it if *block* is None.

    Raises a ModuleError that names *path*, or the block, with line and column where the Scheme is wrong.
    """
    if not re.fullmatch(r"[\w.-]+( [\w.-]+)*", marker):
        cure = "use letters, digits, '.', '_', '-' and single blanks"
        raise ModuleError(f"The marker {marker!r} cannot stand in a comment line; {cure}.")
    rest = _without(text, marker, path)
    if block is None:
        return rest
    lines = block.strip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if _marker_kind(line, marker):
            cure = "remove it, the module writes it"
            raise ModuleError(
                f"The block for {path}, line {number}: it holds the marker '{marker}' itself; {cure}."
            )
    _read(block, f"The block for {path}")
    place = _place(rest, _read(rest, path))
    before, after = rest[:place], rest[place:]
    gap = "\n" if before and not before.endswith("\n") else ""
    begin, end = f";; BEGIN {marker} ({_NOTE})", f";; END {marker}"
    return before + gap + "\n".join([begin, *lines, end]) + "\n" + after


def _read(text: str, what: str) -> list[Form]:
    try:
        return forms(text)
    except SchemeError as error:
        sentence = f"{what}, line {error.line}, column {error.column}: {error.reason}; {error.cure}."
        raise ModuleError(sentence) from error


def _place(text: str, found: list[Form]) -> int:
    if not found or not re.match(r"\(\s*provide\b", text[found[-1].start :]):
        return len(text)
    start = found[-1].start
    line = text.rfind("\n", 0, start) + 1
    return start if text[line:start].strip() else line


def _marker_kind(line: str, marker: str) -> str | None:
    match = re.fullmatch(rf"\s*;+\s*(BEGIN|END) {re.escape(marker)}(?: \(.*\))?\s*", line)
    return match[1] if match else None


def _without(text: str, marker: str, path: str) -> str:
    kept: list[str] = []
    begun: int | None = None
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        kind = _marker_kind(line, marker)
        if (kind == "BEGIN" and begun is not None) or (kind == "END" and begun is None):
            cure = "remove the line, or restore the one that belongs to it"
            raise ModuleError(
                f"{path}, line {number}: the marker line '{kind} {marker}' stands alone; {cure}."
            )
        if kind == "BEGIN":
            begun = number
        elif kind == "END":
            begun = None
        elif begun is None:
            kept.append(line)
    if begun is not None:
        cure = f"add ';; END {marker}' where the block ends"
        raise ModuleError(f"{path}, line {begun}: the block '{marker}' begins here and never ends; {cure}.")
    return "".join(kept)
