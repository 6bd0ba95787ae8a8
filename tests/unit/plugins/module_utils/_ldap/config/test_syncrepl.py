# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Consumers are formatted as values of olcSyncrepl."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.syncrepl import (
    KEYWORDS,
    syncrepl_values,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def test_the_suffix_is_the_default_search_base_and_every_rid_is_unique() -> None:
    option = {
        **dict.fromkeys(KEYWORDS),
        "rid": 7,
        "provider": "ldap://a",
        "schema_checking": True,
        "attributes": ["*", "+"],
    }
    assert syncrepl_values([option], "dc=x", "where") == (
        "rid=007 provider=ldap://a searchbase=dc=x attrs=*,+ schemachecking=on",
    )
    with pytest.raises(ModuleError, match="where: rid 7 is given twice"):
        syncrepl_values([option, option], "dc=x", "where")
    with pytest.raises(ModuleError, match="out of range"):
        syncrepl_values([{**option, "rid": 1000}], "dc=x", "where")
