#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_entries
short_description: Keep many entries of an LDAP directory in a desired state
version_added: 0.1.0
description:
  - Brings any number of entries to the state you describe, as a list or as LDIF, with one connection and,
    where the server can, in one transaction.
  - Everything is read and compared first, by the server's own matching rules, so that case, order and spaces
    never show as a change. Then only what differs is sent.
  - Names of attributes and object classes are checked against the server's schema before anything is changed.
options:
  entries:
    description:
      - The entries, each a dictionary.
      - C(dn) is the entry's DN, required.
      - >-
        C(attributes) are a dictionary of attribute and value, or list of values; the attribute shall have
        exactly these values, or none if the list is empty. Only of C(objectClass) further values stay, unless
        the state is V(exact).
      - C(add) are values that shall be among the attribute's values.
      - C(delete) are values that shall not be there; an empty list means the whole attribute.
      - C(set_if_absent) are values to set if the attribute has none, for example an initial password.
      - C(rename_from) is a DN; an entry that still has it is renamed to C(dn).
      - C(state) overrides O(state).
      - A C(userPassword) in clear text is stored as C({SSHA}) and compared by checking the stored hash; one
        that begins with a C({SCHEME}) is stored as it is.
    type: list
    elements: dict
  src:
    description:
      - An LDIF file (RFC 2849) on the target, or on the controller, see O(remote_src).
      - Content records are entries in the state of O(state). Change records (C(changetype)) are read as the
        state that they lead to, so a second run changes nothing.
      - Attributes that only the server may set, as in the output of C(slapcat), are left out.
    type: path
  remote_src:
    description:
      - Whether O(src) is a path on the target host.
      - If V(false), O(src) is a file on the controller, found as M(ansible.builtin.copy) does; the
        copy on the target host is removed after the task.
    type: bool
    default: false
  content:
    description:
      - LDIF as text, see O(src).
    type: str
  state:
    description:
      - V(present) means that the entry exists with the given attributes; others stay.
      - V(exact) means that it has no other attributes.
      - V(absent) means that it does not exist.
    type: str
    choices: [present, exact, absent]
    default: present
  recursive:
    description:
      - Whether an entry to be absent goes together with all that is below it.
      - Without it, the server refuses to delete an entry that has children.
    type: bool
    default: false
  prune:
    description:
      - Delete entries that are not wanted. Entries above a wanted one stay.
    type: dict
    suboptions:
      base:
        description:
          - DN below which to prune; it stays itself.
        type: str
        required: true
      filter:
        description:
          - Only entries that match this filter (RFC 4515) are pruned.
        type: str
        default: (objectClass=*)
  prune_limit:
    description:
      - How many entries may be pruned at most, as a number or as a share of those that match.
      - If more would go, nothing is changed and the task fails.
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
  - To tell whether a password is right already, the identity must be allowed to read C(userPassword).
  - Hashes in C({SSHA}), C({SMD5}), their SHA-2 kin, C({SHA}), C({MD5}) and C({PBKDF2-…}) are checked,
    C({CRYPT}) with the target's libcrypt and C({ARGON2}) where its Python has argon2. A password under a
    scheme that cannot be checked is stored anew as C({SSHA}).
  - In check mode, a server that cannot be reached is taken for an empty one, with a warning.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.ldap
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

- name: Let LDIF say what is below ou=people, and delete who is not in it
  switchboard.pbx.ldap_entries:
    src: /srv/people.ldif
    state: exact
    prune:
      base: ou=people,dc=example,dc=org
      filter: (objectClass=inetOrgPerson)
    prune_limit: "50"

- name: Add a member to a group, give it a description once
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
  description: How many entries are added, modified, renamed, deleted, and unchanged.
  returned: success
  type: dict
  sample: {added: 2, modified: 1, renamed: 0, deleted: 0, unchanged: 997}
changes:
  description: The first 200 changes in the order in which they are made. The diff has them all.
  returned: success
  type: list
  elements: dict
  contains:
    dn:
      description: The entry's DN.
      type: str
    action:
      description: V(added), V(modified), V(renamed) or V(deleted).
      type: str
    attributes:
      description: The attributes that change.
      type: list
      elements: str
      returned: for a modified entry
    new_dn:
      description: The DN after the renaming.
      type: str
      returned: for a renamed entry
  sample: [{dn: "ou=people,dc=example,dc=org", action: added}]
atomic:
  description: Whether the changes were made in transactions.
  returned: when the directory was changed, or the server refused an operation
  type: bool
batches:
  description: In how many transactions, or parts without one, the changes were made.
  returned: when the directory was changed
  type: int
done:
  description: How many operations are stored in spite of the failure.
  returned: when the server refused an operation
  type: int
would_prune:
  description: The first 200 entries that O(prune) would delete.
  returned: when O(prune_limit) was exceeded
  type: list
  elements: str
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.entries import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import bulk_argument_spec
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

ARGUMENT_SPEC = {
    **connection_argument_spec(),
    **bulk_argument_spec(),
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
        mutually_exclusive=[("entries", "src", "content")],
        required_one_of=[("entries", "src", "content")],
        supports_check_mode=True,
        bulk_options=("entries", "content"),
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
