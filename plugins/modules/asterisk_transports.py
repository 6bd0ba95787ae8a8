#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_transports)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_transports
version_added: 1.0.0
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
      - The transports, with the options of a PJSIP transport.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name, which is part of the section's name and of messages.
        type: str
        required: true
      protocol:
        description: The protocol. V(ws) and V(wss) use the address of Asterisk's HTTP server in C(http.conf).
        type: str
        required: true
        choices: [udp, tcp, tls, ws, wss]
      bind:
        description: The address, with a port unless it is the standard one, such as V(0.0.0.0:5060).
        type: str
        required: true
      cert_file:
        description: The file with the certificate, required for V(tls), readable by Asterisk.
        type: path
      priv_key_file:
        description: The file with the key of the certificate, required for V(tls), readable by Asterisk.
        type: path
      password:
        description: The password of the key.
        type: str
      ca_list_file:
        description: The file with the trusted CA certificates.
        type: path
      ca_list_path:
        description: The directory with the trusted CA certificates.
        type: path
      method:
        description: The TLS method.
        type: str
      cipher:
        description: The allowed ciphers, separated by commas.
        type: str
      require_client_cert:
        description: Whether phones must present a certificate.
        type: bool
      verify_client:
        description: Whether the certificates of phones are verified.
        type: bool
      verify_server:
        description: Whether the certificates of servers are verified.
        type: bool
      allow_wildcard_certs:
        description: Whether certificates with wildcards are accepted.
        type: bool
      local_net:
        description: The networks behind the same NAT, one or a list.
        type: raw
      external_signaling_address:
        description: The public address in SIP messages to other networks.
        type: str
      external_signaling_port:
        description: The public port in SIP messages to other networks.
        type: int
      external_media_address:
        description: The public address for RTP from other networks.
        type: str
      symmetric_transport:
        description: Whether requests to a phone use the transport of its registration.
        type: bool
      domain:
        description: The domain of the transport.
        type: str
      tos:
        description: The type of service of IP packets, such as V(cs3).
        type: str
      cos:
        description: The class of service of Ethernet frames.
        type: int
      allow_reload:
        description: Whether a reload applies changes, which interrupts the transport.
        type: bool
      async_operations:
        description: Without effect in current releases.
        type: int
      websocket_write_timeout:
        description: How long a write to a WebSocket may take, in milliseconds.
        type: int
      tcp_keepalive_enable:
        description: Whether TCP keepalive is used.
        type: bool
      tcp_keepalive_idle_time:
        description: How long a connection is idle before the first probe, in seconds.
        type: int
      tcp_keepalive_interval_time:
        description: The time between probes, in seconds.
        type: int
      tcp_keepalive_probe_count:
        description: The number of unanswered probes after which a connection is closed.
        type: int
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

TRANSPORT = {
    "name": {"type": "str", "required": True},
    "protocol": {"type": "str", "required": True, "choices": ["udp", "tcp", "tls", "ws", "wss"]},
    "bind": {"type": "str", "required": True},
    "cert_file": {"type": "path"},
    "priv_key_file": {"type": "path"},
    "password": {"type": "str", "no_log": True},
    "ca_list_file": {"type": "path"},
    "ca_list_path": {"type": "path"},
    "method": {"type": "str"},
    "cipher": {"type": "str"},
    "require_client_cert": {"type": "bool"},
    "verify_client": {"type": "bool"},
    "verify_server": {"type": "bool"},
    "allow_wildcard_certs": {"type": "bool"},
    "local_net": {"type": "raw"},
    "external_signaling_address": {"type": "str"},
    "external_signaling_port": {"type": "int"},
    "external_media_address": {"type": "str"},
    "symmetric_transport": {"type": "bool"},
    "domain": {"type": "str"},
    "tos": {"type": "str"},
    "cos": {"type": "int"},
    "allow_reload": {"type": "bool"},
    "async_operations": {"type": "int"},
    "websocket_write_timeout": {"type": "int"},
    "tcp_keepalive_enable": {"type": "bool"},
    "tcp_keepalive_idle_time": {"type": "int"},
    "tcp_keepalive_interval_time": {"type": "int"},
    "tcp_keepalive_probe_count": {"type": "int"},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "transports": {"type": "list", "elements": "dict", "required": True, "options": TRANSPORT},
            "listening": {"type": "bool", "default": False},
            "user": {"type": "str", "default": "asterisk"},
            "binary": {"type": "str", "default": "asterisk"},
            "timeout": {"type": "int", "default": 15},
            "pending_file": {"type": "path"},
        },
        secret_options={"password"},
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
