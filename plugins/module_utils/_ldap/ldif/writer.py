# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write LDIF (RFC 2849).

python-ldap's LDIFWriter is not used: it writes neither modrdn records nor deletions.

Pure. Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import re
import typing as t

from .reader import Record

_NEEDS_BASE64 = re.compile(rb"^[ :<]|[^\x20-\x7e]| $")
_LINE_WIDTH = 76


def format_value(name: str, value: bytes) -> str:
    """Return one line, in base64 if the value is not plain ASCII, folded to 76 characters."""
    if _NEEDS_BASE64.search(value):
        line = f"{name}:: {base64.b64encode(value).decode()}"
    else:
        line = f"{name}: {value.decode()}"
    if len(line) <= _LINE_WIDTH:
        return line + "\n"
    pieces = [line[:_LINE_WIDTH]]
    pieces += [line[at : at + _LINE_WIDTH - 1] for at in range(_LINE_WIDTH, len(line), _LINE_WIDTH - 1)]
    return "\n ".join(pieces) + "\n"


def format_record(record: Record) -> str:
    """Return one record, without the empty line that ends it."""
    text = format_value("dn", record.dn.encode())
    if record.changetype is not None:
        text += f"changetype: {record.changetype}\n"
    for name, values in record.attributes.items():
        text += "".join(format_value(name, value) for value in values)
    for mod_spec in record.mod_specs:
        text += f"{mod_spec.operation}: {mod_spec.attribute}\n"
        text += "".join(format_value(mod_spec.attribute, value) for value in mod_spec.values) + "-\n"
    if record.changetype == "modrdn":
        text += format_value("newrdn", record.new_rdn.encode())
        text += f"deleteoldrdn: {int(record.delete_old_rdn)}\n"
        if record.new_superior is not None:
            text += format_value("newsuperior", record.new_superior.encode())
    return text


def format_records(records: t.Iterable[Record]) -> str:
    """Return a complete LDIF text, without the line "version: 1", which slapadd refuses and no program requires."""
    return "\n".join(map(format_record, records))
