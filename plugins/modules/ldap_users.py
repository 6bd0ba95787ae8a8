#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_users
short_description: Manage people and their phones in an LDAP directory
version_added: 0.1.0
description:
  - Manages one LDAP entry per person, from which Asterisk serves a phone by C(chan_pjsip), C(chan_sip) or both, and a
    voicemail box. People are given as records or as LDIF.
  - One password yields the SIP digest HA1 and the C({SSHA}) of C(userPassword), so that the same password registers
    the phone and binds to the directory. A stored hash that matches the password is kept.
  - All people are read, compared and changed together, as M(switchboard.pbx.ldap_entries) does.
  - The attributes in which Asterisk stores a phone's registration are never touched.
options:
  people_dn:
    description:
      - DN of the entry that contains the people. It must exist.
      - The entry of a person is C(uid=UID) directly below it.
    type: str
    required: true
  users:
    description:
      - The people, each a dictionary. A key that is not given leaves its attributes unchanged; V(null) removes them.
      - C(uid) and C(surname) are required. The phone also registers with the C(uid), which has at most 64 characters,
        namely letters, digits and C(.), C(_), C(-), C(+), and is not C(anonymous). The C(uid) of a stored person must
        be spelled as stored, including upper and lower case.
      - Text of digits, such as C(uid), C(extension), C(mailbox) and C(pin), belongs in quotes, because YAML reads
        C(0101) as the octal number 65. A whole number without quotes is used as it is, with a warning; a fraction or
        a boolean is refused.
      - C(given_name), C(common_name) (default from the names), C(display_name), C(mail), which is one address or a
        list; voicemail uses the first.
      - C(extension) is the number that reaches the person, 1 to 32 digits, C(*), C(#) and C(+). It must be unique. It
        is also the C(telephoneNumber) if it has no C(*) and no C(#).
      - C(password) for the phone and for the directory, in clear text, or C(ha1), 32 hexadecimal digits, the MD5 of
        C(uid:realm:password), for the phone only. A C(password) that is a hash requires C(ha1) as well.
      - C(context), the dialplan context in which calls of the phone begin.
      - C(codecs), a list in order of preference, for example C([opus, ulaw]).
      - C(voicemail), a dictionary of C(mailbox) (default the extension), C(pin) (required), C(context) (V(default)),
        C(full_name), C(mail), C(pager), C(options). V(null) removes the mailbox.
      - C(caller_id) (default C("Name" <extension>), or the uid without an extension, where the name loses characters
        that are special there).
      - C(mailbox), whose messages the phone announces (default the one of C(voicemail)).
      - C(language), C(moh_class), C(accountcode), C(call_groups) and C(pickup_groups) (a list or text with
        commas), C(subscribe_context).
      - C(direct_media), a boolean, and C(dtmf_mode), one of V(rfc4733), V(inband), V(info), V(auto), V(auto_info).
      - For C(chan_pjsip) only, C(transport), C(message_context), C(qualify_frequency) (seconds), C(max_contacts)
        (1 to 100, default 1), the number of phones that may register as the person, and C(remove_existing)
        (default V(true)), whether a registration beyond that number replaces the oldest one, so that a phone that
        restarts is not refused.
      - C(uid_number), C(gid_number) (default the same), C(home_directory) (default C(/home/UID)) and
        C(login_shell). The entry is a C(posixAccount) if it has a C(uid_number), see O(uid_number_range).
      - C(attributes), a dictionary of other LDAP attributes, which override those above; C(objectClass) here adds
        classes.
      - C(state) overrides O(state).
    type: list
    elements: dict
  src:
    description:
      - An LDIF file with complete entries instead of O(users), read as by M(switchboard.pbx.ldap_entries), on the
        target host or on the controller, see O(remote_src).
      - HA1 is added to a phone's entry that has a C(userPassword) in clear text and no C(AstAccountRealmedPassword).
    type: path
  remote_src:
    description:
      - Whether O(src) is a path on the target host.
      - If V(false), O(src) is a file on the controller, found and decrypted as by M(ansible.builtin.copy); the copy on
        the target host is removed after the task.
    type: bool
    default: false
  content:
    description:
      - LDIF as text, see O(src).
    type: str
  state:
    description:
      - Whether the people should exist.
    type: str
    choices: [present, absent]
    default: present
  realm:
    description:
      - The SIP realm of HA1.
      - It must be the C(realm) of C(sip.conf) and the C(default_realm) of C(pjsip.conf). After a change, every HA1
        must be computed again from its password.
    type: str
    default: asterisk
  sip_drivers:
    description:
      - The channel drivers that serve the phones. The classes and attributes of drivers not listed are removed.
    type: list
    elements: str
    choices: [pjsip, chan_sip]
    default: [pjsip, chan_sip]
  update_password:
    description:
      - V(always) updates passwords and voicemail PINs that differ from the given ones.
      - V(on_create) sets them only where none is stored yet, so that a PIN changed by phone is kept.
    type: str
    choices: [always, on_create]
    default: always
  defaults:
    description:
      - Default values for keys that a user's record does not have.
    type: dict
  uid_number_range:
    description:
      - Gives every user without C(uid_number) the next one that is free in the whole directory. A stored one is kept.
    type: dict
    suboptions:
      first:
        description:
          - The lowest number to allocate.
        type: int
        default: 10000
      last:
        description:
          - The highest number to allocate.
        type: int
        default: 59999
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The server needs the schemas C(asterisk) and, for C(chan_pjsip), C(asterisk-pjsip), see
    M(switchboard.pbx.ldap_schema), and C(cosine), C(inetorgperson) and C(nis).
  - HA1 is as good as the password to register as the phone. Let only Asterisk read it, by the server's access rules.
  - In check mode, a server that cannot be reached is treated as an empty one, with a warning.
  - For thousands of people, use LDIF in O(src). Ansible's templating of as many records takes several times longer
    than the directory does.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_ldap
  - switchboard.pbx.ldap
  - switchboard.pbx.ldap.module
  - switchboard.pbx.ldap_bulk
seealso:
  - module: switchboard.pbx.ldap_entries
  - name: RFC 2617
    description: HTTP digest access authentication, whose H(A1) SIP uses
    link: https://www.rfc-editor.org/rfc/rfc2617#section-3.2.2.2
author:
  - The Switchboard maintainers (@switchboard-pbx)
"""

EXAMPLES = r"""
- name: Manage two people and their phones
  switchboard.pbx.ldap_users:
    bind_dn: cn=admin,dc=example,dc=org
    bind_pw: "{{ vault_ldap_rootpw }}"
    people_dn: ou=people,dc=example,dc=org
    defaults:
      context: LocalSets
      codecs: [ulaw, alaw]
    users:
      - uid: rbryant
        given_name: Russell
        surname: Bryant
        mail: russell.bryant@shifteight.org
        extension: "101"
        password: "{{ vault_rbryant_password }}"
        voicemail:
          pin: "{{ vault_rbryant_pin }}"
      - uid: former
        state: absent

- name: Import ten thousand people from LDIF
  switchboard.pbx.ldap_users:
    people_dn: ou=people,dc=example,dc=org
    src: /srv/people.ldif
    update_password: on_create
"""

RETURN = r"""
counts:
  description: The numbers of entries added, modified, renamed, deleted, and unchanged.
  returned: success
  type: dict
  sample: {added: 2, modified: 1, renamed: 0, deleted: 0, unchanged: 997}
changes:
  description: The first 200 changes in the order in which they are made. The diff has all of them.
  returned: success
  type: list
  elements: dict
  contains:
    dn:
      description: The entry's DN.
      type: str
      sample: uid=rbryant,ou=people,dc=example,dc=org
    action:
      description: V(added), V(modified), V(renamed) or V(deleted).
      type: str
      sample: modified
    attributes:
      description: The attributes that change.
      type: list
      elements: str
      returned: for a modified entry
      sample: [mail, telephoneNumber]
    new_dn:
      description: The DN after the renaming.
      type: str
      returned: for a renamed entry
      sample: uid=russell,ou=people,dc=example,dc=org
atomic:
  description: Whether the changes were made in transactions.
  returned: when the directory was changed, or the server refused an operation
  type: bool
  sample: true
batches:
  description: The number of transactions, or of batches without one, in which the changes were made.
  returned: when the directory was changed
  type: int
  sample: 1
done:
  description: The number of operations that were stored despite the failure.
  returned: when the server refused an operation
  type: int
  sample: 0
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    CONNECTION_TOGETHER,
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import bulk_argument_spec
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

ARGUMENT_SPEC = {
    **connection_argument_spec(),
    **bulk_argument_spec(),
    "people_dn": {"type": "str", "required": True},
    # No suboptions: the module names the record at fault, and distinguishes null from a key that is not given.
    "users": {"type": "list", "elements": "dict"},
    "src": {"type": "path"},
    "remote_src": {"type": "bool", "default": False},
    "content": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "realm": {"type": "str", "default": "asterisk"},
    "sip_drivers": {
        "type": "list",
        "elements": "str",
        "choices": ["pjsip", "chan_sip"],
        "default": ["pjsip", "chan_sip"],
    },
    "update_password": {
        "type": "str",
        "choices": ["always", "on_create"],
        "default": "always",
        "no_log": False,
    },
    "defaults": {"type": "dict"},
    "uid_number_range": {
        "type": "dict",
        "options": {
            "first": {"type": "int", "default": 10000},
            "last": {"type": "int", "default": 59999},
        },
    },
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec=ARGUMENT_SPEC,
        required_together=CONNECTION_TOGETHER,
        mutually_exclusive=[("users", "src", "content")],
        required_one_of=[("users", "src", "content")],
        supports_check_mode=True,
        bulk_options=("users", "content", "defaults"),
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
