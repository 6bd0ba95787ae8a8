# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF (RFC 2849) read: content records and change records.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

from ..._module import ModuleError
from ..syntax.attributes import Values
from .fast_reader import Header, Row

_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.-]*(?:;[A-Za-z0-9-]+)*")
_RECORD_END = re.compile(rb"\n(?:[ \t]*\n)+")
_OPEN_END = re.compile(rb"[ \t]*\r?\Z")
_FILE_END = re.compile(rb"\n[ \t\n]*\Z")

# Words that are no attributes where they stand in a record, so that a record with one is read with care.
_KEYWORDS = ("dn", "changetype", "control", "version")

# How many values are looked at to find those that come again.
_SHARED = 1000

# A pattern of a whole record costs milliseconds to compile: one is made for every so many records that were read
# line by line, no more than so many, and none of longer records, such as groups.
_LEARN_EVERY = 32
_MOST_SHAPES = 8
_LONGEST_SHAPE = 100
_BLOCK = 1 << 20


class AttributeChange(t.NamedTuple):
    """One part of a changetype: modify record: operation is add, delete or replace."""

    operation: str
    attribute: str
    values: Values


class Record(t.NamedTuple):
    """One record. *change* is None for content, else add, delete, modify or modrdn.

    *line* counts from 1. *new_rdn*, *delete_old* and *new_superior* belong to modrdn, *steps* to modify.
    """

    dn: str
    line: int
    change: str | None
    attributes: t.Mapping[str, Values]
    steps: t.Sequence[AttributeChange] = ()
    new_rdn: str = ""
    delete_old: bool = True
    new_superior: str | None = None


class _Bad(Exception):
    """What is wrong with the logical line *index* of the record at hand."""

    def __init__(self, index: int, why: str) -> None:
        super().__init__(why)
        self.index = index


def parse_file(path: str) -> t.Iterator[Record]:
    """Read the records of a file one by one, without holding it whole. Raises ModuleError with file and line."""
    try:
        with open(path, "rb") as stream:
            yield from _records(iter(lambda: stream.read(_BLOCK), b""), path)
    except OSError as error:
        raise ModuleError(
            f"The LDIF file {path!r} cannot be read: {error.strerror}; check the path and its permissions."
        ) from error


def parse_text(text: str | bytes, source: str = "content") -> t.Iterator[Record]:
    """Read the records of a text; *source* names it in messages. Raises ModuleError with source and line."""
    octets = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return _records(iter([octets]), source)


def _records(blocks: t.Iterator[bytes], source: str) -> t.Iterator[Record]:
    known = _Known({}, {}, _Shapes())
    for line, piece in _pieces(blocks, known.shapes):
        if not isinstance(piece, bytes):
            header, dn, cells = piece
            yield Record(dn.decode(), line, None, Row(header, cells))
            continue
        try:
            record = _plain_record(piece, line, known) or _parse_record(piece, line, known)
        except _Bad as bad:
            raise ModuleError(f"{source}, line {line + _physical_line(piece, bad.index)}: {bad}.") from bad
        if record is not None:
            yield record


# A record of a known shape: header, DN and values.
_Shaped = t.Tuple[Header, bytes, t.Tuple[bytes, ...]]


def _pieces(blocks: t.Iterator[bytes], shapes: _Shapes) -> t.Iterator[tuple[int, bytes | _Shaped]]:
    """Cut the text at its empty lines; yield the number of the first line and the text, or what it holds."""
    line = 1
    rest = b""
    for block in blocks:
        text = (rest + block).replace(b"\r\n", b"\n")
        start = 0
        while True:
            found = shapes.find(text, start)
            if found is not None:
                header, match = found
                groups = match.groups()
                yield line, (header, groups[0], groups[1:])
                line += len(groups) + 1
                start = match.end()
                continue
            end = _RECORD_END.search(text, start)
            if end is None or _OPEN_END.match(text, end.end()):
                # The next block may begin with more of the empty lines.
                break
            yield line, text[start : end.start()]
            line += text.count(b"\n", start, end.end())
            start = end.end()
        rest = text[start:]
    yield line, _FILE_END.sub(b"", rest)


def _physical_line(raw: bytes, logical: int) -> int:
    """Return how many lines of the text come before its logical line of this number."""
    if logical == 0:
        return 0
    seen = -1
    for number, line in enumerate(raw.split(b"\n")):
        if not line.startswith(b" "):
            seen += 1
        if seen == logical:
            return number
    return raw.count(b"\n")


class _Known(t.NamedTuple):
    """What was seen before, so that attributes and repeated values are shared objects, not copies."""

    names: dict[bytes, str]
    values: dict[bytes, bytes]
    shapes: _Shapes


class _Shapes:
    """Patterns for whole records, each of one sequence of attributes, of which a big file has few."""

    def __init__(self) -> None:
        self._patterns: list[tuple[re.Pattern[bytes], Header]] = []
        self._missed = 0

    def find(self, text: bytes, at: int) -> tuple[Header, re.Match[bytes]] | None:
        """Return header and match, of DN and values, if a record of a known shape and an empty line come next."""
        for index, shape in enumerate(self._patterns):
            found = shape[0].match(text, at)
            if found is not None:
                if index:
                    # The next record is most likely another one of these.
                    del self._patterns[index]
                    self._patterns.insert(0, shape)
                return shape[1], found
        return None

    def miss(self, lines: list[bytes], names: t.Mapping[bytes, str]) -> None:
        """Take note of a plain record that had to be read line by line; now and then, learn its shape."""
        self._missed += 1
        if self._missed % _LEARN_EVERY or len(self._patterns) >= _MOST_SHAPES or len(lines) > _LONGEST_SHAPE:
            return
        raw_names = [line.partition(b": ")[0] for line in lines]
        lines_of_values = [re.escape(name) + rb": ([^ \n][^\n]*)\n" for name in raw_names[1:]]
        pattern = b"".join(
            [rb"dn: ([!-\x7f][\x00-\x09\x0b-\x7f]*)\n", *lines_of_values, rb"\n(?=[^ \t\r\n])"]
        )
        self._patterns.append((re.compile(pattern), Header(names[name] for name in raw_names[1:])))


def _plain_record(raw: bytes, line: int, known: _Known) -> Record | None:
    """Read a content record of nothing but plain lines with known names, as nearly all of a big file are.

    Return None for any other, which _parse_record() then reads, or tells what is wrong with it.
    """
    if b"\n " in raw or not raw.startswith(b"dn: "):
        return None
    lines = raw.split(b"\n")
    names, shared = known.names, known.values
    attributes: dict[str, Values] = {}
    first = True
    dn = b""
    for text in lines:
        raw_name, _colon, value = text.partition(b": ")
        if first:
            dn, first = value, False
            continue
        name = names.get(raw_name)
        if name is None or not value or value[0] == 32:
            return None
        value = shared.get(value, value)
        if name in attributes:
            attributes[name].append(value)
        else:
            attributes[name] = [value]
    if not attributes or dn.startswith(b" ") or not dn.isascii():
        return None
    known.shapes.miss(lines, names)
    return Record(dn.decode(), line, None, attributes)


def _parse_record(raw: bytes, line: int, known: _Known) -> Record | None:
    if raw.startswith(b" "):
        raise _Bad(0, "a line that begins with a space continues the one before, and there is none")
    text = raw.replace(b"\n ", b"") if b"\n " in raw else raw
    lines = text.split(b"\n")
    fields = _fields(lines, known)
    index, name, value = next(fields, (0, "", b""))
    if name.lower() == "version":
        if value != b"1":
            raise _Bad(index, f"version {_shown(value)} is unknown; write version: 1")
        index, name, value = next(fields, (0, "", b""))
    if not name:
        return None
    if name.lower() != "dn":
        raise _Bad(
            index, f"a record begins with 'dn:', not with {name!r}; separate records by one empty line"
        )
    dn = _text(index, value)
    dn_line = line + (_physical_line(raw, index) if index else 0)
    kind, body = _changetype(fields)
    if kind is None or kind == "add":
        return Record(dn, dn_line, kind, _content(body, index, dn))
    if kind == "delete":
        for extra, name, _value in body:
            raise _Bad(extra, f"a record with changetype delete holds nothing else, but here is {name!r}")
        return Record(dn, dn_line, kind, {})
    if kind == "modify":
        return Record(dn, dn_line, kind, {}, steps=_modify_steps(body))
    return _modrdn(dn, dn_line, body, index)


_Field = t.Tuple[int, str, bytes]


def _fields(lines: list[bytes], known: _Known) -> t.Iterator[_Field]:
    """Yield number, attribute and value of each line."""
    names, shared = known.names, known.values
    for index, line in enumerate(lines):
        if line[:1] == b"#" or not line:
            continue
        raw_name, colon, value = line.partition(b":")
        name = names.get(raw_name)
        if name is None or not colon:
            if raw_name == b"-" and not colon:
                yield index, "-", b""
                continue
            if not colon or not _NAME.fullmatch(raw_name):
                raise _Bad(index, f"{_shown(line)} is no 'attribute: value'")
            name = raw_name.decode()
            if name.lower() not in _KEYWORDS:
                names[raw_name] = name
        if value[:1] == b":":
            value = _decode(index, name, value[1:].strip())
        elif value[:1] == b"<":
            raise _Bad(
                index, f"{name!r} takes its value from a URL, which is not followed; write it in base64"
            )
        else:
            value = value.lstrip(b" ")
        if len(shared) < _SHARED:
            shared.setdefault(value, value)
        yield index, name, value


def _decode(index: int, name: str, value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Bad(index, f"the value of {name!r} after '::' is no base64") from error


def _text(index: int, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _Bad(index, "the name is no UTF-8; convert the file to UTF-8") from error


def _shown(value: bytes) -> str:
    # A broken line may hold part of a secret, so no more of it is shown than helps to find it.
    return repr(value[:12].decode("utf-8", "replace")) + ("…" if len(value) > 12 else "")


def _changetype(fields: t.Iterator[_Field]) -> tuple[str | None, t.Iterator[_Field]]:
    for index, name, value in fields:
        low = name.lower()
        if low == "control":
            raise _Bad(index, "controls are not supported in LDIF; remove the line")
        if low != "changetype":
            return None, _put_back((index, name, value), fields)
        kind = _text(index, value).strip().lower()
        if kind == "moddn":
            kind = "modrdn"
        if kind not in ("add", "delete", "modify", "modrdn"):
            raise _Bad(index, f"changetype {kind!r} is unknown; it is add, delete, modify or modrdn")
        return kind, fields
    return None, iter(())


def _put_back(first: _Field, rest: t.Iterator[_Field]) -> t.Iterator[_Field]:
    yield first
    yield from rest


def _content(body: t.Iterator[_Field], last: int, dn: str) -> dict[str, Values]:
    attributes: dict[str, Values] = {}
    for index, name, value in body:
        if name in attributes:
            attributes[name].append(value)
        elif name == "-" or name.lower() == "dn":
            raise _Bad(
                index, f"{name!r} stands inside the record of {dn!r}; separate records by one empty line"
            )
        else:
            attributes[name] = [value]
    if not attributes:
        raise _Bad(last, f"the record of {dn!r} has no attributes")
    return attributes


def _modify_steps(body: t.Iterator[_Field]) -> list[AttributeChange]:
    steps: list[AttributeChange] = []
    current: AttributeChange | None = None
    for index, name, value in body:
        if current is None:
            if name.lower() not in ("add", "delete", "replace"):
                raise _Bad(index, f"here I expect add:, delete: or replace:, not {name!r}")
            current = AttributeChange(name.lower(), _text(index, value).strip(), [])
            if not _NAME.fullmatch(value.strip()):
                raise _Bad(index, f"{_shown(value)} is no attribute")
            steps.append(current)
        elif name == "-":
            current = None
        elif name.lower() != current.attribute.lower():
            raise _Bad(
                index, f"within {current.operation}: {current.attribute} stands {name!r}; end with '-' first"
            )
        else:
            current.values.append(value)
        if current is not None:
            last = index
    for step in steps:
        if step.operation == "add" and not step.values:
            raise _Bad(last, f"add: {step.attribute} has no value to add")
    return steps


def _modrdn(dn: str, line: int, body: t.Iterator[_Field], last: int) -> Record:
    values: dict[str, str] = {}
    for index, name, value in body:
        if name.lower() not in ("newrdn", "deleteoldrdn", "newsuperior"):
            raise _Bad(index, f"a modrdn record holds newrdn, deleteoldrdn and newsuperior, not {name!r}")
        values[name.lower()] = _text(index, value).strip()
        last = index
    if not values.get("newrdn"):
        raise _Bad(last, f"the modrdn record of {dn!r} has no newrdn")
    if values.get("deleteoldrdn", "1") not in ("0", "1"):
        raise _Bad(last, "deleteoldrdn is 0 or 1")
    return Record(
        dn,
        line,
        "modrdn",
        {},
        new_rdn=values["newrdn"],
        delete_old=values.get("deleteoldrdn", "1") == "1",
        new_superior=values.get("newsuperior"),
    )
