#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_entries
short_description: Manage many entries of an LDAP directory
version_added: 0.1.0
description:
  - Manages any number of entries, given as a list or as LDIF, over one connection and, if the server supports
    them, in transactions.
  - All entries are read and compared first, by the matching rules of the server, so that differences in case,
    order or spaces that do not matter are not changes. Only differences are sent.
  - Names of attributes and object classes are validated with the server's schema before anything is changed.
options:
  entries:
    description:
      - The entries, each a dictionary.
      - C(dn) is the DN of the entry, required.
      - >-
        C(attributes) is a dictionary of attributes, each with a value or a list of values. The attribute gets
        exactly these values, or is removed if the list is empty. Additional values of C(objectClass) are kept,
        unless the state is V(exact).
      - C(add) are values to add to an attribute.
      - C(delete) are values to delete from an attribute; an empty list means all of them.
      - C(set_if_absent) are values to set if the attribute has none, for example an initial password.
      - C(rename_from) is a DN; if that entry exists, it is renamed to C(dn).
      - C(state) overrides O(state).
      - A C(userPassword) in clear text is stored as C({SSHA}) and compared with the stored hash; a value
        that begins with the C({SCHEME}) of a hash is stored unchanged.
    type: list
    elements: dict
  src:
    description:
      - An LDIF file (RFC 2849) on the controller or on the managed host, see O(remote_src).
      - Content records are entries with the state O(state). Change records (C(changetype)) are converted to the
        state that they lead to, so a second run changes nothing.
      - Attributes that only the server can set, as in the output of C(slapcat), are ignored.
    type: path
  remote_src:
    description:
      - Whether O(src) is a path on the managed host.
      - If V(false), O(src) is a file on the controller, found and decrypted like that of M(ansible.builtin.copy); the
        copy on the managed host is removed after the task.
    type: bool
    default: false
  content:
    description:
      - LDIF as text, see O(src).
    type: str
  state:
    description:
      - V(present) means that the entry exists with the given attributes; other attributes are kept.
      - V(exact) means that it has no other attributes, except operational ones.
      - V(absent) means that it does not exist.
    type: str
    choices: [present, exact, absent]
    default: present
  recursive:
    description:
      - Whether an absent entry is deleted together with all entries below it.
      - Otherwise the server refuses to delete an entry that has children.
    type: bool
    default: false
  prune:
    description:
      - Delete entries that are not listed. The parents of listed entries are kept.
    type: dict
    suboptions:
      base:
        description:
          - DN below which to prune; the entry itself is kept.
        type: str
        required: true
      filter:
        description:
          - Only entries that match this filter (RFC 4515) are pruned.
        type: str
        default: (objectClass=*)
  prune_limit:
    description:
      - Maximum number of entries to prune, as a number or as a percentage of the matching entries.
      - If more would be deleted, nothing is changed and the task fails.
    type: str
    default: 20%
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - To compare passwords, the account must be allowed to read C(userPassword).
  - Hashes with C({SSHA}), C({SMD5}), their SHA-2 variants, C({SHA}), C({MD5}) and C({PBKDF2-…}) are supported,
    C({CRYPT}) with libcrypt of the managed host, and C({ARGON2}) if its Python has argon2. If the managed host
    lacks these, the task fails. A stored value with another scheme is replaced by C({SSHA}).
  - In check mode, the module assumes an empty directory if the server cannot be reached, and gives a warning.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_ldap
  - switchboard.pbx.ldap
  - switchboard.pbx.ldap.module
  - switchboard.pbx.ldap_bulk
seealso:
  - module: switchboard.pbx.ldap_users
  - name: RFC 2849
    description: The LDAP Data Interchange Format
    link: https://www.rfc-editor.org/rfc/rfc2849
  - name: RFC 5805
    description: LDAP transactions
    link: https://www.rfc-editor.org/rfc/rfc5805
author:
  - The Switchboard maintainers (@switchboard-pbx)
"""

EXAMPLES = r"""
- name: Create the units and the service account of Asterisk
  switchboard.pbx.ldap_entries:
    bind_dn: cn=admin,dc=example,dc=org
    bind_pw: "{{ vault_ldap_rootpw }}"
    entries:
      - dn: ou=people,dc=example,dc=org
        attributes:
          objectClass: organizationalUnit
      - dn: cn=asterisk,ou=services,dc=example,dc=org
        attributes:
          objectClass: [applicationProcess, simpleSecurityObject]
          userPassword: "{{ vault_asterisk_ldap_password }}"

- name: Manage people with LDIF and delete those who are not in it
  switchboard.pbx.ldap_entries:
    src: /srv/people.ldif
    state: exact
    prune:
      base: ou=people,dc=example,dc=org
      filter: (objectClass=inetOrgPerson)
    prune_limit: "50"

- name: Add a member to a group and set an initial description
  switchboard.pbx.ldap_entries:
    entries:
      - dn: cn=sales,ou=groups,dc=example,dc=org
        add:
          member: uid=rbryant,ou=people,dc=example,dc=org
        set_if_absent:
          description: Set by the first run

- name: Remove a branch
  switchboard.pbx.ldap_entries:
    entries:
      - dn: ou=old,dc=example,dc=org
    state: absent
    recursive: true
"""

RETURN = r"""
counts:
  description: Number of entries that are added, modified, renamed, deleted, and unchanged.
  returned: success
  type: dict
  sample: {added: 2, modified: 1, renamed: 0, deleted: 0, unchanged: 997}
changes:
  description: The first 200 changes, in order. The diff contains all of them.
  returned: success
  type: list
  elements: dict
  contains:
    dn:
      description: DN of the entry.
      type: str
      sample: cn=support,ou=groups,dc=example,dc=org
    action:
      description: V(added), V(modified), V(renamed) or V(deleted).
      type: str
      sample: modified
    attributes:
      description: Changed attributes.
      type: list
      elements: str
      returned: for a modified entry
      sample: [mail, telephoneNumber]
    new_dn:
      description: New DN of the entry.
      type: str
      returned: for a renamed entry
      sample: cn=helpdesk,ou=groups,dc=example,dc=org
atomic:
  description: Whether the changes were made in transactions.
  returned: when the directory was changed, or the server refused an operation
  type: bool
  sample: true
batches:
  description: Number of transactions, or of batches without one.
  returned: when the directory was changed
  type: int
  sample: 1
done:
  description: Number of operations that were stored before the failure.
  returned: when the server refused an operation
  type: int
  sample: 0
would_prune:
  description: The first 200 entries that O(prune) would delete.
  returned: when O(prune_limit) was exceeded
  type: list
  elements: str
  sample: ["ou=old,dc=example,dc=org"]
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    CONNECTION_TOGETHER,
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.entries import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import bulk_argument_spec
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

ARGUMENT_SPEC = {
    **connection_argument_spec(),
    **bulk_argument_spec(),
    # No suboptions: the module names the record at fault, and distinguishes null from a key that is not given.
    "entries": {"type": "list", "elements": "dict"},
    "src": {"type": "path"},
    "remote_src": {"type": "bool", "default": False},
    "content": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "exact", "absent"], "default": "present"},
    "recursive": {"type": "bool", "default": False},
    "prune": {
        "type": "dict",
        "options": {
            "base": {"type": "str", "required": True},
            "filter": {"type": "str", "default": "(objectClass=*)"},
        },
    },
    "prune_limit": {"type": "str", "default": "20%"},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec=ARGUMENT_SPEC,
        required_together=CONNECTION_TOGETHER,
        mutually_exclusive=[("entries", "src", "content")],
        required_one_of=[("entries", "src", "content")],
        supports_check_mode=True,
        bulk_options=("entries", "content"),
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
