# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import an LDIF file with python-ldap alone, adding its entries one after another on one connection."""

from __future__ import annotations

import sys
from pathlib import Path

import ldap
import ldif


def main(uri: str, dn: str, password_file: str, source: str) -> None:
    """Add the entries of *source*."""
    connection = ldap.initialize(uri)
    connection.simple_bind_s(dn, Path(password_file).read_text())
    with Path(source).open("rb") as stream:
        reader = ldif.LDIFRecordList(stream)
        reader.parse()
    for name, attributes in reader.all_records:
        connection.add_s(name, list(attributes.items()))
    connection.unbind_s()


if __name__ == "__main__":
    main(*sys.argv[1:])
