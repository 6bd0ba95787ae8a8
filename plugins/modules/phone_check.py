#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.phone_check)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_check
version_added: 0.1.0
short_description: Check a telephone system with real phones
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Registers phones, checks that a wrong password is refused, calls extensions and measures the received audio.
  - Optionally sends messages by SIP and XMPP and checks the replies.
  - A call passes if unclipped speech is received. If a phrase is expected and PocketSphinx is installed, the speech
    must be that phrase.
  - A failed check does not fail the module, so that all checks are run. RV(passed) is the overall result.
  - Runs on the host where the phones run, usually the controller.
requirements:
  - The softphone baresip (Debian package C(baresip-core)).
  - PocketSphinx 5 for the Python that runs the module (C(pip install pocketsphinx)) to recognise phrases.
  - SIPp (Debian package C(sip-tester)) for O(messages).
  - slixmpp for the Python that runs the module (C(pip install slixmpp)) for O(chats).
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_phone
attributes:
  check_mode:
    support: partial
    details: In check mode no phone is started and no check is run.
  diff_mode:
    support: N/A
    details: It does not change anything.
  idempotent:
    support: N/A
    details: The checks are run each time.
options:
  server:
    description: The host or address of the SIP server, with a port if it is not 5060.
    type: str
    required: true
  accounts:
    description: The accounts of the phones. The first phone makes the calls, the second one answers.
    type: list
    elements: dict
    required: true
    suboptions:
      user:
        description: The user name.
        type: str
        required: true
      password:
        description: The password of the account.
        type: str
        required: true
      extension:
        description: The extension of the phone. Without it, the second phone is not called.
        type: str
  calls:
    description: Extensions to call that answer with speech.
    type: list
    elements: dict
    default: []
    suboptions:
      extension:
        description: The extension to dial.
        type: str
        required: true
      name:
        description: A name for the result.
        type: str
        default: ""
      phrase:
        description: The expected phrase in English. If empty, any speech passes.
        type: str
        default: ""
  messages:
    description:
      - The user that replies to SIP messages. The first phone writes to it with the correct and with a wrong password,
        and to the second phone. By default, messages are not checked.
    type: dict
    suboptions:
      to:
        description: The user to write to.
        type: str
        required: true
      reply:
        description: The expected reply. If empty, any reply passes.
        type: str
        default: ""
  chats:
    description: XMPP accounts that write to the telephone system and expect the same reply. Requires O(messages).
    type: list
    elements: dict
    default: []
    suboptions:
      jid:
        description: The JID of the account, such as V(russell@example.org).
        type: str
        required: true
      password:
        description: The password of the account.
        type: str
        required: true
      to:
        description: The JID of the telephone system.
        type: str
        required: true
      server:
        description: The host or address of the XMPP server. If empty, the domain of O(chats[].jid).
        type: str
        default: ""
      ca_path:
        description: A CA file to verify the server certificate with. If empty, the CAs of the system.
        type: path
        default: ""
  timeout:
    description: Maximum duration of a call in seconds.
    type: int
    default: 20
  recordings:
    description: The folder for the recordings as WAV files, created if necessary and readable only by its owner.
    type: path
    required: true
seealso:
  - module: switchboard.pbx.phone_report
  - name: baresip
    description: The softphone.
    link: https://github.com/baresip/baresip
"""

EXAMPLES = r"""
- name: Check the telephone system
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

- name: Require that all checks passed
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
  description: Whether PocketSphinx was available to recognise phrases.
  returned: when checks were run
  type: bool
  sample: true
checks:
  description: The results of the checks in order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the check.
      type: str
      sample: rbryant calls 203
    ok:
      description: Whether the check passed.
      type: bool
      sample: true
    result:
      description: The result as text.
      type: str
      sample: heard 'hello world', 0.6 s of sound, peak -3 dBFS
    seconds:
      description: The duration in seconds.
      type: float
      sample: 3.2
    recording:
      description: The WAV file of the received audio, empty if there is none.
      type: str
      sample: build/verify/call-203.wav
    skipped:
      description: Why what was heard was not compared with the expected phrase; empty if it was.
      type: str
      sample: ""
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.checks import run_module

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
    run(module, run_module)


if __name__ == "__main__":
    main()
