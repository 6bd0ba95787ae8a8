# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of a plan (RFC 4511, 4.6 to 4.9) as data.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..syntax.attributes import Attributes, Values
from .connection import Change


class Add(t.NamedTuple):
    """Add an entry."""

    dn: str
    attributes: t.Mapping[str, Values]


class Modify(t.NamedTuple):
    """Modify an entry; *before* and *after* contain only the changed attributes."""

    dn: str
    changes: list[Change]
    before: Attributes
    after: Attributes


class Rename(t.NamedTuple):
    """Rename or move the entry *dn* to *new_dn*."""

    dn: str
    new_dn: str
    delete_old: bool


class Delete(t.NamedTuple):
    """Delete an entry; *before* are its attributes."""

    dn: str
    before: Attributes


Operation = t.Union[Add, Modify, Rename, Delete]
