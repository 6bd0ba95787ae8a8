# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse phone values that Asterisk would misread, before the server is asked anything. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ..._module import ModuleError
from ..ldif.fast_reader import Layout, Row, row_of
from ..sync.desired import ABSENT, DesiredEntry
from ..syntax.attributes import Values
from ..syntax.dn import DnError, parse_dn
from .fields import PHONE_CLASSES, PJSIP_CLASS

_PHONE_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")

# PJSIP cuts the names of auths and AORs at ",", and res_config_ldap cuts every value at ";". A name that is cut to
# nothing refers to no auth, and an endpoint without auth asks for no password.
_IDENTITY = re.compile(rb"[^,;\s\x00-\x1f\x7f]+")
_UNCUT = re.compile(rb"[^;\x00-\x1f\x7f]*")
_RULES = {
    "astpjsipaors": _IDENTITY,
    "astpjsipauth": _IDENTITY,
    "astpjsipauthuser": _IDENTITY,
    "astaccountcontext": _UNCUT,
    "astaccountsubscribecontext": _UNCUT,
    "astpjsipmessagecontext": _UNCUT,
    "astaccountcallerid": _UNCUT,
    "astaccountmailbox": _UNCUT,
    "astextension": _UNCUT,
}


def check_uid(uid: str, origin: str) -> None:
    """Raise ModuleError if a phone cannot register with this name."""
    if not _PHONE_UID.fullmatch(uid):
        raise ModuleError(
            f"{origin}: the uid {uid!r} cannot name a phone; use ASCII letters, digits and . _ - + only, "
            "a letter or digit first, at most 64 characters."
        )
    if uid.lower() == "anonymous":
        raise ModuleError(
            f"{origin}: the uid {uid!r} is PJSIP's endpoint for unknown callers; give the phone another."
        )


class _Columns(t.NamedTuple):
    """The positions in a row of what makes a phone: classes, uids, and values with a rule."""

    classes: tuple[int, ...]
    uids: tuple[int, ...]
    ruled: tuple[tuple[int, str, re.Pattern[bytes]], ...]
    all_rules: re.Pattern[bytes]


def check_phone(entry: DesiredEntry) -> None:
    """Raise ModuleError for a value that Asterisk would cut, or a uid that cannot name a phone."""
    if entry.state == ABSENT:
        return
    attributes = _with_changes(entry)
    row = attributes if isinstance(attributes, Row) else row_of(attributes)
    cells = row.cells
    columns = _columns(row.layout)
    # All values at once, as no rule allows a line break; one by one only to find the bad one.
    if not columns.all_rules.fullmatch(
        b"\n".join([cells[position] for position, _name, _rule in columns.ruled])
    ):
        for position, name, rule in columns.ruled:
            if not rule.fullmatch(cells[position]):
                raise ModuleError(f"{entry.origin}: {name} {_message(rule, cells[position])}.")
    classes = {cells[position].lower() for position in columns.classes}
    if attributes is not row and PJSIP_CLASS.lower() in classes:
        for name, values in attributes.items():
            if not values and _RULES.get(_key(name)) is _IDENTITY:
                raise ModuleError(
                    f"{entry.origin}: {name} is empty, which leaves the phone without a password; give it a value."
                )
    if classes & PHONE_CLASSES:
        uids = [cells[position].decode("utf-8", "replace") for position in columns.uids]
        for uid in uids or uids_in_rdn(entry.dn):
            check_uid(uid, entry.origin)


def _with_changes(entry: DesiredEntry) -> t.Mapping[str, Values]:
    if not entry.changes:
        return entry.attributes
    attributes = {name: list(values) for name, values in entry.attributes.items()}
    for change in entry.changes:
        if change.operation == "replace":
            attributes[change.attribute] = list(change.values)
        elif change.operation != "delete":
            attributes.setdefault(change.attribute, []).extend(change.values)
    return attributes


def _key(name: str) -> str:
    # Case and options of attribute names do not matter (RFC 4512, 2.5).
    return str(name).partition(";")[0].lower()


# Many entries share a few layouts, so names are looked at once for each layout.
@functools.lru_cache(maxsize=256)
def _columns(layout: Layout) -> _Columns:
    keys = [
        (position, name, _key(name)) for name, positions in layout.positions.items() for position in positions
    ]
    ruled = tuple((position, name, _RULES[key]) for position, name, key in keys if key in _RULES)
    return _Columns(
        tuple(position for position, _name, key in keys if key == "objectclass"),
        tuple(position for position, _name, key in keys if key == "uid"),
        ruled,
        re.compile(b"\n".join([b"(?:%s)" % rule.pattern for _position, _name, rule in ruled])),
    )


def _message(rule: re.Pattern[bytes], value: bytes) -> str:
    shown = repr(value.decode("utf-8", "replace"))
    if rule is _IDENTITY:
        return f"{shown} is empty or contains a ',', ';' or space, at which Asterisk cuts it; write one plain name"
    return f"{shown} contains a ';' or a control character, at which Asterisk cuts it; remove it"


def uids_in_rdn(dn: str) -> list[str]:
    """Return the uids that name an entry; desired.validate() reports an invalid DN."""
    try:
        return [value for name, value in parse_dn(dn)[0] if name.lower() == "uid"]
    except (DnError, IndexError):
        return []
