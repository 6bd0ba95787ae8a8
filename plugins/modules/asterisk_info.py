#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_info)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_info
version_added: 0.1.0
short_description: Gather the state of a running Asterisk
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the version, modules, endpoints, registrations and calls of a running Asterisk, and the state of its
    connection to the directory, from the output of its console commands. Does not change anything.
  - It is not an error if Asterisk is not running; RV(running) is then V(false).
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_asterisk
attributes:
  check_mode:
    support: full
    details: It does not change anything and works in check mode as usual.
  diff_mode:
    support: N/A
    details: It does not change anything.
  idempotent:
    support: full
    details: It does not change anything.
options:
  gather_subset:
    description: The parts of the state to gather besides the version.
    type: list
    elements: str
    choices: [modules, endpoints, contacts, peers, calls, ldap]
    default: [modules, endpoints, contacts, peers, calls, ldap]
  binary:
    description: The name or path of Asterisk's program, which is run with C(-rx).
    type: str
    default: asterisk
  timeout:
    description: Maximum duration of a console command in seconds.
    type: int
    default: 30
seealso:
  - module: switchboard.pbx.asterisk_config
  - module: switchboard.pbx.asterisk_reload
"""

EXAMPLES = r"""
- name: Gather the registrations
  switchboard.pbx.asterisk_info:
    gather_subset: [contacts]
  register: asterisk

- name: Check that phone 101 is registered
  ansible.builtin.assert:
    that: "'101' in (asterisk.contacts | map(attribute='aor'))"
"""

RETURN = r"""
running:
  description: Whether Asterisk answers on its console. If it does not, the only other value is RV(reason).
  returned: success
  type: bool
  sample: true
reason:
  description: Why Asterisk did not answer.
  returned: when Asterisk is not running
  type: str
  sample: >-
    Asterisk does not answer on its console ('asterisk -rx'); start the service, and look at its log if it does not
    stay up.
version:
  description: The version of Asterisk, without a suffix of the distribution.
  returned: when Asterisk is running
  type: str
  sample: 22.10.1
modules:
  description: The running modules.
  returned: when gathered
  type: list
  elements: str
  sample: [app_festival.so, res_pjsip.so]
modules_not_running:
  description: The modules that are known to Asterisk but declined to load.
  returned: when gathered
  type: list
  elements: str
  sample: [cdr_csv.so]
endpoints:
  description: The endpoints of PJSIP, those from the directory only while they are in Asterisk's cache.
  returned: when gathered
  type: list
  elements: dict
  contains:
    name:
      description: The endpoint's name.
      type: str
      sample: "101"
    caller_id:
      description: The number of its caller ID.
      type: str
      sample: "101"
    state:
      description: Its state as Asterisk prints it.
      type: str
      sample: Not in use
    channels:
      description: The number of its active channels.
      type: int
      sample: 0
    contacts:
      description: Its contacts, as in RV(contacts).
      type: list
      elements: dict
      sample: []
contacts:
  description: The contacts of PJSIP, that is the registered addresses.
  returned: when gathered
  type: list
  elements: dict
  contains:
    aor:
      description: The address of record.
      type: str
      sample: "101"
    uri:
      description: The URI of the phone.
      type: str
      sample: sip:101@192.0.2.7:5060
    status:
      description: V(Avail), V(Unavail), V(NonQual) if the phone is not qualified, or V(Unknown).
      type: str
      sample: Avail
    rtt_ms:
      description: The round-trip time to the phone in milliseconds.
      type: float
      sample: 12.3
peers:
  description: The peers of chan_sip.
  returned: when gathered
  type: list
  elements: dict
  contains:
    name:
      description: The peer's name.
      type: str
      sample: "101"
    address:
      description: Its address, V(null) if it is not registered.
      type: str
      sample: 192.0.2.7
    status:
      description: Whether it is reachable, as Asterisk prints it.
      type: str
      sample: OK (3 ms)
calls:
  description: Active channels and calls, and the calls processed since Asterisk started.
  returned: when gathered
  type: dict
  contains:
    channels:
      description: Active channels.
      type: int
      sample: 2
    active:
      description: Active calls.
      type: int
      sample: 1
    processed:
      description: Processed calls.
      type: int
      sample: 42
ldap:
  description: The connection of the realtime driver to the directory, V(null) if there is none.
  returned: when gathered
  type: dict
  contains:
    url:
      description: The URL of the directory.
      type: str
      sample: ldapi:///
    base_dn:
      description: The base DN from C(res_ldap.conf).
      type: str
      sample: dc=example,dc=org
    bind_dn:
      description: The DN that Asterisk is bound as, V(null) for an anonymous bind.
      type: str
      sample: cn=asterisk,dc=example,dc=org
    connected_for:
      description: The duration of the connection, as Asterisk prints it.
      type: str
      sample: 3 minutes
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.info import (
    SUBSETS,
    run_module,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    """Run the module."""
    subset = list(SUBSETS)
    module = RedactingModule(
        argument_spec={
            "gather_subset": {"type": "list", "elements": "str", "choices": subset, "default": subset},
            "binary": {"type": "str", "default": "asterisk"},
            "timeout": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
