#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_info)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_info
version_added: 0.1.0
short_description: Ask a running Asterisk for its state
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the version of a running Asterisk, its modules, endpoints, registrations, calls, and the state of
    its connection to the directory, as its console tells them. Changes nothing.
  - An Asterisk that does not run is not an error; RV(running) says so.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
    details: It does not change anything, so it does the same in check mode.
  diff_mode:
    support: N/A
    details: It does not change anything.
  idempotent:
    support: full
    details: It does not change anything.
options:
  gather_subset:
    description: What to ask for, besides the version.
    type: list
    elements: str
    choices: [modules, endpoints, contacts, peers, calls, ldap]
    default: [modules, endpoints, contacts, peers, calls, ldap]
  binary:
    description: Asterisk's program, found by its name or given as a path. It is called with C(-rx).
    type: str
    default: asterisk
  timeout:
    description: Seconds that a console command may take.
    type: int
    default: 30
seealso:
  - module: switchboard.pbx.asterisk_config
  - module: switchboard.pbx.asterisk_reload
"""

EXAMPLES = r"""
- name: See whether the phones are registered
  switchboard.pbx.asterisk_info:
    gather_subset: [contacts]
  register: asterisk

- name: Require that phone 101 is
  ansible.builtin.assert:
    that: "'101' in (asterisk.contacts | map(attribute='aor'))"
"""

RETURN = r"""
running:
  description: Whether Asterisk answers on its console. If not, only RV(reason) is returned besides.
  returned: success
  type: bool
  sample: true
reason:
  description: Why Asterisk could not be asked.
  returned: when Asterisk does not run
  type: str
version:
  description: Asterisk's version, without what a distribution adds to it.
  returned: when Asterisk runs
  type: str
  sample: 22.10.1
modules:
  description: The modules that are running.
  returned: when asked for
  type: list
  elements: str
  sample: [app_festival.so, res_pjsip.so]
modules_not_running:
  description: The modules that are known and declined to load.
  returned: when asked for
  type: list
  elements: str
  sample: [cdr_csv.so]
endpoints:
  description: The endpoints of PJSIP, those from the directory only while Asterisk keeps them in its cache.
  returned: when asked for
  type: list
  elements: dict
  contains:
    name:
      description: The endpoint's name.
      type: str
      sample: "101"
    caller_id:
      description: The number of its caller id.
      type: str
      sample: "101"
    state:
      description: Its state in Asterisk's words.
      type: str
      sample: Not in use
    channels:
      description: How many of its channels are up.
      type: int
      sample: 0
    contacts:
      description: Its registered addresses, as in RV(contacts).
      type: list
      elements: dict
      sample: []
contacts:
  description: The registered addresses of PJSIP.
  returned: when asked for
  type: list
  elements: dict
  contains:
    aor:
      description: The address of record.
      type: str
      sample: "101"
    uri:
      description: Where the phone is.
      type: str
      sample: sip:101@192.0.2.7:5060
    status:
      description: V(Avail), V(Unavail), V(NonQual) where nobody asks the phone, or V(Unknown).
      type: str
      sample: Avail
    rtt_ms:
      description: The time that the phone took to answer, in milliseconds.
      type: float
      sample: 12.3
peers:
  description: The peers of chan_sip.
  returned: when asked for
  type: list
  elements: dict
  contains:
    name:
      description: The peer's name.
      type: str
      sample: "101"
    address:
      description: Its address, V(null) while it is not registered.
      type: str
      sample: 192.0.2.7
    status:
      description: What Asterisk knows of its being reachable.
      type: str
      sample: OK (3 ms)
calls:
  description: Channels and calls that are up, and the calls since Asterisk started.
  returned: when asked for
  type: dict
  contains:
    channels:
      description: Channels that are up.
      type: int
      sample: 2
    active:
      description: Calls that are up.
      type: int
      sample: 1
    processed:
      description: Calls since the start.
      type: int
      sample: 42
ldap:
  description: The realtime driver's connection to the directory, V(null) where there is none.
  returned: when asked for
  type: dict
  contains:
    url:
      description: The directory's address.
      type: str
      sample: ldapi:///
    base_dn:
      description: The base that C(res_ldap.conf) names.
      type: str
      sample: dc=example,dc=org
    bind_dn:
      description: As whom Asterisk is bound, V(null) if anonymously.
      type: str
      sample: cn=asterisk,dc=example,dc=org
    connected_for:
      description: Since how long, in Asterisk's words.
      type: str
      sample: 3 minutes
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.info import SUBSETS, gather
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
    run(module, gather)


if __name__ == "__main__":
    main()
