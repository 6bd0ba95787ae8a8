# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Asterisk would misread in the values of a phone, told before anything is asked of the server. Pure.

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

PJSIP_CLASS = b"AsteriskPJSIPUser"
PHONE_CLASSES = frozenset((b"asterisksipuser", PJSIP_CLASS.lower()))

_PHONE_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")

# PJSIP cuts the names of auths and AORs at "," and res_config_ldap every value at ";": a name that is cut to
# nothing is that of no auth, and an endpoint without auth asks for no password.
_IDENTITY = re.compile(rb"[^,;\s\x00-\x1f\x7f]+")
_WHOLE = re.compile(rb"[^;\x00-\x1f\x7f]*")
_RULES = {
    "astpjsipaors": _IDENTITY,
    "astpjsipauth": _IDENTITY,
    "astpjsipauthuser": _IDENTITY,
    "astaccountcontext": _WHOLE,
    "astaccountsubscribecontext": _WHOLE,
    "astpjsipmessagecontext": _WHOLE,
    "astaccountcallerid": _WHOLE,
    "astaccountmailbox": _WHOLE,
    "astextension": _WHOLE,
}


def check_uid(uid: str, origin: str) -> None:
    """Raise ModuleError if a phone cannot register under this name."""
    if not _PHONE_UID.fullmatch(uid):
        raise ModuleError(
            f"{origin}: the uid {uid!r} is no name for a phone; use letters, digits and . _ - + only, "
            "a letter or digit first, at most 64 characters of ASCII."
        )
    if uid.lower() == "anonymous":
        raise ModuleError(
            f"{origin}: the uid {uid!r} is for PJSIP the endpoint of unknown callers; give the phone another."
        )


class _Columns(t.NamedTuple):
    """At which positions of a row stands what makes a phone: classes, uids, and values that a rule holds for."""

    classes: tuple[int, ...]
    uids: tuple[int, ...]
    ruled: tuple[tuple[int, str, re.Pattern[bytes]], ...]
    all_rules: re.Pattern[bytes]


def check_phone(want: DesiredEntry) -> None:
    """Raise ModuleError for a value that Asterisk would cut, or a uid that is no name for a phone."""
    if want.state == ABSENT:
        return
    given = _with_steps(want)
    row = given if isinstance(given, Row) else row_of(given)
    cells = row.cells
    columns = _columns(row.layout)
    # All values at once, for no rule allows a line break; one by one only to tell which it is.
    if not columns.all_rules.fullmatch(
        b"\n".join([cells[position] for position, _name, _rule in columns.ruled])
    ):
        for position, name, rule in columns.ruled:
            if not rule.fullmatch(cells[position]):
                raise ModuleError(f"{want.origin}: {name} {_complaint(rule, cells[position])}.")
    classes = {cells[position].lower() for position in columns.classes}
    if given is not row and PJSIP_CLASS.lower() in classes:
        for name, of_name in given.items():
            if not of_name and _RULES.get(_key(name)) is _IDENTITY:
                raise ModuleError(
                    f"{want.origin}: {name} is empty, which leaves the phone without a password; give it a value."
                )
    if classes & PHONE_CLASSES:
        uids = [cells[position].decode("utf-8", "replace") for position in columns.uids]
        for uid in uids or _uids_of_name(want):
            check_uid(uid, want.origin)


def _with_steps(want: DesiredEntry) -> t.Mapping[str, Values]:
    if not want.steps:
        return want.attributes
    given = {name: list(values) for name, values in want.attributes.items()}
    for step in want.steps:
        if step.how == "replace":
            given[step.attribute] = list(step.values)
        elif step.how != "delete":
            given.setdefault(step.attribute, []).extend(step.values)
    return given


def _key(name: str) -> str:
    # Attribute names count without case and options (RFC 4512, 2.5).
    return str(name).partition(";")[0].lower()


# Entries of a fleet have few headers, so names are looked at once for each of these.
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


def _complaint(rule: re.Pattern[bytes], value: bytes) -> str:
    shown = repr(value.decode("utf-8", "replace"))
    if rule is _IDENTITY:
        return (
            f"{shown} is empty or holds a ',', ';' or space, at which Asterisk cuts it; write one plain name"
        )
    return f"{shown} holds a ';' or a control character, at which Asterisk cuts it; remove it"


def _uids_of_name(want: DesiredEntry) -> list[str]:
    try:
        return [value for name, value in parse_dn(want.dn)[0] if name.lower() == "uid"]
    except (DnError, IndexError):
        # wishes.validate() tells what is wrong with the DN.
        return []
