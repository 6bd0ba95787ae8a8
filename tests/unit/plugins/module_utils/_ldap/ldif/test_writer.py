# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written is LDIF as RFC 2849 asks for: plain ASCII, folded, in base64 where needed."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import ModSpec, Record
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.writer import (
    format_record,
    format_records,
    format_value,
)


@pytest.mark.parametrize("value", [b" a", b":a", b"<a", b"a ", b"a\nb", "é".encode(), b"\x00"])
def test_a_value_that_would_be_misread_is_written_in_base64(value: bytes) -> None:
    assert format_value("cn", value) == f"cn:: {base64.b64encode(value).decode()}\n"


def test_a_plain_value_is_written_as_it_is() -> None:
    assert format_value("cn", b"a: <b>") == "cn: a: <b>\n"


def test_a_long_line_is_folded_at_76_characters() -> None:
    first, second, rest = format_value("cn", b"x" * 150).splitlines()
    assert (len(first), len(second)) == (76, 76)
    assert second.startswith(" x")
    assert first + second[1:] + rest[1:] == "cn: " + "x" * 150


def test_each_changetype_has_its_lines() -> None:
    mod_specs = [ModSpec("add", "mail", [b"a", b"b"]), ModSpec("delete", "sn", [])]
    modify = Record("cn=x", 0, "modify", {}, mod_specs=mod_specs)
    assert format_record(modify) == (
        "dn: cn=x\nchangetype: modify\nadd: mail\nmail: a\nmail: b\n-\ndelete: sn\n-\n"
    )
    rename = Record("cn=x", 0, "modrdn", {}, new_rdn="cn=y", delete_old_rdn=False, new_superior="o=z")
    assert format_record(rename) == (
        "dn: cn=x\nchangetype: modrdn\nnewrdn: cn=y\ndeleteoldrdn: 0\nnewsuperior: o=z\n"
    )


def test_records_are_separated_by_empty_lines() -> None:
    records = [Record("cn=x", 0, None, {"cn": [b"x"]}), Record("cn=y", 0, "delete", {})]
    assert format_records(records) == "dn: cn=x\ncn: x\n\ndn: cn=y\nchangetype: delete\n"
