# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that change many entries at once."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.ldap_bulk)."""

    DOCUMENTATION = r"""
options:
  atomic:
    description:
      - Whether to change the directory in transactions (RFC 5805), each stored wholly or not at all.
      - V(auto) does so where the server offers them (OpenLDAP 2.5 and later); else operations go one after
        another, the first failure ends the task, and its message says how much is stored.
      - OpenLDAP 2.5 fails on deleting and moving entries in a transaction, so there these go one by one.
      - V(required) fails where the server does not offer them. V(off) never uses them.
    type: str
    choices: [auto, required, "off"]
    default: auto
  batch_size:
    description:
      - How many operations make one transaction.
      - OpenLDAP holds a transaction in memory; from about 10000 operations on it becomes slow.
    type: int
    default: 5000
  hidden_attributes:
    description:
      - Attributes whose values the diff does not show, besides the passwords and keys that it never shows.
    type: list
    elements: str
    default: []
notes:
  - From 500 entries of one parent on, the directory is read over one or two further connections of the same
    identity, by processes of their own, while the module reads its options.
"""
