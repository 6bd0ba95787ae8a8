#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_transports)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_transports
version_added: 0.1.0
short_description: Check the certificates of SIP transports, and that Asterisk listens on each
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Asterisk skips a transport that it cannot start, for example because its certificate is missing, and writes the
    reason only to its log. This module fails instead. It does not change anything.
  - Checks for each transport with the protocol C(tls) that Asterisk's account can read certificate, key and CA
    certificates, that the key belongs to the certificate, and that the certificate is valid today.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_asterisk
attributes:
  check_mode:
    support: full
    details: In check mode it checks files only, because Asterisk may not have the configuration yet.
  diff_mode:
    support: N/A
    details: It does not change anything.
  idempotent:
    support: full
    details: It does not change anything.
options:
  transports:
    description:
      - The transports, each with C(name), C(protocol) (C(udp), C(tcp), C(tls), C(ws) or C(wss)), C(bind) and any other
        option of a PJSIP transport, such as C(cert_file), C(priv_key_file) and C(ca_list_file).
      - C(ws) and C(wss) use the address of Asterisk's HTTP server in C(http.conf).
    type: list
    elements: dict
    required: true
  listening:
    description: Whether to check as well that the running Asterisk listens on each transport.
    type: bool
    default: false
  user:
    description: Asterisk's account.
    type: str
    default: asterisk
  binary:
    description: The name or path of Asterisk's program, which is run with C(-rx).
    type: str
    default: asterisk
  timeout:
    description: Seconds to wait until Asterisk listens.
    type: int
    default: 15
  pending_file:
    description: The file in which M(switchboard.pbx.asterisk_config) records a pending restart. Until then, a transport
      that does not listen is a warning.
    type: path
seealso:
  - module: switchboard.pbx.asterisk_config
  - module: switchboard.pbx.asterisk_reload
"""

EXAMPLES = r"""
- name: Check certificate and key before pjsip.conf is written
  switchboard.pbx.asterisk_transports:
    transports: &transports
      - name: tls
        protocol: tls
        bind: 0.0.0.0:5061
        cert_file: /etc/ssl/pbx.pem
        priv_key_file: /etc/ssl/pbx.key

- name: Check that Asterisk listens
  switchboard.pbx.asterisk_transports:
    transports: *transports
    listening: true
"""

RETURN = r""" # """

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.transports import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "transports": {"type": "list", "elements": "dict", "required": True},
            "listening": {"type": "bool", "default": False},
            "user": {"type": "str", "default": "asterisk"},
            "binary": {"type": "str", "default": "asterisk"},
            "timeout": {"type": "int", "default": 15},
            "pending_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
