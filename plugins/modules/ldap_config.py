#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_config
short_description: Configure a running OpenLDAP server
version_added: 0.1.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Sets databases, access rules, limits, indexes, modules, overlays, TLS and replication in C(cn=config)
    of a running slapd. What you do not name stays as it is.
  - A database is found by its suffix. The numbers in braces with which slapd keeps an order are neither
    needed nor shown, the order of your lists counts.
  - All changes to one entry of C(cn=config) are one operation, so the server never stands without its access
    rules, and takes all of them or none. If slapd refuses an operation, those before it are taken back.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.ldap
attributes:
  check_mode:
    support: full
    details:
      - If there is no server yet, or no python-ldap to speak to it, the server is taken for empty,
        with a warning.
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A clear-text password is checked against the stored hash, and only hashed anew if it does not fit.
options:
  database:
    description:
      - A database and what belongs to it.
    type: dict
    suboptions:
      suffix:
        description:
          - DN at which the database begins. It names the database that is meant.
          - If there is none with this suffix, it is created. If another database is in O(database.directory),
            has no entry and no access rules, as a package may have made it, that one gets the suffix.
        type: str
        required: true
      backend:
        description: Kind of database to create.
        type: str
        default: mdb
      directory:
        description:
          - Directory of the database's files, needed to create one.
          - A directory that does not exist is made, with the owner and mode of the one above it, if the
            server is reached by C(ldapi://). A database that exists is not moved.
        type: path
      rootdn:
        description: DN of the one to whom no access rule and no limit applies.
        type: str
      rootpw:
        description:
          - Password of the rootdn. Clear text is stored as C({SSHA}); a value that begins with C({SCHEME})
            as it is.
        type: str
      access:
        description:
          - The access rules, in their order, in the language of slapd.access(5).
          - The list replaces what is there, in one operation.
        type: list
        elements: str
      limits:
        description:
          - The limits, in their order, as C(WHO LIMIT...).
        type: list
        elements: str
      indexes:
        description:
          - The indexes of the database, all of them; others are removed. Only those that differ are
            built anew.
        type: list
        elements: dict
        suboptions:
          attributes:
            description: Names of attributes.
            type: list
            elements: str
            required: true
          types:
            description: Kinds of index, for example V(eq), V(pres), V(sub).
            type: list
            elements: str
            default: [eq]
      max_size:
        description:
          - The size in bytes up to which the database may grow.
          - When it changed, slapd 2.6 answers some searches with error 80 (internal error) until it is restarted.
        type: int
      overlays:
        description:
          - Overlays of the database. One that is there and not listed stays.
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
              - Attributes by their own names (C(olc...)) are taken as well.
            type: dict
      syncrepl:
        description:
          - The providers to replicate from, all of them.
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
            description: Whether to keep the connection open for changes or to ask for them.
            type: str
            choices: [refreshAndPersist, refreshOnly]
            default: refreshAndPersist
          searchbase:
            description: DN below which to replicate. Without it, the suffix of the database.
            type: str
          filter:
            description: Filter for what to replicate.
            type: str
          scope:
            description: Scope of what to replicate.
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
            description: Password for the bind. It stands in C(cn=config) as it is.
            type: str
          sasl_mech:
            description: SASL mechanism to bind with.
            type: str
          retry:
            description: When to try again, as pairs of seconds and number of tries, C(+) for ever.
            type: str
          interval:
            description:
              - Time between two refreshes as C(dd:hh:mm:ss), with O(database.syncrepl[].type=refreshOnly).
            type: str
          timeout:
            description: Seconds to wait for an answer.
            type: int
          network_timeout:
            description: Seconds to wait for the connection.
            type: int
          keepalive:
            description: Keep-alive of the connection as C(idle:probes:interval).
            type: str
          size_limit:
            description: Largest number of entries to ask for.
            type: str
          time_limit:
            description: Longest time of a search in seconds.
            type: str
          schema_checking:
            description: Whether replicated entries are checked against the schema.
            type: bool
          start_tls:
            description: Whether to begin TLS; with V(critical), the bind is not tried without it.
            type: str
            choices: ['yes', critical]
          tls_cert:
            description: File with the certificate to show the provider.
            type: path
          tls_key:
            description: File with the key of O(database.syncrepl[].tls_cert).
            type: path
          tls_ca:
            description: File with the certificates of the authorities to trust.
            type: path
          tls_reqcert:
            description: How the provider's certificate is checked.
            type: str
            choices: [never, allow, try, demand]
          sync_data:
            description: Where changes are taken from.
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
          - Further attributes by their own names (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  modules:
    description:
      - Modules to load, for example V(back_mdb). V(back_mdb) and V(back_mdb.la) are the same, and a module
        that is loaded is not loaded again. None is ever unloaded.
      - Modules of the database and the overlays that you name are loaded without being listed here.
    type: list
    elements: str
  tls:
    description:
      - TLS of the server. Files are on the server and must be readable for slapd.
    type: dict
    suboptions:
      certificate_file:
        description: File with the server's certificate, in PEM form.
        type: path
      key_file:
        description: File with the key of O(tls.certificate_file), in PEM form.
        type: path
      ca_file:
        description: File with the certificates of the authorities to trust, in PEM form.
        type: path
      ca_path:
        description: Directory with the certificates of the authorities to trust.
        type: path
      cipher_suite:
        description: The ciphers allowed, in the language of the TLS library that slapd was built with.
        type: str
      protocol_min:
        description: The oldest version of TLS allowed, for example V(3.3) for TLS 1.2.
        type: str
      verify_client:
        description: Whether a client must show a certificate.
        type: str
        choices: [never, allow, try, demand]
      dh_param_file:
        description: File with Diffie-Hellman parameters.
        type: path
  globals:
    description:
      - Attributes of the entry C(cn=config) by their own names, each with a value or a list of values;
        null or an empty list removes the attribute.
    type: dict
  frontend:
    description:
      - The frontend database, whose settings hold for all databases.
    type: dict
    suboptions:
      access:
        description:
          - Access rules that hold after those of each database, in their order, in the language of
            slapd.access(5).
          - The list replaces what is there, in one operation.
        type: list
        elements: str
      limits:
        description:
          - Limits for all databases, in their order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Further attributes by their own names (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  config_database:
    description:
      - The database of C(cn=config) itself. Take care not to lock yourself out.
    type: dict
    suboptions:
      rootdn:
        description: DN of the one to whom no access rule and no limit applies.
        type: str
      rootpw:
        description:
          - Password of the rootdn. Clear text is stored as C({SSHA}); a value that begins with C({SCHEME})
            as it is.
        type: str
      access:
        description:
          - The access rules, in their order, in the language of slapd.access(5).
          - The list replaces what is there, in one operation.
        type: list
        elements: str
      limits:
        description:
          - The limits, in their order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Further attributes by their own names (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  monitor:
    description:
      - The database C(cn=Monitor), made if it does not exist.
    type: dict
    suboptions:
      rootdn:
        description: DN of the one to whom no access rule and no limit applies.
        type: str
      access:
        description:
          - The access rules, in their order, in the language of slapd.access(5).
          - The list replaces what is there, in one operation.
        type: list
        elements: str
      limits:
        description:
          - The limits, in their order, as C(WHO LIMIT...).
        type: list
        elements: str
      attributes:
        description:
          - Further attributes by their own names (C(olc...)), each with a value or a list of values;
            null or an empty list removes the attribute.
        type: dict
  backup:
    description:
      - Directory on the managed host in which to save C(cn=config) before a change, as an LDIF that
        C(slapadd -n 0) loads. It is made if it does not exist. Only its owner can read the file.
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
- name: The directory of the telephone system
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

- name: A provider and the integrity of groups
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

- name: A consumer
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

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.argument_spec import (
    SECRET_OPTIONS,
    argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    module = RedactingModule(
        argument_spec=argument_spec(), secret_options=SECRET_OPTIONS, supports_check_mode=True
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
