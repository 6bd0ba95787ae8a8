# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes that every module of the collection documents."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.attributes), with a variant for each action group."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return what would change without changing it.
  diff_mode:
    description: Returns what has changed, or in check mode would change, in diff form. Secrets are redacted.
  idempotent:
    description: Makes no changes when it is run again with the same options and nothing else changed in between.
  platform:
    description: Systems of the hosts on which it works.
    support: full
    platforms: posix
"""

    # Each in full, because ansible-test reads only literals.
    GROUP_ASTERISK = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/switchboard.pbx.asterisk) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - switchboard.pbx.asterisk
"""

    GROUP_FESTIVAL = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/switchboard.pbx.festival) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - switchboard.pbx.festival
"""

    GROUP_LDAP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/switchboard.pbx.ldap) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - switchboard.pbx.ldap
"""

    GROUP_PHONE = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/switchboard.pbx.phone) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - switchboard.pbx.phone
"""

    GROUP_PREFLIGHT = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/switchboard.pbx.preflight) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - switchboard.pbx.preflight
"""
