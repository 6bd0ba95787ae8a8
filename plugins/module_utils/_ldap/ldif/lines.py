# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of LDIF (RFC 2849): continuation lines joined, comments removed, base64 decoded.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
import typing as t

from ..._module import ModuleError

NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.-]*(?:;[A-Za-z0-9-]+)*")


class LineError(Exception):
    """An error in the logical line *index* of the text that is parsed."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


Field = t.Tuple[int, str, bytes]


def fields(lines: list[bytes]) -> t.Iterator[Field]:
    """Yield number, attribute and value of each line."""
    for index, line in enumerate(lines):
        if line[:1] == b"#" or not line:
            continue
        raw_name, colon, value = line.partition(b":")
        name = _attribute_name(raw_name)
        if name is None or not colon:
            if line == b"-":
                yield index, "-", b""
                continue
            # It may be the rest of a password, so it is not shown.
            cure = "correct it, or begin it with a space if it continues the line before"
            raise LineError(index, f"the line is not 'attribute: value'; {cure}")
        if value[:1] == b":":
            value = _decode_base64(index, name, value[1:].strip())
        elif value[:1] == b"<":
            raise LineError(
                index, f"{name!r} takes its value from a URL, which is not followed; write it in base64"
            )
        else:
            value = value.lstrip(b" ")
        yield index, name, value


@functools.lru_cache(maxsize=1024)
def _attribute_name(raw: bytes) -> str | None:
    """Return a valid name as text; the cache makes records share it."""
    return raw.decode() if NAME.fullmatch(raw) else None


def _decode_base64(index: int, name: str, value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LineError(index, f"the value of {name!r} after '::' is not valid base64; correct it") from error


def decode_text(index: int, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise LineError(index, "the text is not UTF-8; convert the file to UTF-8") from error


def shown(value: bytes) -> str:
    # A broken line may hold part of a secret, so only its beginning is shown.
    return repr(value[:12].decode("utf-8", "replace")) + ("…" if len(value) > 12 else "")


def physical_line(raw: bytes, logical: int) -> int:
    """Return the number of physical lines before a logical one."""
    if logical == 0:
        return 0
    starts = [number for number, line in enumerate(raw.split(b"\n")) if not line.startswith(b" ")]
    return starts[logical]


def numbered_lines(text: str, source: str) -> t.Iterator[tuple[int, str, bytes]]:
    """Yield number (from 1), attribute and value of each line of a text. Raises ModuleError with source and line."""
    raw = text.encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n")
    try:
        for index, name, value in fields(raw.replace(b"\n ", b"").split(b"\n")):
            yield 1 + physical_line(raw, index), name, value
    except LineError as error:
        raise ModuleError(f"{source}, line {1 + physical_line(raw, error.index)}: {error}.") from error
