# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter ha1: the HA1 of SIP and HTTP digest authentication."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ha1
short_description: Hash a password for digest authentication
version_added: 1.0.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the HA1 of digest authentication (RFC 7616, formerly RFC 2617), the hash of C(user:realm:password) in
    lower-case hexadecimal digits.
  - This is what Asterisk calls C(md5secret) in C(sip.conf) and C(md5_cred) in C(pjsip.conf), and what the attribute
    C(AstAccountRealmedPassword) contains.
notes:
  - An HA1 is as good as the password to log in to this realm. Keep it secret.
  - The module M(switchboard.pbx.ldap_users) computes it from the password of a person by itself.
positional: user, realm
options:
  _input:
    description: The password.
    type: str
    required: true
  user:
    description: The name with which the user authenticates.
    type: str
    required: true
  realm:
    description: The realm of the server, C(default_realm) of C(pjsip.conf) or C(realm) of C(sip.conf).
    type: str
    required: true
  algorithm:
    description: The hash function. Most phones, and C(md5_cred) of Asterisk, know V(MD5) only.
    type: str
    choices: [MD5, SHA-256]
    default: MD5
seealso:
  - plugin: switchboard.pbx.ha1_realm
    plugin_type: lookup
  - name: RFC 7616
    description: HTTP Digest Access Authentication
    link: https://www.rfc-editor.org/rfc/rfc7616
"""

EXAMPLES = r"""
- name: Store the HA1 of a phone whose entry another tool has created
  switchboard.pbx.ldap_entries:
    entries:
      - dn: uid=rbryant,ou=people,dc=example,dc=org
        attributes:
          AstAccountRealmedPassword: "{{ vault_password | switchboard.pbx.ha1('rbryant', 'asterisk') }}"
"""

RETURN = r"""
_value:
  description: The HA1.
  type: str
  sample: 939e7578ed9e3c518a452acee763bce9
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import ha1

_DIGESTS = {"MD5": "md5", "SHA-256": "sha256"}


def ha1_filter(password: t.Any, user: t.Any, realm: t.Any, algorithm: t.Any = "MD5") -> str:
    """Return the HA1 of a password. Raises AnsibleFilterError for input that no phone could use."""
    for name, value in (("password", password), ("user", user), ("realm", realm)):
        if not isinstance(value, str):
            raise AnsibleFilterError(f"ha1: the {name} is {type(value).__name__}, not a string; quote it.")
    if ":" in user:
        raise AnsibleFilterError(
            f"ha1: the user {user!r} contains a colon, which digest authentication does not allow; remove it."
        )
    if algorithm not in _DIGESTS:
        raise AnsibleFilterError(
            f"ha1: the algorithm {algorithm!r} is unknown; use one of {', '.join(_DIGESTS)}."
        )
    return ha1(user, realm, password, _DIGESTS[algorithm])


class FilterModule:
    """The filter ha1."""

    def filters(self) -> dict[str, t.Callable[..., str]]:
        """Return the filter by its name."""
        return {"ha1": ha1_filter}
