#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_config
short_description: Configure an OpenLDAP server
version_added: 0.1.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Sets databases, access rules, limits, indexes, modules, overlays, TLS and replication in C(cn=config)
    of a running slapd. Settings that are not listed are kept.
  - A database is found by its suffix. The ordering prefixes of slapd are neither needed nor shown; the order
    of the lists determines them.
  - All changes to one entry of C(cn=config) are one operation, so the server is never without its access
    rules, and applies all changes or none. If slapd refuses an operation, earlier ones are rolled back.
  - Where slapd runs on the managed host, the changes are first tried on a private copy of C(cn=config), so that nothing
    is changed if slapd would refuse them, or would not start with them.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_ldap
  - switchboard.pbx.ldap
  - switchboard.pbx.ldap.module
attributes:
  check_mode:
    support: full
    details:
      - If there is no server yet, or no python-ldap to connect to it, the module assumes an empty server
        and gives a warning.
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A clear-text password is compared with the stored hash, and hashed only if it does not match.
options:
  database:
    description:
      - A database and its settings.
    type: dict
    suboptions:
      suffix:
        description:
          - Suffix of the database, which identifies it.
          - If there is no database with this suffix, it is created. If another database uses O(database.directory)
            and has no entries and no access rules, such as one created by a package, it gets this suffix.
        type: str
        required: true
      backend:
        description: Backend of a new database.
        type: str
        default: mdb
      directory:
        description:
          - Directory of the database's files, required to create one.
          - A missing directory is created for the account of slapd, if the server is reached over C(ldapi://).
            An existing database is not moved.
        type: path
      rootdn:
        description: DN of the administrator, to whom no access rules and no limits apply.
        type: str
      rootpw:
        description:
          - Password of the rootdn. Clear text is stored as C({SSHA}); a value that begins with the
            C({SCHEME}) of a hash is stored unchanged.
        type: str
      access:
        description:
          - Access rules, in order, in the language of slapd.access(5).
          - The list replaces the current rules in one operation.
        type: list
        elements: str
      limits:
        description:
          - Limits, in order, as C(WHO LIMIT...).
        type: list
        elements: str
      indexes:
        description:
          - Complete list of the indexes of the database; others are removed. Only changed indexes are
            rebuilt.
        type: list
        elements: dict
        suboptions:
          attributes:
            description: Names of attributes.
            type: list
            elements: str
            required: true
          types:
            description: Index types, for example V(eq), V(pres), V(sub).
            type: list
            elements: str
            default: [eq]
      max_size:
        description:
          - Maximum size of the database in bytes.
          - After a change, slapd 2.6 answers some searches with error 80 (internal error) until it is restarted.
        type: int
      overlays:
        description:
          - Overlays of the database. Existing ones that are not listed are kept.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - One of V(syncprov), V(memberof), V(refint), V(unique), V(ppolicy), V(auditlog), V(accesslog).
            type: str
            required: true
          options:
            description:
              - Options of the overlay. For V(syncprov) these are C(checkpoint), C(sessionlog), C(no_present)
                and C(reload_hint); for V(memberof) C(refint), C(dangling), C(dangling_error), C(group_class),
                C(member_attribute), C(memberof_attribute) and C(dn); for V(refint) C(attributes), C(nothing)
                and C(modifiers_name); for V(unique) C(uris), C(base) and C(attributes); for V(ppolicy)
                C(default), C(hash_cleartext), C(use_lockout) and C(forward_updates); for V(auditlog) C(file);
                for V(accesslog) C(database), C(operations), C(purge), C(success), C(old) and
                C(old_attributes).
              - Attributes by name (C(olc...)) are also accepted.
            type: dict
      syncrepl:
        description:
          - Complete list of the providers to replicate from.
        type: list
        elements: dict
        suboptions:
          rid:
            description: Number of this consumer, 0 to 999.
            type: int
            required: true
          provider:
            description: URI of the provider.
            type: str
            required: true
          type:
            description: Whether to keep the connection open for changes or to poll.
            type: str
            choices: [refreshAndPersist, refreshOnly]
            default: refreshAndPersist
          searchbase:
            description: Search base of the replicated entries. Defaults to the suffix of the database.
            type: str
          filter:
            description: Filter for the replicated entries.
            type: str
          scope:
            description: Scope of the replicated entries.
            type: str
            choices: [base, one, sub, children]
          attributes:
            description: Attributes to replicate.
            type: list
            elements: str
          bind_method:
            description: How to bind to the provider.
            type: str
            choices: [simple, sasl]
            default: simple
          bind_dn:
            description: DN to bind with.
            type: str
          credentials:
            description: Password for the bind. C(cn=config) contains it in clear text.
            type: str
          sasl_mech:
            description: SASL mechanism to bind with.
            type: str
          retry:
            description: When to retry, as pairs of interval in seconds and number of retries; C(+) means forever.
            type: str
          interval:
            description:
              - Time between two refreshes as C(dd:hh:mm:ss), with O(database.syncrepl[].type=refreshOnly).
            type: str
          timeout:
            description: Timeout of an operation in seconds.
            type: int
          network_timeout:
            description: Timeout of the connection in seconds.
            type: int
          keepalive:
            description: Keep-alive of the connection as C(idle:probes:interval).
            type: str
          size_limit:
            description: Maximum number of entries to request.
            type: str
          time_limit:
            description: Time limit of a search in seconds.
            type: str
          schema_checking:
            description: Whether replicated entries are checked against the schema.
            type: bool
          start_tls:
            description: Whether to use StartTLS; with V(critical), the bind is not attempted without it.
            type: str
            choices: ['yes', critical]
          tls_cert:
            description: File with the client certificate.
            type: path
          tls_key:
            description: File with the key of O(database.syncrepl[].tls_cert).
            type: path
          tls_ca:
            description: File with the trusted CA certificates.
            type: path
          tls_reqcert:
            description: How to verify the provider's certificate.
            type: str
            choices: [never, allow, try, demand]
          sync_data:
            description: Source of the changes.
            type: str
            choices: [default, accesslog, changelog]
          log_base:
            description: DN of the provider's log, with O(database.syncrepl[].sync_data).
            type: str
          log_filter:
            description: Filter for the entries of the log.
            type: str
      attributes:
        description:
          - Additional attributes by name (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  modules:
    description:
      - Modules to load, for example V(back_mdb). V(back_mdb) and V(back_mdb.la) are equivalent, and a loaded
        module is not loaded again. Modules are never unloaded.
      - The modules of O(database.backend) and O(database.overlays) are loaded without being listed here.
    type: list
    elements: str
  tls:
    description:
      - TLS settings of the server. The files are on the server and must be readable by slapd.
    type: dict
    suboptions:
      certificate_file:
        description: File with the server's certificate in PEM format.
        type: path
      key_file:
        description: File with the key of O(tls.certificate_file) in PEM format.
        type: path
      ca_file:
        description: File with the trusted CA certificates in PEM format.
        type: path
      ca_path:
        description: Directory with the trusted CA certificates.
        type: path
      cipher_suite:
        description: Allowed ciphers, in the syntax of the TLS library of slapd.
        type: str
      protocol_min:
        description: Minimum TLS version, for example V(3.3) for TLS 1.2.
        type: str
      verify_client:
        description: Whether clients must present a certificate.
        type: str
        choices: [never, allow, try, demand]
      dh_param_file:
        description: File with Diffie-Hellman parameters.
        type: path
  globals:
    description:
      - Attributes of the entry C(cn=config) by name, each with a value or a list of values;
        null or an empty list removes the attribute.
    type: dict
  frontend:
    description:
      - The frontend database, whose settings apply to all databases.
    type: dict
    suboptions:
      access:
        description:
          - Access rules that follow those of each database, in order, in the language of slapd.access(5).
          - The list replaces the current rules in one operation.
        type: list
        elements: str
      limits:
        description:
          - Limits for all databases, in order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Additional attributes by name (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  config_database:
    description:
      - The database of C(cn=config) itself. Be careful not to lock yourself out.
    type: dict
    suboptions:
      rootdn:
        description: DN of the administrator, to whom no access rules and no limits apply.
        type: str
      rootpw:
        description:
          - Password of the rootdn. Clear text is stored as C({SSHA}); a value that begins with the
            C({SCHEME}) of a hash is stored unchanged.
        type: str
      access:
        description:
          - Access rules, in order, in the language of slapd.access(5).
          - The list replaces the current rules in one operation.
        type: list
        elements: str
      limits:
        description:
          - Limits, in order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Additional attributes by name (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  monitor:
    description:
      - The database C(cn=Monitor), created if it does not exist.
    type: dict
    suboptions:
      rootdn:
        description: DN of the administrator, to whom no access rules and no limits apply.
        type: str
      access:
        description:
          - Access rules, in order, in the language of slapd.access(5).
          - The list replaces the current rules in one operation.
        type: list
        elements: str
      limits:
        description:
          - Limits, in order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Additional attributes by name (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  backup:
    description:
      - Directory on the managed host in which to save C(cn=config) before a change, as LDIF for
        C(slapadd -n 0). It is created if it does not exist. Only its owner can read the file.
    type: path
seealso:
  - module: switchboard.pbx.ldap_schema
  - name: slapd-config(5)
    description: OpenLDAP's manual page on cn=config.
    link: https://www.openldap.org/software/man.cgi?query=slapd-config
  - name: slapd.access(5)
    description: OpenLDAP's manual page on access rules.
    link: https://www.openldap.org/software/man.cgi?query=slapd.access
"""

EXAMPLES = r"""
- name: Configure the directory of the telephone system
  switchboard.pbx.ldap_config:
    database:
      suffix: dc=example,dc=org
      directory: /var/lib/ldap
      rootdn: cn=admin,dc=example,dc=org
      rootpw: "{{ vault_directory_password }}"
      access:
        - to attrs=userPassword by self =xw by anonymous auth by * none
        - to attrs=AstAccountRealmedPassword by dn.exact="cn=asterisk,dc=example,dc=org" read by * none
        - to * by users read by * none
      limits:
        - dn.exact="cn=asterisk,dc=example,dc=org" size=unlimited time=unlimited
      indexes:
        - attributes: [objectClass, uid, AstExtension]
        - attributes: [cn, sn]
          types: [eq, sub]
      max_size: 1073741824
    tls:
      certificate_file: /etc/ldap/tls/server.crt
      key_file: /etc/ldap/tls/server.key
    backup: /var/backups/slapd

- name: Configure a provider and referential integrity of groups
  switchboard.pbx.ldap_config:
    database:
      suffix: dc=example,dc=org
      overlays:
        - name: syncprov
          options:
            checkpoint: 100 10
            sessionlog: 1000
        - name: memberof
        - name: refint
          options:
            attributes: member memberOf manager

- name: Configure a consumer
  switchboard.pbx.ldap_config:
    database:
      suffix: dc=example,dc=org
      syncrepl:
        - rid: 1
          provider: ldaps://ldap1.example.org
          bind_dn: cn=replica,dc=example,dc=org
          credentials: "{{ vault_replica_password }}"
          retry: 60 +
"""

RETURN = r"""
entries:
  description: The entries of C(cn=config) that changed or, in check mode, would change, in order.
  type: list
  elements: dict
  returned: success
  contains:
    dn:
      description: DN of the entry.
      type: str
      sample: olcDatabase={1}mdb,cn=config
    action:
      description: V(add) or V(modify).
      type: str
      sample: modify
    attributes:
      description: The attributes that are set.
      type: list
      elements: str
      sample: [olcAccess, olcDbIndex]
backup_file:
  description: Path of the copy of C(cn=config).
  type: str
  returned: if O(backup) is given and something changed
  sample: /var/backups/slapd/cn-config-20261122T101500.ldif
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    CONNECTION_TOGETHER,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.argument_spec import (
    SECRET_OPTIONS,
    argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    module = RedactingModule(
        argument_spec=argument_spec(),
        secret_options=SECRET_OPTIONS,
        required_together=CONNECTION_TOGETHER,
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
