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
  - Sends messages by SIP and XMPP and reads what comes back, if asked to.
  - A call is right if speech is heard that is not clipped and, where a phrase is expected and PocketSphinx is
    installed, if it is that phrase and no other.
  - A check that fails does not fail the module, so that all are made; RV(passed) tells.
  - Runs where the phones shall be, usually on the controller.
requirements:
  - The softphone baresip (Debian package C(baresip-core)).
  - PocketSphinx 5 for the Python that runs the module (C(pip install pocketsphinx)), if phrases shall be told.
  - SIPp (Debian package C(sip-tester)) for O(messages).
  - slixmpp for the Python that runs the module (C(pip install slixmpp)) for O(chats).
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
  messages:
    description:
      - The name that answers messages by SIP. The first phone writes to it, with its own password and with a wrong one,
        and to the second phone. Messages are not checked without it.
    type: dict
    suboptions:
      to:
        description: The name to write to.
        type: str
        required: true
      reply:
        description: What it answers. Any answer will do if empty.
        type: str
        default: ""
  chats:
    description: Accounts at XMPP servers that write to the telephone system and get the same answer. Needs O(messages).
    type: list
    elements: dict
    default: []
    suboptions:
      jid:
        description: The account, such as V(russell@example.org).
        type: str
        required: true
      password:
        description: Its password.
        type: str
        required: true
      to:
        description: The telephone system's own account.
        type: str
        required: true
      server:
        description: The host or address of the server. The domain of O(chats[].jid) if empty.
        type: str
        default: ""
      ca_path:
        description: The file of the authority to check the server's certificate with. The system's own if empty.
        type: path
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

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run
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
MESSAGES = {
    "to": {"type": "str", "required": True},
    "reply": {"type": "str", "default": ""},
}
CHAT = {
    "jid": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "to": {"type": "str", "required": True},
    "server": {"type": "str", "default": ""},
    "ca_path": {"type": "path", "default": ""},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "server": {"type": "str", "required": True},
            "accounts": {"type": "list", "elements": "dict", "required": True, "options": ACCOUNT},
            "calls": {"type": "list", "elements": "dict", "default": [], "options": CALL},
            "messages": {"type": "dict", "options": MESSAGES},
            "chats": {"type": "list", "elements": "dict", "default": [], "options": CHAT},
            "timeout": {"type": "int", "default": 20},
            "recordings": {"type": "path", "required": True},
        },
        secret_options={"password"},
        supports_check_mode=True,
    )
    run(module, check)


if __name__ == "__main__":
    main()
