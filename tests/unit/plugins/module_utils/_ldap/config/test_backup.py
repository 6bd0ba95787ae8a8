# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup of cn=config contains what slapadd accepts, and never replaces another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.backup import dump, save
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


class Server:
    def search(self, *_args: Any, **_options: Any) -> list[tuple[str, dict[str, list[bytes]]]]:
        return [("cn=config", {"cn": [b"config"]})]


def test_a_dump_excludes_what_slapadd_does_not_accept() -> None:
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


def test_two_dumps_within_a_second_do_not_overwrite_each_other(tmp_path: Path) -> None:
    server = cast(Connection, Server())
    one, other = save(server, str(tmp_path), now=0), save(server, str(tmp_path), now=0)
    assert one != other and Path(one).read_text() == Path(other).read_text()
    (tmp_path / "file").write_text("")
    with pytest.raises(ModuleError, match=r"backup: .* Nothing was changed"):
        save(server, str(tmp_path / "file"))
