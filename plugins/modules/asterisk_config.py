#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_config)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_config
version_added: 0.1.0
short_description: Write Asterisk's configuration files, all of a node in one call
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Brings files below Asterisk's configuration directory into the state asked for, each as a whole text or as
    sections that are merged into what is there, every other byte left alone.
  - Everything is read by the rules of Asterisk's own parser before anything is written. What Asterisk would
    refuse, drop or misread is an error that names file and line. Then all files are replaced, or none.
  - Warns of what Asterisk would load and then not do, such as a C(Goto) into nowhere or a context that
    nothing defines.
  - Says which modules of Asterisk to reload for it; hand that to M(switchboard.pbx.asterisk_reload).
  - Secrets (options such as C(secret), C(password), C(md5_cred), C(pass), credentials in addresses, the PINs
    of C(voicemail.conf)) are masked in the diff; one that is new or other than before is marked as changed.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  directory:
    description: Asterisk's configuration directory. In check mode it need not exist yet.
    type: path
    default: /etc/asterisk
  files:
    description: The files, each once. Files that are not named stay as they are.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Path below O(directory), such as V(pjsip.conf) or V(pjsip.d/phones.conf). Folders are
          made as needed.
        type: str
        required: true
      content:
        description: The whole text of the file. Exactly one of this and O(files[].sections) is needed.
        type: str
      sections:
        description: Sections to bring into the file, in this order. The file is made if there is none.
        type: list
        elements: dict
        suboptions:
          name:
            description: The section's name, without brackets.
            type: str
            required: true
          match:
            description:
              - Options with values by which the section is told from others of its name, such as C(type) with
                V(auth).
              - Without it the first section of that name is meant. They are not added by themselves to a new
                section.
            type: dict
          template:
            description: Whether the section is a template, V([name](!\)). Left as it is if not given.
            type: bool
          inherits:
            description: The templates and sections to inherit from, in order. Left as they are if not given.
            type: list
            elements: str
          options:
            description:
              - The section's options, either a dictionary of names and values, or a list of dictionaries with
                C(name), C(value), C(object) (write C(=>) instead of C(=), default false) and C(state)
                (V(present) or V(absent)).
              - A value may be a list, for options that repeat; an option has exactly these values afterwards.
                V(null) removes the option. Booleans are written as C(yes) and C(no).
              - Options that are not named stay, unless O(files[].sections[].replace) is set.
            type: raw
          replace:
            description:
              - Replace all options of the section, so that it holds just these, in this order. What a
                dialplan needs.
              - Comments in the section stay.
            type: bool
            default: false
          state:
            description: V(absent) removes the section with all that is in it.
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
          - Whether the file is in Asterisk's configuration language. Files whose name ends in C(.conf) are
            taken to be, but for the few that other programs read; others, such as C(extensions.lua), are
            written as they are.
        type: bool
      reload:
        description: The modules that read the file, where the collection's own knowledge does not fit.
        type: list
        elements: str
  owner:
    description: Owner of the files, a name or a number.
    type: str
    default: root
  group:
    description: Group of the files, a name or a number.
    type: str
    default: asterisk
  mode:
    description: Permission bits of the files in octal, in quotes.
    type: str
    default: "0640"
  backup:
    description: Keep a copy of each file that is changed or removed, beside it, with date and time in its
      name.
    type: bool
    default: false
  ldap_attributes:
    description:
      - Names of the attribute types that the directory knows. With them the mapping in C(res_ldap.conf) is
        checked, and an attribute that does not exist is a warning. Asterisk itself would just find nothing.
    type: list
    elements: str
  documentation:
    description:
      - Asterisk's own documentation on the host. Where it is there, an option that this version of Asterisk
        does not know is a warning, in the files whose options are documented in full (C(pjsip.conf),
        C(xmpp.conf) and others).
    type: path
    default: /usr/share/asterisk/documentation/core-en_US.xml
  pending_file:
    description:
      - A file in which the reloads and the restart that are due are kept until
        M(switchboard.pbx.asterisk_reload), given the same file, has done them or Asterisk was started anew.
        So a run that fails in between, or a restart that is put off because of calls, is made good by the
        next run.
      - While something is due the module reports a change, so that handlers are notified.
    type: path
seealso:
  - module: switchboard.pbx.asterisk_reload
  - name: Asterisk configuration files
    description: The language as the Asterisk project describes it.
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

- name: Bring it into force
  switchboard.pbx.asterisk_reload:
    modules: "{{ asterisk_files.reload }}"
    restart: "{{ asterisk_files.restart }}"

- name: Set a few options and leave the rest of the files alone
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

- name: A dialplan context in typed form
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
  description: Names of the files that changed, or would in check mode, in the order given.
  returned: success
  type: list
  elements: str
  sample: [pjsip.conf, extensions.conf]
reload:
  description:
    - The modules of Asterisk to reload so that the changes take effect, as C(module reload) names them, with
      those that are still due by O(pending_file).
  returned: success
  type: list
  elements: str
  sample: [pbx_config.so, res_pjsip.so]
restart:
  description:
    - Whether something changed that only a restart of Asterisk applies, such as C(modules.conf),
      C(sorcery.conf) or a PJSIP transport in use.
  returned: success
  type: bool
  sample: false
backup_files:
  description: For each changed file, the path of the copy of its former state.
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
