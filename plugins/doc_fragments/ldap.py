# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which every LDAP module finds its server."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.ldap)."""

    DOCUMENTATION = r"""
options:
  server_uri:
    description:
      - URI of the LDAP server, C(ldap://), C(ldaps://) or C(ldapi://).
      - The default is the socket of a server on the same host.
    type: str
    default: ldapi:///
  bind_dn:
    description:
      - DN to bind with. Without it, the bind is a SASL one, see O(sasl_class).
    type: str
  bind_pw:
    description:
      - Password for O(bind_dn).
    type: str
  start_tls:
    description:
      - Whether to begin TLS on a C(ldap://) connection before anything else is said (RFC 4511, 4.14).
    type: bool
    default: false
  validate_certs:
    description:
      - Whether the server's certificate must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - File on the target with the certificates of the authorities to trust, in PEM form.
      - Without it, those of the target's C(ldap.conf) are used.
    type: path
  client_cert:
    description:
      - File on the target with the client's own certificate, in PEM form.
    type: path
  client_key:
    description:
      - File on the target with the key of O(client_cert), in PEM form.
    type: path
  sasl_class:
    description:
      - The SASL mechanism to use when O(bind_dn) is not given.
      - V(external) takes the identity from the socket (C(ldapi://)) or from the client's certificate.
      - V(gssapi) takes it from a Kerberos ticket.
    type: str
    choices: [external, gssapi]
    default: external
  timeout:
    description:
      - Seconds to wait for the connection, and for each answer.
    type: int
    default: 30
requirements:
  - python-ldap >= 3.2 (package C(python3-ldap)) on the target
"""
