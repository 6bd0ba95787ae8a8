#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the action plugin C(switchboard.pbx.preflight)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
version_added: 1.0.0
short_description: Validate the variables of the roles before anything is written
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Validates on the controller every variable of the roles of this collection, the people in C(directory_users) and
    C(directory_users_ldif), and what the roles must agree on. It fails with one sentence for each fault.
  - A variable that begins with C(asterisk_), C(directory_), C(festival_) or C(openldap_) and is unknown to the role is
    refused. The list C(switchboard_other_variables) names those of other roles, also by patterns such as
    V(asterisk_exporter_*). The results of tasks are not refused.
  - The facts of the host are required.
options:
  roles:
    description:
      - The roles whose variables are validated.
      - By default those of the host's groups C(ldap_servers), C(ldap_clients), C(festival_servers) and
        C(asterisk_servers). At least one of these groups must have a host.
      - An empty list validates only the groups.
    type: list
    elements: str
    choices: [openldap, directory, festival, asterisk]
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_preflight
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: Nothing is changed.
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Validate the variables on all hosts before the roles are applied
  hosts: ldap_servers:ldap_clients:festival_servers:asterisk_servers
  any_errors_fatal: true
  tasks:
    - name: Validate the variables
      switchboard.pbx.preflight:
"""

RETURN = r"""
msg:
  description: One sentence for each fault.
  returned: always
  type: str
  sample: asterisk_tts_engine is 'festivall', which is unknown; use festival, text2wave, cepstral, piper or espeak.
"""
