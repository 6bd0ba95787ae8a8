#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_schema
short_description: Manage the schemas of an OpenLDAP server
version_added: 0.1.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Loads schemas into C(cn=config) of a running slapd and updates them.
  - Definitions are compared by their content (RFC 4512, section 4.1), not by their text
    or the age of a file. Missing ones are added and different ones are changed, attribute types before
    object classes.
  - A definition that is already part of another schema of the server is not loaded a second time;
    if it differs, it is changed in that schema.
  - Slapd cannot remove a loaded definition, so the module refuses to; see O(keep_extra).
  - Errors in a schema, also those that slapd would find, are reported with file and line before anything is
    changed. All changes to one schema are one operation, so slapd applies all of them or none.
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
      - If a file in O(schemas[].src) does not exist yet, the module assumes a new schema and gives a warning,
        because an earlier task of the play may create the file.
  diff_mode:
    support: full
    details:
      - The diff is in the schema language.
  idempotent:
    support: full
options:
  schemas:
    description:
      - The schemas. Each is loaded after those that it depends on; otherwise, their order is kept.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the schema, without the prefix C({n}) that slapd adds.
          - V(asterisk) and V(asterisk-pjsip) are bundled with the collection and need neither O(schemas[].src)
            nor O(schemas[].content). V(asterisk) contains the definitions of C(asterisk.ldap-schema), which
            Asterisk 13 and later share. V(asterisk-pjsip) depends on it and adds the class
            C(AsteriskPJSIPUser).
        type: str
        required: true
      src:
        description:
          - Path of a schema file on the managed host, in the format of C(slapd.conf) (C(.schema)) or as the LDIF of a
            C(cn=config) entry. The format is detected. The LDIF may also be one of C(slapcat -n 0), or the schema
            of another server, with attributes such as C(attributeTypes).
        type: path
      content:
        description:
          - Text of a schema file in either format, instead of O(schemas[].src).
        type: str
  keep_extra:
    description:
      - What to do if the server's schema of the same name contains definitions that the desired one lacks.
      - With V(false), the module fails, because slapd cannot remove them while it is running.
      - With V(true), they are kept.
    type: bool
    default: false
  backup:
    description:
      - Directory on the managed host in which to save C(cn=config) before a change, as LDIF for
        C(slapadd -n 0). It is created if it does not exist. Only its owner can read the file.
    type: path
seealso:
  - module: switchboard.pbx.ldap_config
  - name: slapd-config(5)
    description: OpenLDAP's manual page on cn=config.
    link: https://www.openldap.org/software/man.cgi?query=slapd-config
"""

EXAMPLES = r"""
- name: Load Asterisk's schemas
  switchboard.pbx.ldap_schema:
    schemas:
      - name: asterisk
      - name: asterisk-pjsip
    backup: /var/backups/slapd

- name: Load a schema of the distribution and a custom one
  switchboard.pbx.ldap_schema:
    schemas:
      - name: dyngroup
        src: /etc/ldap/schema/dyngroup.schema
      - name: example
        content: |
          objectidentifier Example 1.3.6.1.4.1.32473
          attributetype ( Example:1.1 NAME 'exampleDesk' DESC 'Desk of a person'
            EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
"""

RETURN = r"""
schemas:
  description: The schema entries that changed or, in check mode, would change.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Name of the schema.
      type: str
      sample: asterisk
    dn:
      description: DN of its entry.
      type: str
      sample: cn={4}asterisk,cn=schema,cn=config
    action:
      description: V(create) for a new schema, otherwise V(change).
      type: str
      sample: create
    added:
      description: Names of the definitions that were added.
      type: list
      elements: str
      sample: [AstContext, AsteriskExtension]
    updated:
      description: Names of the definitions that differed and were changed.
      type: list
      elements: str
      sample: []
backup_file:
  description: Path of the copy of C(cn=config).
  type: str
  returned: if O(backup) is given and something changed
  sample: /var/backups/slapd/cn-config-20261122T101500.ldif
done:
  description: Names of the schemas that were changed before slapd refused one.
  type: list
  elements: str
  returned: when slapd refuses a schema
  sample: []
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    CONNECTION_TOGETHER,
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

SCHEMA = {
    "name": {"type": "str", "required": True},
    "src": {"type": "path"},
    "content": {"type": "str"},
}


def main() -> None:
    spec = {
        "schemas": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": SCHEMA,
            "mutually_exclusive": [("src", "content")],
        },
        "keep_extra": {"type": "bool", "default": False},
        "backup": {"type": "path"},
        **connection_argument_spec(),
    }
    module = RedactingModule(
        argument_spec=spec, required_together=CONNECTION_TOGETHER, supports_check_mode=True
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
