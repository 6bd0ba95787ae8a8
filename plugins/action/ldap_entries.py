# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of the module ldap_entries: takes its LDIF file from the controller where the task says so."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.plugin_utils._ldif_source import LdifAction


class ActionModule(LdifAction):
    """Action plugin of ldap_entries."""
