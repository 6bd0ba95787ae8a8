# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the HA1 that a directory stores for a person.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

from ..._module import ModuleError
from ..client.connection import Connection
from .fields import HA1

try:
    from ldap.filter import escape_filter_chars
except ImportError:
    # connect() reports this before any function here is called.
    escape_filter_chars = None


def stored_ha1(connection: Connection, people_dn: str, uid: str) -> tuple[str, str]:
    """Return the uid of a person, as it is stored, and the HA1. Raises ModuleError if there is none to read."""
    found = connection.search(people_dn, "subtree", f"(uid={escape_filter_chars(uid)})", ["uid", HA1])
    if not found:
        raise ModuleError(f"There is no entry with the uid {uid!r} below {people_dn!r}; check both.")
    phones = [attributes for _dn, attributes in found if attributes.get(HA1)]
    if not phones:
        raise ModuleError(
            f"The entry of {uid!r} shows no {HA1}; bind with an account that may read it, "
            "or check that this person has a phone."
        )
    if len(phones) > 1:
        raise ModuleError(
            f"Several entries below {people_dn!r} have the uid {uid!r}; give a narrower people_dn."
        )
    name, ha1 = (phones[0][key][0].decode("utf-8", "replace") for key in ("uid", HA1))
    return name, ha1
