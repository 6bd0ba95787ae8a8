# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The current cn=config of a server, without its schemas.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError
from ..client.connection import Connection
from ..client.errors import NO_SUCH_OBJECT, ServerError
from ..syntax.attributes import Attributes
from ..syntax.subschema import Subschema
from .operations import ConfigEntry, entry_of
from .values import without_order

BASE = "cn=config"


@dataclass(frozen=True)
class State:
    """The current cn=config. *empty_suffixes*: the lower-case suffixes of databases without entries."""

    entries: tuple[ConfigEntry, ...] = ()
    subschema: Subschema = field(default_factory=Subschema)
    empty_suffixes: frozenset[str] = frozenset()

    def below(self, parent: str) -> list[ConfigEntry]:
        """Return the direct children of an entry."""
        return [each for each in self.entries if each.dn.lower().partition(",")[2] == parent.lower()]

    def databases(self) -> list[ConfigEntry]:
        """Return the databases in slapd's order."""
        return [each for each in self.below(BASE) if each.get("olcDatabase")]

    def modules(self) -> set[str]:
        """Return the names of the loaded modules, such as back_mdb."""
        loaded = (value for each in self.below(BASE) for value in each.get("olcModuleLoad"))
        return {module_name(value) for value in loaded}


def module_name(value: str) -> str:
    """Return the name of a module without ordering prefix, directory, extension and arguments."""
    return re.sub(r"\.(la|so|lo)$", "", os.path.basename(without_order(value).split()[0])).lower()


def search_config(
    connection: Connection, base: str, filterstr: str, attributes: t.Sequence[str]
) -> list[tuple[str, Attributes]]:
    """Return the entries of cn=config from *base* down. Raises ModuleError if this account sees none."""
    try:
        rows = connection.search(base, filterstr=filterstr, attributes=attributes)
    except ServerError as error:
        if error.code != NO_SUCH_OBJECT:
            raise
        rows = []
    if not rows:
        raise ModuleError(
            f"The LDAP server {connection.uri} shows no {base} to this account; bind as one that manages cn=config "
            "(root over ldapi:///, or the rootdn of cn=config), on a server that has it."
        )
    return rows


def read_state(connection: Connection) -> State:
    """Read cn=config without the schemas, and the subschema."""
    rows = search_config(connection, BASE, "(!(objectClass=olcSchemaConfig))", ["*"])
    published = connection.read("cn=Subschema", ["attributeTypes", "objectClasses"]) or {}
    subschema = Subschema(
        (value.decode("utf-8", "replace") for value in published.get("attributeTypes", ())),
        (value.decode("utf-8", "replace") for value in published.get("objectClasses", ())),
    )
    entries = tuple(entry_of(dn, attributes, subschema) for dn, attributes in rows)
    suffixes = {
        suffix for entry in entries if entry.get("olcDbDirectory") for suffix in entry.get("olcSuffix")
    }
    return State(
        entries, subschema, frozenset(each.lower() for each in suffixes if _is_empty(connection, each))
    )


def _is_empty(connection: Connection, suffix: str) -> bool:
    try:
        return connection.read(suffix, ["1.1"]) is None
    except ServerError:
        return False
