# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_REPLACE,
    Connection,
    ServerError,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.backup import dump, save
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.module import apply_operations
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import ConfigOperation
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


class Server:
    """Notes what it is asked to do and refuses what touches a DN in *refuses*."""

    uri = "ldapi:///"

    def __init__(self, *refuses: str) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.refuses = refuses

    def _ask(self, what: str, dn: str, *more: str) -> None:
        if (what, dn) in self.refuses or dn in self.refuses:
            raise ServerError("…", 80, "<olcAccess> handler exited with 1")
        self.asked.append((what, dn, *more))

    def add(self, dn: str, attributes: dict[str, list[bytes]]) -> None:
        self._ask("add", dn)

    def modify(self, dn: str, changes: list[tuple[int, str, list[bytes] | None]]) -> None:
        self._ask("modify", dn, *(str(values) for _operation, _attribute, values in changes))

    def delete(self, dn: str) -> None:
        self._ask("delete", dn)

    def search(self, *_args: Any, **_options: Any) -> list[tuple[str, dict[str, list[bytes]]]]:
        return [("olcDatabase={2}mdb,cn=config", {"olcDatabase": [b"{2}mdb"], "olcSuffix": [b"dc=new"]})]


def modify(dn: str, old: bytes, new: bytes) -> ConfigOperation:
    step = ConfigOperation("modify", dn, {"olcaccess": "database.access", "olclimits": "database.limits"})
    step.changes, step.undo = [(MOD_REPLACE, "olcAccess", [new])], [(MOD_REPLACE, "olcAccess", [old])]
    return step


def test_steps_before_a_refused_one_are_taken_back_in_reverse() -> None:
    server = Server("c")
    database = ConfigOperation("add", "a", {"olcdatabase": "database"}, {"olcOverlay": [b"x"]})
    steps = [database, modify("b", b"old", b"new"), modify("c", b"old", b"new")]
    with pytest.raises(ModuleError, match=r"^database\.access: slapd refuses it, .* was taken back\.$"):
        apply_operations(cast(Connection, server), steps)
    assert server.asked == [
        ("add", "a"),
        ("modify", "b", "[b'new']"),
        ("modify", "b", "[b'old']"),
        ("delete", "a"),
    ]


def test_what_cannot_be_taken_back_is_told() -> None:
    load = ConfigOperation("modify", "cn=module{0},cn=config", {"olcmoduleload": "modules"})
    load.changes = [(MOD_ADD, "olcModuleLoad", [b"syncprov"])]
    with pytest.raises(
        ModuleError, match=r"stays, for slapd cannot take it back: cn=module\{0\},cn=config \(modules\)"
    ):
        apply_operations(cast(Connection, Server("c")), [load, modify("c", b"", b"")])


def test_the_first_refusal_says_that_nothing_was_changed() -> None:
    with pytest.raises(ModuleError, match=r"nothing was changed\.$"):
        apply_operations(cast(Connection, Server("c")), [modify("c", b"", b"")])


def test_a_directory_is_made_like_the_one_above_it_and_removed_on_refusal(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    tmp_path.chmod(0o750)
    attributes = {"olcDatabase": [b"mdb"], "olcSuffix": [b"dc=new"]}
    step = ConfigOperation("add", "olcDatabase=mdb,cn=config", {}, attributes, directory=str(directory))
    with pytest.raises(ModuleError):
        apply_operations(cast(Connection, Server(step.dn)), [step])
    assert not directory.exists()

    overlay = ConfigOperation("add", f"olcOverlay=syncprov,{step.dn}", {}, {"olcOverlay": [b"syncprov"]})
    server = Server()
    apply_operations(cast(Connection, server), [step, overlay])
    assert directory.stat().st_mode & 0o777 == 0o750
    # The overlay goes below the name that slapd gave the database.
    assert server.asked[1] == ("add", "olcOverlay=syncprov,olcDatabase={2}mdb,cn=config")


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    step = ConfigOperation(
        "add", "olcDatabase=mdb,cn=config", {}, {}, directory=str(tmp_path / "not" / "there")
    )
    server = Server()
    with pytest.raises(ModuleError, match=r"database\.directory: .* cannot be made"):
        apply_operations(cast(Connection, server), [step])
    assert server.asked == []


def test_a_dump_leaves_out_what_slapadd_would_not_take() -> None:
    text = dump(
        [
            ("cn=config", {"objectClass": [b"olcGlobal"], "entryDN": [b"x"], "entryUUID": [b"1-2"]}),
            ("cn=schema,cn=config", {"cn": [b"schema"], "olcAttributeTypes": [b"( 2.5.4.0 )"]}),
            ("cn={0}core,cn=schema,cn=config", {"olcAttributeTypes": [b"{0}( 2.5.4.2 )"]}),
        ]
    )
    assert text == (
        "dn: cn=config\nobjectClass: olcGlobal\nentryUUID: 1-2\n\n"
        "dn: cn=schema,cn=config\ncn: schema\n\n"
        "dn: cn={0}core,cn=schema,cn=config\nolcAttributeTypes: {0}( 2.5.4.2 )\n"
    )


def test_two_dumps_of_one_second_do_not_overwrite_each_other(tmp_path: Path) -> None:
    server = cast(Connection, Server())
    one, other = save(server, str(tmp_path), now=0), save(server, str(tmp_path), now=0)
    assert one != other and Path(one).read_text() == Path(other).read_text()
    (tmp_path / "file").write_text("")
    with pytest.raises(ModuleError, match=r"backup: .* Nothing was changed"):
        save(server, str(tmp_path / "file"))
