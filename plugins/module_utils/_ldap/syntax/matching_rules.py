# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The equality matching rules of LDAP (RFC 4517, 4.2): functions that map equal values to the same key.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

Normalise = t.Callable[[bytes], bytes]

_SPACES = re.compile(rb"  +")
_WHITE = re.compile(rb"[\t\n\v\f\r]")
_GENERALIZED_TIME = re.compile(rb"(\d{10})(\d\d)?(\d\d)?(?:[.,]0*)?(?:Z|[+-]00(?:00)?)")


def _prepare(value: bytes, fold: bool) -> bytes:
    """Prepare a string for comparison (RFC 4518): fold compatibility forms, case, and runs of spaces."""
    if value.isascii():
        prepared = value.lower() if fold else value
    else:
        try:
            text = unicodedata.normalize("NFKC", value.decode())
        except UnicodeDecodeError:
            return value
        prepared = unicodedata.normalize("NFKC", text.casefold() if fold else text).encode()
    if prepared.isalnum():
        return prepared
    return _SPACES.sub(b" ", _WHITE.sub(b" ", prepared)).strip(b" ")


def _case_ignore(value: bytes) -> bytes:
    return _prepare(value, fold=True)


def _case_exact(value: bytes) -> bytes:
    return _prepare(value, fold=False)


def _integer(value: bytes) -> bytes:
    try:
        return str(int(value)).encode()
    except ValueError:
        return value


def _numeric_string(value: bytes) -> bytes:
    return value.replace(b" ", b"")


def _telephone(value: bytes) -> bytes:
    # RFC 4517 ignores case as well, slapd does not.
    return value.replace(b" ", b"").replace(b"-", b"")


def _upper(value: bytes) -> bytes:
    return value.strip().upper()


def _lower(value: bytes) -> bytes:
    return value.strip().lower()


def _generalized_time(value: bytes) -> bytes:
    match = _GENERALIZED_TIME.fullmatch(value)
    return match.group(1) + (match.group(2) or b"00") + (match.group(3) or b"00") + b"Z" if match else value


def _unchanged(value: bytes) -> bytes:
    return value


_BY_RULE: dict[str, Normalise] = {
    "caseignore": _case_ignore,
    "caseignoreia5": _case_ignore,
    "caseignorelist": _case_ignore,
    "caseexact": _case_exact,
    "caseexactia5": _case_exact,
    "integer": _integer,
    "numericstring": _numeric_string,
    "telephonenumber": _telephone,
    "boolean": _upper,
    "bitstring": _upper,
    "objectidentifier": _lower,
    "uuid": _lower,
    "generalizedtime": _generalized_time,
}


def normaliser_for(rule: str) -> Normalise:
    """Return the function for a rule, named in lower case without "Match"; unknown rules compare bytes."""
    return _BY_RULE.get(rule, _unchanged)
