# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations on cn=config are applied in order and rolled back after an error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_REPLACE,
    Connection,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.errors import ServerError
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.module import apply_operations
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import ConfigOperation
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


class Server:
    """Records requests and refuses those for a DN in *refuses*."""

    uri = "ldapi:///"
    pid_file = ""

    def __init__(self, *refuses: str) -> None:
        self.requests: list[tuple[str, ...]] = []
        self.refuses = refuses

    def _request(self, kind: str, dn: str, *more: str) -> None:
        if (kind, dn) in self.refuses or dn in self.refuses:
            raise ServerError("…", 80, "<olcAccess> handler exited with 1")
        self.requests.append((kind, dn, *more))

    def add(self, dn: str, attributes: dict[str, list[bytes]]) -> None:
        self._request("add", dn)

    def modify(self, dn: str, changes: list[tuple[int, str, list[bytes] | None]]) -> None:
        self._request("modify", dn, *(str(values) for _operation, _attribute, values in changes))

    def delete(self, dn: str) -> None:
        self._request("delete", dn)

    def read(self, _dn: str, _attributes: list[str]) -> dict[str, list[bytes]]:
        return {"olcPidFile": [self.pid_file.encode()]} if self.pid_file else {}

    def search(self, *_args: Any, **_options: Any) -> list[tuple[str, dict[str, list[bytes]]]]:
        return [("olcDatabase={2}mdb,cn=config", {"olcDatabase": [b"{2}mdb"], "olcSuffix": [b"dc=new"]})]


def modify(dn: str, old: bytes, new: bytes) -> ConfigOperation:
    operation = ConfigOperation(
        "modify", dn, {"olcaccess": "database.access", "olclimits": "database.limits"}
    )
    operation.changes, operation.undo = (
        [(MOD_REPLACE, "olcAccess", [new])],
        [(MOD_REPLACE, "olcAccess", [old])],
    )
    return operation


def test_operations_before_a_refused_one_are_rolled_back_in_reverse() -> None:
    server = Server("c")
    database = ConfigOperation("add", "a", {"olcdatabase": "database"}, {"olcOverlay": [b"x"]})
    operations = [database, modify("b", b"old", b"new"), modify("c", b"old", b"new")]
    with pytest.raises(ModuleError, match=r"^database\.access: slapd refuses it, .* were rolled back\.$"):
        apply_operations(cast(Connection, server), operations)
    assert server.requests == [
        ("add", "a"),
        ("modify", "b", "[b'new']"),
        ("modify", "b", "[b'old']"),
        ("delete", "a"),
    ]


def test_changes_that_cannot_be_rolled_back_are_named() -> None:
    load = ConfigOperation("modify", "cn=module{0},cn=config", {"olcmoduleload": "modules"})
    load.changes = [(MOD_ADD, "olcModuleLoad", [b"syncprov"])]
    with pytest.raises(
        ModuleError, match=r"remain, because slapd cannot undo them: cn=module\{0\},cn=config \(modules\)"
    ):
        apply_operations(cast(Connection, Server("c")), [load, modify("c", b"", b"")])


def test_the_message_says_that_nothing_was_changed_if_the_first_operation_fails() -> None:
    with pytest.raises(ModuleError, match=r"nothing was changed\.$"):
        apply_operations(cast(Connection, Server("c")), [modify("c", b"", b"")])


def test_a_directory_belongs_to_slapd_and_is_removed_after_an_error(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    (tmp_path / "slapd.pid").write_text(f"{os.getpid()}\n")
    attributes = {"olcDatabase": [b"mdb"], "olcSuffix": [b"dc=new"]}
    database = ConfigOperation("add", "olcDatabase=mdb,cn=config", {}, attributes, directory=str(directory))
    with pytest.raises(ModuleError):
        apply_operations(cast(Connection, Server(database.dn)), [database])
    assert not directory.exists()

    overlay = ConfigOperation("add", f"olcOverlay=syncprov,{database.dn}", {}, {"olcOverlay": [b"syncprov"]})
    if os.getuid() == 0:
        os.chown(tmp_path, 4711, 4711)
    server = Server()
    server.pid_file = str(tmp_path / "slapd.pid")
    apply_operations(cast(Connection, server), [database, overlay])
    assert (directory.stat().st_uid, directory.stat().st_mode & 0o777) == (os.getuid(), 0o700)
    # The overlay is below the numbered name that slapd gave the database.
    assert server.requests[1] == ("add", "olcOverlay=syncprov,olcDatabase={2}mdb,cn=config")


def test_a_directory_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    database = ConfigOperation(
        "add", "olcDatabase=mdb,cn=config", {}, {}, directory=str(tmp_path / "not" / "there")
    )
    server = Server()
    with pytest.raises(ModuleError, match=r"database\.directory: .* cannot be created"):
        apply_operations(cast(Connection, server), [database])
    assert server.requests == []
