# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diff shows every change and no secret."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import (
    Add,
    Delete,
    Modify,
    Rename,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.diff import (
    SECRET_ATTRIBUTES,
    entry_diffs,
)


def test_each_operation_has_its_before_and_after() -> None:
    operations = [
        Add("cn=a", {"sn": [b"A"]}),
        Delete("cn=b", {"sn": [b"B"]}),
        Modify("cn=c", [], {"sn": [b"C"]}, {"sn": [b"D"]}),
        Rename("cn=e", "cn=f", True),
    ]
    assert [(each["before"], each["after"]) for each in entry_diffs(operations, ())] == [
        ("", "sn: A\n"),
        ("sn: B\n", ""),
        ("sn: C\n", "sn: D\n"),
        ("dn: cn=e\n", "dn: cn=f\n"),
    ]


def test_a_secret_is_redacted_in_any_spelling_and_its_change_remains_visible() -> None:
    before, after = {"USERPASSWORD;x-a": [b"old"]}, {"USERPASSWORD;x-a": [b"new"]}
    (diff,) = entry_diffs([Modify("cn=a", [], before, after)], SECRET_ATTRIBUTES)
    assert diff["before"] == "USERPASSWORD;x-a: ********\n"
    assert diff["after"] == "USERPASSWORD;x-a: ******** (changed)\n"


def test_binary_and_long_values_are_replaced_by_their_length() -> None:
    (diff,) = entry_diffs([Add("cn=a", {"jpegPhoto": [b"\xff\xd8"], "description": [b"x" * 2000]})], ())
    assert diff["after"] == "jpegPhoto: (2 bytes)\ndescription: (2000 bytes)\n"
