#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.phone_check)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_check
version_added: 0.1.0
short_description: Ask a telephone system by real phones whether it works
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Registers phones, refuses to believe that a wrong password works, calls extensions and listens to what they say.
  - A call is right if speech is heard that is not clipped and, where a phrase is expected and PocketSphinx is
    installed, if it is that phrase and no other.
  - A check that fails does not fail the module, so that all are made; RV(passed) tells.
  - Runs where the phones shall be, usually on the controller.
requirements:
  - The softphone baresip (Debian package C(baresip-core)).
  - PocketSphinx 5 for the Python that runs the module (C(pip install pocketsphinx)), if phrases shall be told.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: partial
    details: In check mode no phone is started and no check is made.
  diff_mode:
    support: N/A
    details: It does not change anything.
  idempotent:
    support: N/A
    details: It asks anew each time.
options:
  server:
    description: The host or address that speaks SIP, with a port where it is not 5060.
    type: str
    required: true
  accounts:
    description: The phones. The first one makes the calls, the second one answers it.
    type: list
    elements: dict
    required: true
    suboptions:
      user:
        description: The name to register with.
        type: str
        required: true
      password:
        description: Its password.
        type: str
        required: true
      extension:
        description: The number under which the phone is called. Without it, the second phone is not called.
        type: str
  calls:
    description: Extensions that speak.
    type: list
    elements: dict
    default: []
    suboptions:
      extension:
        description: The number to dial.
        type: str
        required: true
      name:
        description: What to call it in the result.
        type: str
        default: ""
      phrase:
        description: What it says, in English. Any speech will do if empty.
        type: str
        default: ""
  timeout:
    description: Seconds after which a call is ended that the other side does not end.
    type: int
    default: 20
  recordings:
    description: The directory for WAV files of what was heard, made if missing, readable by its owner only.
    type: path
    required: true
seealso:
  - module: switchboard.pbx.phone_report
  - name: baresip
    description: The softphone.
    link: https://github.com/baresip/baresip
"""

EXAMPLES = r"""
- name: Hear what callers hear
  switchboard.pbx.phone_check:
    server: pbx.example.org
    accounts:
      - user: rbryant
        password: "{{ vault_rbryant_password }}"
    calls:
      - extension: "203"
        phrase: Hello World
    recordings: "{{ playbook_dir }}/build/verify"
  delegate_to: localhost
  register: heard

- name: Require that all is well
  ansible.builtin.assert:
    that: heard.passed
"""

RETURN = r"""
passed:
  description: Whether all checks passed.
  returned: success
  type: bool
  sample: true
recognised:
  description: Whether PocketSphinx was there to tell phrases.
  returned: when checks were made
  type: bool
  sample: true
checks:
  description: The checks, in the order in which they were made.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: What was asked.
      type: str
      sample: rbryant calls 203
    ok:
      description: Whether the answer is the right one.
      type: bool
      sample: true
    result:
      description: The answer.
      type: str
      sample: heard 'hello world', 0.6 s of sound, peak -3 dBFS
    seconds:
      description: The time that it took.
      type: float
      sample: 3.2
    recording:
      description: The WAV file of what was heard, empty if nothing was recorded.
      type: str
      sample: build/verify/call-203.wav
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._module import QuietModule, run
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.checks import check

ACCOUNT = {
    "user": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "extension": {"type": "str"},
}
CALL = {
    "extension": {"type": "str", "required": True},
    "name": {"type": "str", "default": ""},
    "phrase": {"type": "str", "default": ""},
}


def main() -> None:
    """Run the module."""
    module = QuietModule(
        argument_spec={
            "server": {"type": "str", "required": True},
            "accounts": {"type": "list", "elements": "dict", "required": True, "options": ACCOUNT},
            "calls": {"type": "list", "elements": "dict", "default": [], "options": CALL},
            "timeout": {"type": "int", "default": 20},
            "recordings": {"type": "path", "required": True},
        },
        secret_options={"password"},
        supports_check_mode=True,
    )
    run(module, check)


if __name__ == "__main__":
    main()
