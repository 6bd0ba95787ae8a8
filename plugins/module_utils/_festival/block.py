# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A marked block in a Scheme file, at the position where it takes effect.

Private to the collection switchboard.pbx; it may change without notice.
That is before a C((provide 'name)) at the end of the file, else the end of the file.
"""

from __future__ import annotations

import re

from .._module import ModuleError
from .scheme import Form, SchemeError, forms

_NOTE = "managed by Ansible, changes in this block are overwritten"


def update_block(text: str, block: str | None, marker: str, path: str) -> str:
    """Return *text* with *block* as the content of the block named *marker*, or without the block if it is None.

    Raises a ModuleError with line and column if the Scheme of the file or the block is not valid.
    """
    if not re.fullmatch(r"[\w.-]+( [\w.-]+)*", marker):
        cure = "use letters, digits, '.', '_', '-' and single spaces"
        raise ModuleError(f"The marker {marker!r} is not valid in a comment line; {cure}.")
    rest = _remove_block(text, marker, path)
    if block is None:
        return rest
    lines = block.strip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if _marker_kind(line, marker):
            cure = "remove this line, which the module writes itself"
            raise ModuleError(
                f"The block for {path}, line {number}: it contains the marker '{marker}'; {cure}."
            )
    _parse(block, f"The block for {path}")
    position = _insert_position(rest, _parse(rest, path))
    before, after = rest[:position], rest[position:]
    gap = "\n" if before and not before.endswith("\n") else ""
    begin, end = f";; BEGIN {marker} ({_NOTE})", f";; END {marker}"
    return before + gap + "\n".join([begin, *lines, end]) + "\n" + after


def _parse(text: str, name: str) -> list[Form]:
    try:
        return forms(text)
    except SchemeError as error:
        message = f"{name}, line {error.line}, column {error.column}: {error.reason}; {error.cure}."
        raise ModuleError(message) from error


def _insert_position(text: str, found: list[Form]) -> int:
    if not found or not re.match(r"\(\s*provide\b", text[found[-1].start :]):
        return len(text)
    start = found[-1].start
    line = text.rfind("\n", 0, start) + 1
    return start if text[line:start].strip() else line


def _marker_kind(line: str, marker: str) -> str | None:
    match = re.fullmatch(rf"\s*;+\s*(BEGIN|END) {re.escape(marker)}(?: \(.*\))?\s*", line)
    return match[1] if match else None


def _remove_block(text: str, marker: str, path: str) -> str:
    kept: list[str] = []
    start: int | None = None
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        kind = _marker_kind(line, marker)
        if (kind == "BEGIN" and start is not None) or (kind == "END" and start is None):
            cure = "remove the line or restore its counterpart"
            raise ModuleError(
                f"{path}, line {number}: the marker line '{kind} {marker}' has no counterpart; {cure}."
            )
        if kind == "BEGIN":
            start = number
        elif kind == "END":
            start = None
        elif start is None:
            kept.append(line)
    if start is not None:
        cure = f"add ';; END {marker}' where the block ends"
        raise ModuleError(f"{path}, line {start}: the block '{marker}' starts here and has no end; {cure}.")
    return "".join(kept)
