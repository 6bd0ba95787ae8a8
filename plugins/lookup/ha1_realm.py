# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup ha1_realm: the realm for which a directory's HA1 was made."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ha1_realm
short_description: Find the realm of phone passwords in a directory
version_added: 1.0.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the realm for which the C(AstAccountRealmedPassword) of a person was made.
  - The realm is part of the hash, and no attribute tells it, so it is found by comparison, for a person whose password
    is known. All phones of a directory usually have the same one.
  - Asterisk must use this realm. With any other realm, no phone in the directory can register until its password is
    set again.
notes:
  - The lookup connects from the controller, so python-ldap must be installed there.
options:
  _terms:
    description: The C(uid) of the person, or of several with the same password.
    type: list
    elements: str
    required: true
  people_dn:
    description: DN of the entry above the people.
    type: str
    required: true
  password:
    description: The password of the person's phone.
    type: str
    required: true
  realms:
    description:
      - The realms to compare. An existing Asterisk has it in C(realm) of C(sip.conf), in C(default_realm) of
        C(pjsip.conf), or in C(realm) of an auth object there. V(asterisk) is the default of both.
    type: list
    elements: str
    default: [asterisk]
extends_documentation_fragment:
  - switchboard.pbx.ldap
seealso:
  - module: switchboard.pbx.ldap_users
  - plugin: switchboard.pbx.ha1
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check that phones of an existing directory can register with this Asterisk
  ansible.builtin.assert:
    that: realm == asterisk_realm
    fail_msg: "Set asterisk_realm to {{ realm }}."
  vars:
    realm: "{{ lookup('switchboard.pbx.ha1_realm', 'rbryant', password=vault_rbryant_password,
      realms=['asterisk', 'example.org'], people_dn='ou=people,dc=example,dc=org', server_uri='ldaps://ldap.example.org',
      bind_dn='cn=asterisk,ou=services,dc=example,dc=org', bind_pw=vault_asterisk_password) }}"
"""

RETURN = r"""
_raw:
  description: The realm of each person.
  type: list
  elements: str
  sample: [asterisk]
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import connect
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import realm_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.stored_ha1 import stored_ha1
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup ha1_realm."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[str]:
        """Return the realm of each person in *terms*."""
        self.set_options(var_options=variables, direct=kwargs)
        try:
            connection = connect(self.get_options())
            try:
                found = [stored_ha1(connection, self.get_option("people_dn"), term) for term in terms]
            finally:
                connection.close()
            return [self._realm(user, stored) for user, stored in found]
        except ModuleError as error:
            raise AnsibleLookupError(f"ha1_realm: {error}") from error

    def _realm(self, user: str, stored: str) -> str:
        realms = self.get_option("realms")
        realm = realm_of(stored, user, self.get_option("password"), realms)
        if realm is None:
            raise ModuleError(
                f"The HA1 of {user!r} belongs to none of the realms {', '.join(realms)} with this password; "
                "check the password, or give other realms."
            )
        return realm
