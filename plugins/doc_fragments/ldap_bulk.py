# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules that change many entries."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.ldap_bulk)."""

    DOCUMENTATION = r"""
options:
  atomic:
    description:
      - Whether to use transactions (RFC 5805), each of which is stored completely or not at all.
      - V(auto) uses them if the server supports them (OpenLDAP 2.5 and later); otherwise, operations are sent one
        by one, the first failure ends the task, and its message contains the number of stored operations.
      - OpenLDAP cannot move entries to another parent in a transaction, and OpenLDAP 2.5 cannot delete entries in one,
        so these operations are sent one by one.
      - V(required) makes all changes in one transaction, whatever O(batch_size) is, and fails beforehand if the server
        does not support this. V(off) never uses transactions.
    type: str
    choices: [auto, required, "off"]
    default: auto
  batch_size:
    description:
      - Number of operations per transaction, unless O(atomic=required).
      - OpenLDAP keeps a transaction in memory, and becomes slow above about 10000 operations.
    type: int
    default: 5000
  hidden_attributes:
    description:
      - Attributes whose values are masked in the diff, in addition to passwords and keys.
    type: list
    elements: str
    default: []
"""
