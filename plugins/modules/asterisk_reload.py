#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_reload)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_reload
version_added: 0.1.0
short_description: Bring changed configuration of Asterisk into force while calls stay up
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Reloads the modules named, one after the other, and checks that each is running afterwards. Calls stay up.
  - A module that had declined to load, most often for want of the file that has just been written, is loaded.
  - Where only a restart helps, waits for a moment without calls, and says that a restart is pending if none
    comes.
  - Returns the warnings and errors that Asterisk logged meanwhile.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The diff lists the reloads and the restart.
  idempotent:
    support: none
    details: It reloads what it is told each time; run it as a handler, or with the lists that
      M(switchboard.pbx.asterisk_config) returns, which are empty when nothing changed.
options:
  modules:
    description:
      - The modules to reload, as C(module reload) names them, in this order.
      - A module that is not installed, or that C(modules.conf) does not load, is left out with a warning.
    type: list
    elements: str
    default: []
  restart:
    description: Whether something changed that only a restart applies.
    type: bool
    default: false
  restart_policy:
    description:
      - V(idle) restarts when no channel is up, waiting at most O(idle_timeout); else the restart stays
        pending and the modules are reloaded.
      - V(now) restarts at once and ends all calls. V(never) leaves the restart to you.
    type: str
    choices: [idle, now, never]
    default: idle
  idle_timeout:
    description: Seconds to wait for a moment without calls.
    type: int
    default: 60
  timeout:
    description: Seconds that a console command, and the start of Asterisk, may take.
    type: int
    default: 60
  service:
    description: The service to restart.
    type: str
    default: asterisk
  binary:
    description: Asterisk's program, found by its name or given as a path. It is called with C(-rx).
    type: str
    default: asterisk
  log_directory:
    description: Where Asterisk's log files are.
    type: path
    default: /var/log/asterisk
  modules_conf:
    description: The file that says which modules Asterisk loads.
    type: path
    default: /etc/asterisk/modules.conf
  pending_file:
    description: The file in which M(switchboard.pbx.asterisk_config) keeps what is due; what was done is
      taken off it.
    type: path
seealso:
  - module: switchboard.pbx.asterisk_config
  - module: switchboard.pbx.asterisk_info
"""

EXAMPLES = r"""
- name: Write the configuration
  switchboard.pbx.asterisk_config:
    files:
      - name: extensions.conf
        content: "{{ lookup('ansible.builtin.template', 'extensions.conf.j2') }}"
  register: asterisk_files

- name: Bring it into force
  switchboard.pbx.asterisk_reload:
    modules: "{{ asterisk_files.reload }}"
    restart: "{{ asterisk_files.restart }}"
    restart_policy: idle
    idle_timeout: 300
"""

RETURN = r"""
reloaded:
  description: The modules that were reloaded, or would be in check mode; after a restart, those that came up
    with it.
  returned: success
  type: list
  elements: str
  sample: [pbx_config.so, res_pjsip.so]
not_in_use:
  description: The modules that are not in use on this host.
  returned: success
  type: list
  elements: str
  sample: []
restarted:
  description: Whether Asterisk was restarted. In check mode only V(now) can be foreseen.
  returned: success
  type: bool
  sample: false
restart_pending:
  description: Whether a restart is still due.
  returned: success
  type: bool
  sample: false
log:
  description: The warnings and errors that Asterisk logged meanwhile, each once, secrets masked.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.reload import reload
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "modules": {"type": "list", "elements": "str", "default": []},
            "restart": {"type": "bool", "default": False},
            "restart_policy": {"type": "str", "choices": ["idle", "now", "never"], "default": "idle"},
            "idle_timeout": {"type": "int", "default": 60},
            "timeout": {"type": "int", "default": 60},
            "service": {"type": "str", "default": "asterisk"},
            "binary": {"type": "str", "default": "asterisk"},
            "log_directory": {"type": "path", "default": "/var/log/asterisk"},
            "modules_conf": {"type": "path", "default": "/etc/asterisk/modules.conf"},
            "pending_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    run(module, reload)


if __name__ == "__main__":
    main()
