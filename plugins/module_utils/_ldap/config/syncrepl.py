# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The consumer side of replication: format typed options as values of olcSyncrepl.

Private to the collection switchboard.pbx; it may change without notice.
Source: OpenLDAP's manual page slapd-config(5), olcSyncrepl.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError
from .values import quoted

# The keyword of each option, in the order of output.
KEYWORDS = {
    "provider": "provider",
    "type": "type",
    "searchbase": "searchbase",
    "filter": "filter",
    "scope": "scope",
    "attributes": "attrs",
    "bind_method": "bindmethod",
    "bind_dn": "binddn",
    "credentials": "credentials",
    "sasl_mech": "saslmech",
    "retry": "retry",
    "interval": "interval",
    "timeout": "timeout",
    "network_timeout": "network-timeout",
    "keepalive": "keepalive",
    "size_limit": "sizelimit",
    "time_limit": "timelimit",
    "schema_checking": "schemachecking",
    "start_tls": "starttls",
    "tls_cert": "tls_cert",
    "tls_key": "tls_key",
    "tls_ca": "tls_cacert",
    "tls_reqcert": "tls_reqcert",
    "sync_data": "syncdata",
    "log_base": "logbase",
    "log_filter": "logfilter",
}


def syncrepl_values(options: t.Sequence[t.Mapping[str, t.Any]], suffix: str, where: str) -> tuple[str, ...]:
    """Return one value per consumer. Raises ModuleError for an invalid or repeated rid."""
    seen: set[int] = set()
    values = []
    for option in options:
        number = option["rid"]
        if not 0 <= number <= 999:
            raise ModuleError(f"{where}: rid {number} is out of range; slapd takes 0 to 999.")
        if number in seen:
            raise ModuleError(f"{where}: rid {number} is given twice; each consumer needs its own number.")
        seen.add(number)
        parts = [f"rid={number:03d}"]
        for name, keyword in KEYWORDS.items():
            value = suffix if name == "searchbase" and option[name] is None else option[name]
            if value is None:
                continue
            if isinstance(value, bool):
                value = "on" if value else "off"
            if isinstance(value, (list, tuple)):
                value = ",".join(value)
            parts.append(f"{keyword}={quoted(str(value))}")
        values.append(" ".join(parts))
    return tuple(values)
