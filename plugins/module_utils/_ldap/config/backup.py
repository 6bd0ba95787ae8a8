# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Back up cn=config over the connection, in the format of slapcat -n 0.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import time
import typing as t

from ..._module import ModuleError
from ..client.connection import Connection
from ..ldif.reader import Record
from ..ldif.writer import format_records
from ..syntax.attributes import Attributes

# Attributes that the server generates for each response, which slapadd does not accept.
_COMPUTED = frozenset({"entrydn", "subschemasubentry", "hassubordinates"})

# The built-in schema, which the response contains but which must not be loaded again.
_BUILT_IN_BASE = "cn=schema,cn=config"
_BUILT_IN = frozenset({"olcattributetypes", "olcobjectclasses", "olcobjectidentifier", "olcldapsyntaxes"})


def dump(rows: t.Iterable[tuple[str, Attributes]]) -> str:
    """Return the entries of cn=config as LDIF for slapadd -n 0, parents before children."""
    records = []
    for dn, attributes in rows:
        excluded = _COMPUTED | (_BUILT_IN if dn.lower() == _BUILT_IN_BASE else frozenset())
        kept = {name: values for name, values in attributes.items() if name.lower() not in excluded}
        records.append(Record(dn, 0, None, kept))
    return format_records(records)


def save(connection: Connection, directory: str, now: float | None = None) -> str:
    """Write cn=config to a new file in *directory* that only its owner can read; return its path."""
    rows = connection.search("cn=config", attributes=["*", "+"])
    stamp = time.strftime("%Y%m%dT%H%M%S", time.localtime(now))
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        path, number = os.path.join(directory, f"cn-config-{stamp}.ldif"), 1
        while os.path.lexists(path):
            number += 1
            path = os.path.join(directory, f"cn-config-{stamp}-{number}.ldif")
        # It contains passwords, so it is created with these permissions.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(dump(rows))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ModuleError(
            f"backup: cn=config could not be saved in {directory} ({error.strerror}); "
            "give a writable directory, or omit backup. Nothing was changed."
        ) from error
    return path
