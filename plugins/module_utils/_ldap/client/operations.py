# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of LDAP (RFC 4511, 4.6 to 4.9) as data: what a plan consists of and execute carries out.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..syntax.attributes import Attributes, Values
from .connection import Change


class Add(t.NamedTuple):
    """Create an entry."""

    dn: str
    attributes: t.Mapping[str, Values]


class Modify(t.NamedTuple):
    """Change an entry; *before* and *after* hold the changed attributes alone."""

    dn: str
    changes: list[Change]
    before: Attributes
    after: Attributes


class Rename(t.NamedTuple):
    """Give the entry *dn* the name *new_dn*."""

    dn: str
    new_dn: str
    delete_old: bool


class Delete(t.NamedTuple):
    """Remove an entry; *before* is what it held."""

    dn: str
    before: Attributes


Operation = t.Union[Add, Modify, Rename, Delete]
