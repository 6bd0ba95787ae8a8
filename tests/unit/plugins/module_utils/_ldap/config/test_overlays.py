# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overlays are configured by option or by attribute name."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.overlays import (
    overlay_attributes,
    overlay_fixed,
    overlay_kind,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

UNIQUE = overlay_kind("unique", "where")


def test_options_become_attributes_and_attributes_keep_their_names() -> None:
    desired = overlay_attributes(UNIQUE, {"uris": ["ldap:///?uid?sub"], "olcUniqueStrict": True}, "where")
    assert [(each.attribute, each.values) for each in desired] == [
        ("olcUniqueURI", ("ldap:///?uid?sub",)),
        ("olcUniqueStrict", ("TRUE",)),
    ]
    assert overlay_fixed(UNIQUE)["objectClass"] == ("olcOverlayConfig", "olcUniqueConfig")


def test_an_unknown_overlay_or_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ModuleError, match=r"where: the overlay is not supported; .*memberof"):
        overlay_kind("uniq", "where")
    with pytest.raises(ModuleError, match=r"where: the option 'uri' is unknown; .*uris"):
        overlay_attributes(UNIQUE, {"uri": "x"}, "where")
