# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of ldap_users: copies its LDIF file from the controller unless remote_src is true."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.plugin_utils._ldif_source import LdifAction


class ActionModule(LdifAction):
    """Action plugin of ldap_users."""
