#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_reload)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_reload
version_added: 0.1.0
short_description: Apply changed configuration to a running Asterisk without ending calls
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Reloads the given modules one after the other and checks that each is running afterwards. Calls continue.
  - A module that had declined to load, usually because its configuration file was missing, is loaded.
  - If a restart is required, waits until there are no calls. If calls remain, reports the restart as pending.
  - Returns the warnings and errors that Asterisk logged in the meantime, to its files or to the journal.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_asterisk
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The diff lists the reloads and the restart.
  idempotent:
    support: none
    details: It reloads the given modules each time. Run it as a handler, or with the lists that
      M(switchboard.pbx.asterisk_config) returns, which are empty if nothing changed.
options:
  modules:
    description:
      - The modules to reload, by the names that C(module reload) takes, in this order.
      - A module that is not installed, or that C(modules.conf) does not load, is skipped with a warning.
    type: list
    elements: str
    default: []
  restart:
    description: Whether a changed setting requires a restart of Asterisk.
    type: bool
    default: false
  restart_policy:
    description:
      - V(idle) restarts Asterisk when there are no channels, after waiting at most O(idle_timeout). If channels
        remain, the modules are reloaded and the restart is pending. Asterisk refuses new calls only while it stops, for
        at most 10 seconds.
      - V(now) restarts Asterisk immediately and ends all calls. V(never) leaves the restart to you.
    type: str
    choices: [idle, now, never]
    default: idle
  idle_timeout:
    description: Seconds to wait until there are no calls.
    type: int
    default: 60
  timeout:
    description: Maximum duration of a console command, and of the start of Asterisk, in seconds.
    type: int
    default: 60
  service:
    description: The service to restart.
    type: str
    default: asterisk
  binary:
    description: The name or path of Asterisk's program, which is run with C(-rx).
    type: str
    default: asterisk
  log_directory:
    description: The directory of Asterisk's log files.
    type: path
    default: /var/log/asterisk
  modules_conf:
    description: The file that defines which modules Asterisk loads.
    type: path
    default: /etc/asterisk/modules.conf
  pending_file:
    description: The file in which M(switchboard.pbx.asterisk_config) records pending reloads. Completed ones are
      removed from it.
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

- name: Apply the configuration
  switchboard.pbx.asterisk_reload:
    modules: "{{ asterisk_files.reload }}"
    restart: "{{ asterisk_files.restart }}"
    restart_policy: idle
    idle_timeout: 300
"""

RETURN = r"""
reloaded:
  description: The modules that were reloaded, or would be in check mode. After a restart, those that are running.
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
  description: Whether Asterisk was restarted. In check mode this can be predicted only for O(restart_policy=now).
  returned: success
  type: bool
  sample: false
restart_pending:
  description: Whether a restart is still pending.
  returned: success
  type: bool
  sample: false
log:
  description: The distinct warnings and errors that Asterisk logged in the meantime, with secrets redacted.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.reload import run_module
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
    run(module, run_module)


if __name__ == "__main__":
    main()
