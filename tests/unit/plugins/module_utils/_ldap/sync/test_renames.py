# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renames move what is below an entry, and operations are put into an order that a server accepts."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import (
    Add,
    Delete,
    Modify,
    Rename,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.renames import Renames, arranged
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

KEY = Subschema().dn_key


def renames(*pairs: tuple[str, str]) -> Renames:
    found = Renames(KEY)
    for old, new in pairs:
        found.add(old, new)
    return found


def test_children_move_with_their_parent() -> None:
    moved = renames(("ou=a,dc=o", "ou=b,dc=o"))
    assert moved and not renames()
    assert moved.after(r"cn=x\, y,OU=A, dc=o") == r"cn=x\, y,ou=b,dc=o"
    assert moved.before("cn=x,ou=b,dc=o") == "cn=x,ou=a,dc=o"
    assert moved.before("cn=x,ou=c,dc=o") == "cn=x,ou=c,dc=o"
    assert moved.is_source("OU=a,dc=o") and not moved.is_source("cn=x,ou=a,dc=o")
    assert list(moved.moves()) == [("ou=a,dc=o", "ou=b,dc=o")]
    assert moved.sources_below() == {"dc=o"}


def test_an_entry_leaves_a_subtree_if_a_rename_is_inside_it() -> None:
    moved = renames(("ou=a,ou=p,dc=o", "ou=a,dc=o"))
    assert moved.takes("cn=x,ou=a,ou=p,dc=o", "ou=p,dc=o")
    assert not moved.takes("cn=x,ou=q,ou=p,dc=o", "ou=p,dc=o")
    assert not moved.takes("cn=x,cn=y,ou=a,ou=p,dc=o", "cn=y,ou=a,ou=p,dc=o")


def test_parents_are_created_first_and_children_deleted_first() -> None:
    add_child, add_parent = Add("cn=a,ou=b,dc=org", {}), Add("ou=b,dc=org", {})
    delete_child, delete_parent = Delete("cn=a,ou=c,dc=org", {}), Delete("ou=c,dc=org", {})
    modify, rename = Modify("dc=org", [], {}, {}), Rename("cn=x", "cn=y", True)
    mixed = [modify, add_child, delete_parent, add_parent, delete_child, rename]
    expected = [delete_child, delete_parent, rename, add_parent, add_child, modify]
    assert arranged(mixed, renames(("cn=x", "cn=y")), KEY) == expected


def test_an_emptied_parent_is_deleted_last_and_by_its_new_name() -> None:
    pairs = [("ou=a,dc=o", "ou=b,dc=o"), ("cn=x,ou=c,ou=a,dc=o", "cn=y,ou=b,dc=o")]
    operations = [Delete("ou=c,ou=a,dc=o", {}), *(Rename(old, new, True) for old, new in reversed(pairs))]
    assert arranged(operations, renames(*pairs), KEY) == [
        Rename("ou=a,dc=o", "ou=b,dc=o", True),
        Rename("cn=x,ou=c,ou=b,dc=o", "cn=y,ou=b,dc=o", True),
        Delete("ou=c,ou=b,dc=o", {}),
    ]
