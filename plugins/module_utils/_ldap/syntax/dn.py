# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse, format and escape distinguished names (RFC 4514).

Private to the collection switchboard.pbx; it may change without notice.
ldap.dn is not used, because input is also validated on hosts without python-ldap, in check mode.
"""

from __future__ import annotations

import re
import typing as t

# One relative name: its (attribute, value) pairs, more than one where they are joined by "+".
Rdn = t.List[t.Tuple[str, str]]

# Like slapd, ignore these around attributes and values.
_WHITE = " \t\n\r"
_TYPE = re.compile(rf"[{_WHITE}]*([A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)[{_WHITE}]*=[{_WHITE}]*")
_PLAIN = re.compile(r'[^\\,+";<>\x00]*')
_ESCAPED = re.compile(r'\\(?:([0-9A-Fa-f]{2})|([ "#+,;<=>\\]))')
_SPECIAL = re.compile(r'[\\,+";<>=]')
_OLD_FORMS = re.compile(r'\\.|"(?P<quoted>(?:[^"\\]|\\.)*)"|;', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class DnError(ValueError):
    """A text that is not a distinguished name; the message names the position."""


def parse_dn(text: str) -> list[Rdn]:
    """Return the relative names of a DN, the entry's own first; the empty DN has none. Raises DnError."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise DnError(f"{text!r} is not a DN: it is not UTF-8")
    if "\\" not in text and "+" not in text and '"' not in text and ";" not in text:
        return [_simple_rdn(part, text) for part in text.split(",")] if text.strip(" ") else []
    names: list[Rdn] = []
    rdn: Rdn = []
    at = 0
    while True:
        match = _TYPE.match(text, at)
        if match is None:
            raise DnError(f"{text!r} is not a DN: ATTRIBUTE=VALUE is expected at {text[at : at + 20]!r}")
        value, at = _read_value(text, match.end())
        rdn.append((match.group(1), value))
        if at < len(text) and text[at] == "+":
            at += 1
            continue
        names.append(rdn)
        rdn = []
        if at == len(text):
            return names
        at += 1


def without_old_forms(text: str) -> str:
    """Rewrite the forms of RFC 1779, quoted values and ";" between names, as slapd does in the values of attributes."""

    def rewritten(match: re.Match[str]) -> str:
        if match["quoted"] is None:
            return "," if match.group() == ";" else match.group()
        # Between quotes, a backslash stands before any character, never before two digits.
        return escape_value(re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL))

    return _OLD_FORMS.sub(rewritten, text)


def _simple_rdn(part: str, text: str) -> Rdn:
    match = _TYPE.match(part)
    if match is None or "\0" in part or "<" in part or ">" in part:
        raise DnError(f"{text!r} is not a DN: ATTRIBUTE=VALUE is expected at {part[:20]!r}")
    value = part[match.end() :].rstrip(_WHITE)
    return [(match.group(1), _unhex(value, text) if value.startswith("#") else value)]


def _read_value(text: str, at: int) -> tuple[str, int]:
    if text.startswith('"', at):
        raise DnError(
            f"{text!r} is not a DN: quotes are not allowed (RFC 4514), escape characters such as \\,"
        )
    encoded = bytearray()
    end_of_escapes = 0
    hexadecimal = text.startswith("#", at)
    while at < len(text) and text[at] not in ",+":
        plain = _PLAIN.match(text, at)
        if plain is not None:
            encoded += plain.group().encode("utf-8", "surrogatepass")
            at = plain.end()
        if at == len(text) or text[at] in ",+":
            break
        if text[at] == ";":
            raise DnError(
                f"{text!r} is not a DN: ';' does not separate names (RFC 4514), "
                "write ',' instead, or \\; within a value"
            )
        escaped = _ESCAPED.match(text, at)
        if escaped is None:
            raise DnError(
                f"{text!r} is not a DN: {text[at]!r} must be escaped, and \\ is allowed only before special characters"
            )
        encoded += bytes.fromhex(escaped.group(1)) if escaped.group(1) else escaped.group(2).encode()
        end_of_escapes = len(encoded)
        at = escaped.end()
    # Only escaped trailing spaces are part of the value.
    encoded = encoded[:end_of_escapes] + encoded[end_of_escapes:].rstrip(_WHITE.encode())
    try:
        value = encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DnError(f"{text!r} is not a DN: its escapes are not UTF-8") from error
    return (_unhex(value, text) if hexadecimal else value), at


def _unhex(value: str, text: str) -> str:
    """Decode the "#" form, a hexadecimal BER string (RFC 4514, 2.4), with a length below 128."""
    try:
        ber = bytes.fromhex(value[1:])
        if len(ber) < 2 or ber[1] != len(ber) - 2 or ber[1] > 127:
            raise ValueError("not a short BER value")
        return ber[2:].decode("utf-8")
    except ValueError as error:
        raise DnError(f"{text!r} is not a DN: {value[:20]!r} is not a hexadecimal BER string") from error


def escape_value(value: str) -> str:
    r"""Escape a value for a DN: special characters, outer spaces and a leading "#" get a backslash."""
    if value.isalnum():
        return value
    escaped = _SPECIAL.sub(r"\\\g<0>", value)
    if not escaped.isprintable():
        escaped = _CONTROL.sub(lambda match: f"\\{ord(match.group()):02x}", escaped)
    if escaped.startswith((" ", "#")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(value) > 1:
        escaped = escaped[:-1] + "\\ "
    return escaped


def format_rdn(rdn: Rdn) -> str:
    """Format a relative name."""
    return "+".join(f"{name}={escape_value(value)}" for name, value in rdn)


def format_dn(names: t.Iterable[Rdn]) -> str:
    """Format a DN from its relative names, the entry's own first."""
    return ",".join(format_rdn(rdn) for rdn in names)


def split_dn(text: str) -> tuple[str, str]:
    """Return the relative name of the entry and the DN of its parent, unparsed."""
    if "\\" not in text:
        name, _comma, parent = text.partition(",")
        return name.strip(" "), parent.strip(" ")
    at = 0
    while True:
        at = text.find(",", at)
        if at < 0:
            return _trimmed(text), ""
        if not _ends_in_escape(text[:at]):
            return _trimmed(text[:at]), _trimmed(text[at + 1 :])
        at += 1


def _ends_in_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _trimmed(text: str) -> str:
    """Return a name without surrounding spaces, except an escaped one at the end."""
    trimmed = text.strip(" ")
    return trimmed + " " if _ends_in_escape(trimmed) else trimmed


def ancestors(key: str) -> t.Iterator[str]:
    """Yield a key and the keys of all entries above it."""
    while key:
        yield key
        key = key.partition(",")[2]
