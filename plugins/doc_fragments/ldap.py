# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of every LDAP module."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.ldap)."""

    DOCUMENTATION = r"""
options:
  server_uri:
    description:
      - URI of the LDAP server, C(ldap://), C(ldaps://) or C(ldapi://).
      - Defaults to the socket of a server on the managed host.
    type: str
    default: ldapi:///
  bind_dn:
    description:
      - DN to bind with. If omitted, a SASL bind is used, see O(sasl_class).
    type: str
  bind_pw:
    description:
      - Password for O(bind_dn).
    type: str
  start_tls:
    description:
      - Whether to use StartTLS on a C(ldap://) connection (RFC 4511, 4.14).
    type: bool
    default: false
  validate_certs:
    description:
      - Whether the server's certificate must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - File on the managed host with the trusted CA certificates in PEM format.
      - Defaults to those of its C(ldap.conf).
    type: path
  client_cert:
    description:
      - File on the managed host with the client certificate in PEM format.
    type: path
  client_key:
    description:
      - File on the managed host with the key of O(client_cert) in PEM format.
    type: path
  sasl_class:
    description:
      - SASL mechanism to use if O(bind_dn) is omitted.
      - V(external) uses the identity of the socket (C(ldapi://)) or of the client certificate.
      - V(gssapi) uses a Kerberos ticket.
    type: str
    choices: [external, gssapi]
    default: external
  timeout:
    description:
      - Timeout in seconds for the connection and for each response.
    type: int
    default: 30
  variable_names:
    description:
      - What options are called where their values come from, for messages. Maps each option, such as C(server_uri), to
        a name, such as C(directory_uri).
      - Roles use this so that messages name the variables of the role.
    type: dict
requirements:
  - python-ldap >= 3.2 (package C(python3-ldap)) on the managed host
"""
