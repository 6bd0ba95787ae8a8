# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter ssha: a password hash for userPassword."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ssha
short_description: Hash a password for an LDAP directory
version_added: 1.0.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the C({SSHA}) hash of a password, which C(userPassword) and C(olcRootPW) of every OpenLDAP server accept, as
    the base64 of SHA-1 over password and salt, followed by the salt.
notes:
  - Without O(salt), each call returns another hash, so a task that writes it changes at every run. The modules
    M(switchboard.pbx.ldap_entries), M(switchboard.pbx.ldap_users) and M(switchboard.pbx.ldap_config) hash a password in
    clear text themselves and compare it with the stored hash, so they need no filter.
  - SHA-1 is fast to guess. Where the server has slapo-pw-argon2 or slapo-pw-pbkdf2, prefer their hashes.
positional: salt
options:
  _input:
    description: The password.
    type: str
    required: true
  salt:
    description:
      - The salt, at least four bytes in UTF-8. The same password and salt give the same hash.
      - To make a task idempotent, give a salt that is constant and different for each user, for example from a vault
        or the lookup P(ansible.builtin.password#lookup). If omitted, it is random.
    type: str
"""

EXAMPLES = r"""
- name: Write the administrator's password for slapadd, the same at every run
  ansible.builtin.copy:
    content: |
      dn: cn=admin,dc=example,dc=org
      objectClass: organizationalRole
      objectClass: simpleSecurityObject
      cn: admin
      userPassword: {{ vault_admin_password | switchboard.pbx.ssha(salt=vault_admin_salt) }}
    dest: /root/admin.ldif
    mode: "0600"

- name: Show a hash for a person to send in
  ansible.builtin.debug:
    msg: "{{ lookup('ansible.builtin.password', '/dev/null') | switchboard.pbx.ssha }}"
"""

RETURN = r"""
_value:
  description: The hash, beginning with C({SSHA}).
  type: str
  sample: "{SSHA}/E1l+cHA9/sxcS5MD8umnjm1FX9zYWx0c2FsdA=="
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import ssha

_SHORTEST_SALT = 4


def ssha_filter(password: t.Any, salt: t.Any = None) -> str:
    """Return the {SSHA} hash of a password. Raises AnsibleFilterError for input of another type."""
    if not isinstance(password, str):
        raise AnsibleFilterError(f"ssha: the password is {type(password).__name__}, not a string; quote it.")
    if salt is None:
        return ssha(password.encode()).decode()
    if not isinstance(salt, str) or len(salt.encode()) < _SHORTEST_SALT:
        raise AnsibleFilterError(
            f"ssha: the salt is not a string of at least {_SHORTEST_SALT} bytes; give a longer one, or none."
        )
    return ssha(password.encode(), salt.encode()).decode()


class FilterModule:
    """The filter ssha."""

    def filters(self) -> dict[str, t.Callable[..., str]]:
        """Return the filter by its name."""
        return {"ssha": ssha_filter}
