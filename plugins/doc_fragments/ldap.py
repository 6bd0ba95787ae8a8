# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of every LDAP module and lookup, called as those of community.general."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(switchboard.pbx.ldap)."""

    DOCUMENTATION = r"""
options:
  server_uri:
    description:
      - URI of the LDAP server, C(ldap://), C(ldaps://) or C(ldapi://), or several of them, separated by spaces. The
        first that answers is used.
      - Defaults to the socket of a server on the host that connects.
    type: str
    default: ldapi:///
  bind_dn:
    description:
      - DN to bind with. If omitted, a SASL bind is used, see O(sasl_class). If empty, the bind is anonymous.
    type: str
  bind_pw:
    description:
      - Password for O(bind_dn), which requires it, because servers take a bind without one for an anonymous bind.
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
      - File on the host that connects with the trusted CA certificates in PEM format.
      - Defaults to those of its C(ldap.conf).
    type: path
  client_cert:
    description:
      - File on the host that connects with the client certificate in PEM format, required with O(client_key).
    type: path
    aliases: [certfile]
  client_key:
    description:
      - File on the host that connects with the key of O(client_cert) in PEM format, required with O(client_cert).
    type: path
    aliases: [keyfile]
  sasl_class:
    description:
      - SASL mechanism to use if O(bind_dn) is omitted.
      - V(external) uses the identity of the socket (C(ldapi://)) or of the client certificate.
      - V(gssapi) uses a Kerberos ticket.
    type: str
    choices: [external, gssapi]
    default: external
  referrals_chasing:
    description:
      - What to do if the server refers to another one for the entry of an operation.
      - V(disabled) makes this an error that names the other server. This is the default, unlike in
        C(community.general), because an entry on a server that was not named may be the wrong one to change.
      - V(anonymous) sends the operation to the other server, without O(bind_dn). A transaction cannot be sent there, so
        changes also require C(atomic=off).
      - In either case, entries that are referrals themselves (RFC 3296) are managed like others.
    type: str
    choices: [disabled, anonymous]
    default: disabled
    version_added: 1.0.0
  timeout:
    description:
      - Timeout in seconds for the connection and for each response.
    type: int
    default: 30
"""

    # What only modules have.
    MODULE = r"""
options:
  xorder_discovery:
    description:
      - Has no effect. It is accepted so that C(module_defaults) can be shared with the modules of C(community.general),
        where it decides whether a DN is completed with the C({N}) by which slapd orders entries of C(cn=config).
      - The modules of this collection do not take such a DN. M(switchboard.pbx.ldap_config) finds a database by its
        suffix, and M(switchboard.pbx.ldap_schema) finds a schema by its name.
    type: str
    choices: [enable, auto, disable]
    default: auto
    version_added: 1.0.0
  variable_names:
    description:
      - What options are called where their values come from, for messages. Maps each option, such as C(server_uri), to
        a name, such as C(directory_uri).
      - Roles use this so that messages name the variables of the role.
    type: dict
requirements:
  - python-ldap >= 3.2 (package C(python3-ldap)) on the managed host
"""
