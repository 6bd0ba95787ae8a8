# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The equality matching rules of LDAP (RFC 4517, 4.2) as slapd applies them: equal values get the same key.

Private to the collection switchboard.pbx; it may change without notice.
slapd folds case with the one-to-one mappings of Unicode 3.2 and then normalizes to NFKC of that version, so that it
distinguishes, for example, "ß" from "ss", and characters of later versions are equal only to themselves.
"""

from __future__ import annotations

import datetime
import itertools
import re
import typing as t
import unicodedata

Normalise = t.Callable[[bytes], bytes]

_UNICODE = unicodedata.ucd_3_2_0
_SPACES = re.compile(rb"  +")
_GENERALIZED_TIME = re.compile(rb"(\d{10})(\d\d)?(\d\d)?(?:[.,](\d+))?(?:Z|([+-]\d\d)(\d\d)?)", re.DOTALL)


class _LowerCase(t.Dict[int, int]):
    """A table for str.translate() with the case mappings of slapd, filled on demand."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        # The lower case of "İ" is the only one of two characters; its simple mapping is the first of them.
        lower = character.lower()[0]
        mapped = _UNICODE.category(character) in ("Lu", "Lt") and _UNICODE.category(lower) != "Cn"
        self[code] = ord(lower) if mapped else code
        return self[code]


_LOWER_CASE = _LowerCase()


def _is_stable(character: str) -> bool:
    """Return whether slapd has no decomposition of a character: its search misses the ends of the table."""
    return character >= "\U0001d60f" or character in "\uf900\uf901" or _UNICODE.category(character) == "Cn"


def _normalize(text: str) -> str:
    # Python composes characters of later versions as well, so they are kept apart.
    runs = ((stable, "".join(run)) for stable, run in itertools.groupby(text, _is_stable))
    return "".join(run if stable else _UNICODE.normalize("NFKC", run) for stable, run in runs)


def _prepare(value: bytes, fold: bool) -> bytes:
    """Fold case, normalize, and reduce runs of spaces to one, without those at the ends."""
    if value.isascii():
        prepared = value.lower() if fold else value
    else:
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return value
        prepared = _normalize(text.translate(_LOWER_CASE) if fold else text).encode()
    if prepared.isalnum():
        return prepared
    return _SPACES.sub(b" ", prepared).strip(b" ") or prepared[:1]


def _case_ignore(value: bytes) -> bytes:
    return _prepare(value, fold=True)


def _case_exact(value: bytes) -> bytes:
    return _prepare(value, fold=False)


def _case_ignore_list(value: bytes) -> bytes:
    return b"$".join(map(_case_ignore, value.split(b"$")))


def _case_ignore_ia5(value: bytes) -> bytes:
    return _case_exact_ia5(value).lower()


def _case_exact_ia5(value: bytes) -> bytes:
    return _SPACES.sub(b" ", value).strip(b" ")


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
    if match is None:
        return value
    hour, minute, second, fraction, offset_hours, offset_minutes = match.groups(b"")
    try:
        moment = datetime.datetime.strptime((hour + (minute or b"00")).decode(), "%Y%m%d%H%M")
        if offset_hours:
            minutes = int(offset_hours) * 60 + int(offset_hours[:1] + (offset_minutes or b"0"))
            moment -= datetime.timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return value
    # Like slapd, keep a fraction as it is written, even if it is that of an hour.
    fraction = fraction.rstrip(b"0")
    digits = f"{moment.year:04}{moment:%m%d%H%M}"
    return digits.encode() + (second or b"00") + (b"." + fraction if fraction else b"") + b"Z"


def _unchanged(value: bytes) -> bytes:
    return value


_BY_RULE: dict[str, Normalise] = {
    "caseignore": _case_ignore,
    "caseignoreia5": _case_ignore_ia5,
    "caseignorelist": _case_ignore_list,
    "caseexact": _case_exact,
    "caseexactia5": _case_exact_ia5,
    "integer": _integer,
    "numericstring": _numeric_string,
    "telephonenumber": _telephone,
    "boolean": _upper,
    "bitstring": _upper,
    "objectidentifier": _lower,
    "uuid": _lower,
    "generalizedtime": _generalized_time,
}


def fold_case(text: str) -> str:
    """Return the key of a text by caseIgnoreMatch, the rule of uid and most other attributes."""
    return _case_ignore(text.encode("utf-8", "replace")).decode()


def normaliser_for(rule: str) -> Normalise:
    """Return the function for a rule, named in lower case without "Match"; unknown rules compare bytes."""
    return _BY_RULE.get(rule, _unchanged)
