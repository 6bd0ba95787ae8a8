# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read LDIF (RFC 2849): content records and change records, mixed as they come.

python-ldap's own module ldif is not used: it skips all change records but modify, does not validate base64, and most
of its errors give no line number, but quote the line, which may hold a secret.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import codecs
import itertools
import re
import typing as t

from ..._module import ModuleError
from ..syntax.attributes import Values
from .fast_reader import FastReader
from .lines import NAME, Field, LineError, decode_text, fields, physical_line, shown

_RECORD_END = re.compile(rb"\n(?:[ \t]*\n)+")
_OPEN_END = re.compile(rb"[ \t]*\r?\Z")
_FILE_END = re.compile(rb"\n[ \t\n]*\Z")
_BLOCK_SIZE = 1 << 20


class ModSpec(t.NamedTuple):
    """One part of a changetype: modify record (RFC 2849, mod-spec): *operation* is add, delete or replace."""

    operation: str
    attribute: str
    values: Values


class Record(t.NamedTuple):
    """One record. *changetype* is None for content, else add, delete, modify or modrdn.

    *line* counts from 1. *mod_specs* belong to modify; *new_rdn*, *delete_old_rdn* and *new_superior* to modrdn.
    """

    dn: str
    line: int
    changetype: str | None
    attributes: t.Mapping[str, Values]
    mod_specs: t.Sequence[ModSpec] = ()
    new_rdn: str = ""
    delete_old_rdn: bool = True
    new_superior: str | None = None


def parse_file(path: str) -> t.Iterator[Record]:
    """Read the records of a file block by block. Raises ModuleError with file and line."""
    try:
        with open(path, "rb") as stream:
            yield from _records(iter(lambda: stream.read(_BLOCK_SIZE), b""), path)
    except OSError as error:
        raise ModuleError(
            f"The LDIF file {path!r} cannot be read: {error.strerror}; check the path and its permissions."
        ) from error


def parse_text(text: str | bytes, source: str = "content") -> t.Iterator[Record]:
    """Read the records of a text; *source* names it in messages. Raises ModuleError with source and line."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return _records(iter([raw]), source)


def _records(blocks: t.Iterator[bytes], source: str) -> t.Iterator[Record]:
    fast = FastReader()
    for line, piece in _split_records(_without_mark(blocks, source), fast):
        if isinstance(piece, Record):
            yield piece
            continue
        plain = fast.read(piece)
        if plain is not None:
            yield Record(plain[0], line, None, plain[1])
            continue
        try:
            record = _parse_record(piece, line)
        except LineError as error:
            number = line + physical_line(piece, error.index)
            raise ModuleError(f"{source}, line {number}: {error}.") from error
        if record is not None:
            if record.changetype is None:
                fast.learn(record.attributes)
            yield record


def _without_mark(blocks: t.Iterator[bytes], source: str) -> t.Iterator[bytes]:
    """Yield the blocks without the byte order mark that some editors write."""
    first = next(blocks, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ModuleError(
            f"{source} is UTF-16; convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8."
        )
    yield first[len(codecs.BOM_UTF8) :] if first.startswith(codecs.BOM_UTF8) else first
    yield from blocks


def _split_records(blocks: t.Iterator[bytes], fast: FastReader) -> t.Iterator[tuple[int, bytes | Record]]:
    """Split the text at its empty lines; yield the number of the first line, and the raw or the finished record."""
    line = 1
    rest = b""
    for block in blocks:
        text = (rest + block).replace(b"\r\n", b"\n")
        start = 0
        while True:
            found = fast.find(text, start)
            if found is not None:
                dn, row, start = found
                yield line, Record(dn, line, None, row)
                # The DN's line, one for each value, and the empty one.
                line += len(row.cells) + 2
                continue
            end = _RECORD_END.search(text, start)
            if end is None or _OPEN_END.match(text, end.end()):
                # The next block may begin with more empty lines.
                break
            yield line, text[start : end.start()]
            line += text.count(b"\n", start, end.end())
            start = end.end()
        rest = text[start:]
    yield line, _FILE_END.sub(b"", rest)


def _parse_record(raw: bytes, line: int) -> Record | None:
    if raw.startswith(b" "):
        raise LineError(0, "the line begins with a space, but there is no line before it to continue")
    lines = fields(raw.replace(b"\n ", b"").split(b"\n"))
    index, name, value = next(lines, (0, "", b""))
    if name.lower() == "version":
        if value != b"1":
            raise LineError(index, f"version {shown(value)} is unknown; write version: 1")
        index, name, value = next(lines, (0, "", b""))
    if not name:
        return None
    if name.lower() != "dn":
        raise LineError(
            index, f"a record begins with 'dn:', not with {name!r}; separate records by one empty line"
        )
    dn = decode_text(index, value)
    dn_line = line + physical_line(raw, index)
    kind, body = _changetype(lines)
    if kind is None or kind == "add":
        return Record(dn, dn_line, kind, _content(body, dn))
    if kind == "delete":
        for extra, name, _value in body:
            raise LineError(extra, f"a record with changetype delete has no other lines; remove {name!r}")
        return Record(dn, dn_line, kind, {})
    if kind == "modify":
        return Record(dn, dn_line, kind, {}, mod_specs=_mod_specs(body))
    return _modrdn(dn, dn_line, body, index)


def _changetype(lines: t.Iterator[Field]) -> tuple[str | None, t.Iterator[Field]]:
    for index, name, value in lines:
        low = name.lower()
        if low == "control":
            raise LineError(index, "controls are not supported in LDIF; remove the line")
        if low != "changetype":
            return None, itertools.chain([(index, name, value)], lines)
        kind = decode_text(index, value).strip().lower()
        if kind == "moddn":
            kind = "modrdn"
        if kind not in ("add", "delete", "modify", "modrdn"):
            raise LineError(index, f"changetype {kind!r} is unknown; use add, delete, modify or modrdn")
        return kind, lines
    return None, iter(())


def _content(body: t.Iterator[Field], dn: str) -> dict[str, Values]:
    attributes: dict[str, Values] = {}
    for index, name, value in body:
        if name in attributes:
            attributes[name].append(value)
        elif name == "-" or name.lower() == "dn":
            raise LineError(
                index, f"{name!r} is inside the record of {dn!r}; separate records by one empty line"
            )
        else:
            attributes[name] = [value]
    return attributes


def _mod_specs(body: t.Iterator[Field]) -> list[ModSpec]:
    mod_specs: list[ModSpec] = []
    current: ModSpec | None = None
    for index, name, value in body:
        if current is None:
            if name.lower() == "increment":
                raise LineError(
                    index,
                    "increment: is not supported, because each run would change the value; use replace:",
                )
            if name.lower() not in ("add", "delete", "replace"):
                raise LineError(index, f"{name!r} is not an operation; write add:, delete: or replace:")
            current = ModSpec(name.lower(), decode_text(index, value).strip(), [])
            if not NAME.fullmatch(value.strip()):
                raise LineError(index, f"{shown(value)} is not a valid attribute; correct it")
            mod_specs.append(current)
        elif name == "-":
            current = None
        elif name.lower() != current.attribute.lower():
            raise LineError(
                index, f"{name!r} is inside {current.operation}: {current.attribute}; end that with '-' first"
            )
        else:
            current.values.append(value)
        if current is not None:
            last = index
    for mod_spec in mod_specs:
        if mod_spec.operation == "add" and not mod_spec.values:
            raise LineError(last, f"add: {mod_spec.attribute} has no value to add; give one")
    return mod_specs


def _modrdn(dn: str, line: int, body: t.Iterator[Field], last: int) -> Record:
    values = {"deleteoldrdn": "1"}
    for index, name, value in body:
        if name.lower() not in ("newrdn", "deleteoldrdn", "newsuperior"):
            raise LineError(
                index, f"a modrdn record takes newrdn, deleteoldrdn and newsuperior, not {name!r}"
            )
        values[name.lower()] = decode_text(index, value).strip()
        last = index
    if not values.get("newrdn"):
        raise LineError(last, f"the modrdn record of {dn!r} has no newrdn; give one")
    if values["deleteoldrdn"] not in ("0", "1"):
        raise LineError(last, "deleteoldrdn must be 0 or 1")
    return Record(
        dn,
        line,
        "modrdn",
        {},
        new_rdn=values["newrdn"],
        delete_old_rdn=values["deleteoldrdn"] == "1",
        new_superior=values.get("newsuperior"),
    )
