# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The equality matching rules of slapd for values that contain a DN.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from .dn import DnError, without_old_forms
from .matching_rules import Normalise

DnKey = t.Callable[[str], str]

# RFC 4517, 3.3.21: a DN and a bit string.
_NAME_AND_UID = re.compile(rb"(.*)(#'[01]*'B)", re.DOTALL)

# slapd.conf(5), authz-policy. The server numbers the values; "dn:" and "dn.exact:" are implied.
_AUTHZ = re.compile(
    rb"(?:\{\d+\})?(?P<form>(?:dn(?:\.(?P<style>\w+))?|group(?:/[^:]*)?):)?(?P<rest>.*)", re.DOTALL | re.I
)


def dn_value_rules(dn_key: DnKey) -> dict[str, Normalise]:
    """Return the functions by rule, named in lower case without "Match"; *dn_key* returns the key of a DN."""

    def distinguished_name(value: bytes) -> bytes:
        try:
            return dn_key(without_old_forms(value.decode())).encode()
        except (DnError, UnicodeDecodeError):
            return value

    def unique_member(value: bytes) -> bytes:
        match = _NAME_AND_UID.fullmatch(value)
        name, uid = match.groups() if match else (value, b"")
        return distinguished_name(name) + t.cast(bytes, uid)

    def authz(value: bytes) -> bytes:
        match = t.cast("re.Match[bytes]", _AUTHZ.fullmatch(value))
        form, style, rest = (match["form"] or b"").lower(), (match["style"] or b"").lower(), match["rest"]
        if style == b"regex" or (not form and re.match(rb"u[.:]|ldap:", rest, re.I)):
            return form + rest
        return (b"dn:" if style == b"exact" else form or b"dn:") + distinguished_name(rest)

    return {"distinguishedname": distinguished_name, "uniquemember": unique_member, "authz": authz}
