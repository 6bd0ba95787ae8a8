#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_config)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_config
version_added: 0.1.0
short_description: Manage all configuration files of Asterisk on a host in one task
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Manages files below Asterisk's configuration directory. Each is given either as its whole text or as sections
    to merge into the existing file, whose other bytes are left unchanged.
  - All files are parsed by the rules of Asterisk's own parser before any is written. What Asterisk would reject,
    drop or misread is an error that names the file and line. Then either all files are replaced or none.
  - Warns about names that Asterisk accepts although they do not exist, such as the target of a C(Goto) or an
    undefined context.
  - Returns the Asterisk modules to reload, for M(switchboard.pbx.asterisk_reload).
  - Secrets (options such as C(secret), C(password), C(md5_cred), C(pass), credentials in addresses, the PINs
    of C(voicemail.conf)) are redacted in the diff; new and changed ones are marked as changed.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_asterisk
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  directory:
    description: Asterisk's configuration directory. It need not exist in check mode.
    type: path
    default: /etc/asterisk
  files:
    description: The files, each listed once. Other files are left unchanged.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Path below O(directory), such as V(pjsip.conf) or V(pjsip.d/phones.conf). Folders are
          created as needed.
        type: str
        required: true
      content:
        description: The whole text of the file. Exactly one of this and O(files[].sections) is required.
        type: str
      sections:
        description: Sections to merge into the file, in this order. The file is created if it does not exist.
        type: list
        elements: dict
        suboptions:
          name:
            description: The section's name, without brackets.
            type: str
            required: true
          match:
            description:
              - Options and values that select among sections of the same name, such as C(type) with V(auth).
              - By default the first section of that name is selected. These options are not added to a new section.
              - Inherited options count, and so do those of additions, V([name](+\)).
              - In C(extensions.conf), sections of the same name are one context, and all of them are selected.
            type: dict
          template:
            description: Whether the section is a template, V([name](!\)). Unchanged if not set.
            type: bool
          inherits:
            description: The templates and sections to inherit from, in order. Unchanged if not set.
            type: list
            elements: str
          options:
            description:
              - The section's options, either a dictionary of names and values, or a list of dictionaries with
                C(name), C(value), C(object) (whether to write C(=>) instead of C(=), default false) and C(state)
                (V(present) or V(absent)).
              - A value may be a list, for repeated options; the option gets exactly these values. V(null) removes
                the option. Booleans are written as C(yes) and C(no).
              - Other options are kept, unless O(files[].sections[].replace) is set.
              - The lines of additions, V([name](+\)), in the same file are lines of the section. An option that another
                file sets once more is a warning.
            type: raw
          replace:
            description:
              - Whether to replace all options of the section with exactly these, in this order, as a dialplan
                requires.
              - Comments in the section are kept.
            type: bool
            default: false
          state:
            description: V(absent) removes the section and everything in it.
            type: str
            choices: [present, absent]
            default: present
      state:
        description: V(absent) removes the file.
        type: str
        choices: [present, absent]
        default: present
      mode:
        description: Permission bits in octal, in quotes. Defaults to O(mode).
        type: str
      parse:
        description:
          - Whether the file is in Asterisk's configuration language. Defaults to true for files whose name ends in
            C(.conf), except a few that belong to other programs. Other files, such as C(extensions.lua), are
            written unchanged.
        type: bool
      reload:
        description: The Asterisk modules that read the file, if it is not one of Asterisk's standard files.
        type: list
        elements: str
  owner:
    description: Owner of the files, a user name or ID.
    type: str
    default: root
  group:
    description: Group of the files, a group name or ID.
    type: str
    default: asterisk
  mode:
    description: Permission bits of the files in octal, in quotes.
    type: str
    default: "0640"
  backup:
    description: Whether to back up each file that is changed or removed, in the same folder, with the date and time
      in its name.
    type: bool
    default: false
  ldap_attributes:
    description:
      - The attribute types of the LDAP server. If set, the mapping in C(res_ldap.conf) is checked, and an unknown
        attribute type is a warning. Asterisk itself would silently find no entries.
    type: list
    elements: str
  documentation:
    description:
      - Path of Asterisk's own documentation on the host. If it exists, options that are unknown to the installed
        version of Asterisk are warnings, in the files whose options are documented in full (C(pjsip.conf),
        C(xmpp.conf) and others).
    type: path
    default: /usr/share/asterisk/documentation/core-en_US.xml
  pending_file:
    description:
      - A file that keeps the pending reloads and restart until M(switchboard.pbx.asterisk_reload), with the same
        file, has done them, or Asterisk has restarted. If a run fails in between, or a restart is postponed
        because of calls, the next run completes it.
      - The module reports a change while anything is pending, so that handlers are notified.
    type: path
seealso:
  - module: switchboard.pbx.asterisk_reload
  - name: Asterisk configuration files
    description: The configuration language as described by the Asterisk project.
    link: https://docs.asterisk.org/Fundamentals/Asterisk-Configuration/Asterisk-Configuration-Files/
"""

EXAMPLES = r"""
- name: Write the dialplan and the voicemail boxes
  switchboard.pbx.asterisk_config:
    files:
      - name: extensions.conf
        content: "{{ lookup('ansible.builtin.template', 'extensions.conf.j2') }}"
      - name: voicemail.conf
        content: "{{ lookup('ansible.builtin.template', 'voicemail.conf.j2') }}"
  register: asterisk_files

- name: Apply the changes
  switchboard.pbx.asterisk_reload:
    modules: "{{ asterisk_files.reload }}"
    restart: "{{ asterisk_files.restart }}"

- name: Set a few options and leave the rest of the files unchanged
  switchboard.pbx.asterisk_config:
    backup: true
    files:
      - name: rtp.conf
        sections:
          - name: general
            options:
              rtpstart: 20000
              rtpend: 20999
      - name: pjsip.conf
        sections:
          - name: "101"
            match: {type: auth}
            options:
              type: auth
              password: "{{ vault_101_password }}"
          - name: old-trunk
            state: absent

- name: Write a dialplan context as structured data
  switchboard.pbx.asterisk_config:
    files:
      - name: extensions.conf
        sections:
          - name: LocalSets
            replace: true
            options:
              - {name: exten, object: true, value: "203,1,Answer()"}
              - {name: same, object: true, value: ["n,Festival(Hello World)", "n,Hangup()"]}
"""

RETURN = r"""
files:
  description: Names of the files that changed, or would change in check mode, in the order given.
  returned: success
  type: list
  elements: str
  sample: [pjsip.conf, extensions.conf]
reload:
  description:
    - The Asterisk modules to reload to apply the changes, as named by C(module reload), including those still
      pending in O(pending_file).
  returned: success
  type: list
  elements: str
  sample: [pbx_config.so, res_pjsip.so]
restart:
  description:
    - Whether a change requires a restart of Asterisk, such as a change of C(modules.conf),
      C(sorcery.conf) or a PJSIP transport in use.
  returned: success
  type: bool
  sample: false
backup_files:
  description: The path of the backup of each changed file.
  returned: success
  type: dict
  sample: {pjsip.conf: "/etc/asterisk/pjsip.conf.4711.2026-01-02@03:04:05~"}
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.documented_options import (
    DEFAULT_PATH,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

SECTION = {
    "name": {"type": "str", "required": True},
    "match": {"type": "dict"},
    "template": {"type": "bool"},
    "inherits": {"type": "list", "elements": "str"},
    "options": {"type": "raw"},
    "replace": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
FILE = {
    "name": {"type": "str", "required": True},
    "content": {"type": "str"},
    "sections": {"type": "list", "elements": "dict", "options": SECTION},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "mode": {"type": "str"},
    "parse": {"type": "bool"},
    "reload": {"type": "list", "elements": "str"},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "directory": {"type": "path", "default": "/etc/asterisk"},
            "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
            "owner": {"type": "str", "default": "root"},
            "group": {"type": "str", "default": "asterisk"},
            "mode": {"type": "str", "default": "0640"},
            "backup": {"type": "bool", "default": False},
            "ldap_attributes": {"type": "list", "elements": "str"},
            "documentation": {"type": "path", "default": DEFAULT_PATH},
            "pending_file": {"type": "path"},
        },
        secret_options={"content", "options", "match"},
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
