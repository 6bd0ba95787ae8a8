#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.festival_scm)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: festival_scm
version_added: 0.1.0
short_description: Manage a marked block in a Scheme file of Festival
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Inserts a block of Scheme between two comment lines into a file, at the position where it takes effect. That is
    before a V((provide 'name\)) at the end of the file, else the end of the file. The rest is not changed.
  - Checks parentheses, strings and quotes of the block and the file before any change, and test-loads the new
    file with Festival if it is installed.
  - Can request speech from a running server afterwards and measure the audio.
  - Festival 2 reads the site file (C(/etc/festival.scm) on Debian, C(/etc/festival/siteinit.scm) on Fedora)
    after its own files. A function defined there takes precedence, while one in C(festival.scm) may be redefined
    by files that Festival loads later.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_festival
attributes:
  check_mode:
    support: full
    details: In check mode the file is not test-loaded and no server is queried.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  path:
    description: The Scheme file.
    type: path
    required: true
  block:
    description: The Scheme text. Required unless O(state=absent).
    type: str
  marker:
    description: The name of the block in its two comment lines. Blocks with other names are not changed.
    type: str
    default: switchboard
  state:
    description: V(absent) removes the block with its comment lines. The file remains, even if it is then empty.
    type: str
    choices: [present, absent]
    default: present
  create:
    description: Whether to create the file if it does not exist.
    type: bool
    default: false
  owner:
    description: The owner of the file as a name or a number. Not changed by default.
    type: str
  group:
    description: The group of the file as a name or a number. Not changed by default.
    type: str
  mode:
    description: The permissions of the file as a quoted octal number. Not changed by default, V(0644) for a new file.
    type: str
  backup:
    description: Whether to keep a copy of the file before a change, in the same folder with date and time in its name.
    type: bool
    default: false
  validate:
    description: Whether to test-load the new file with Festival, if it is installed, before the file is replaced.
    type: bool
    default: true
  query:
    description:
      - Request speech from a running server, as Asterisk does, and fail if none is received.
      - A server reads its files when it starts. Until its restart, it answers with the previous configuration.
    type: dict
    suboptions:
      host:
        description: The host of the server.
        type: str
        default: 127.0.0.1
      port:
        description: The TCP port of the server.
        type: int
        default: 1314
      text:
        description: The text to speak, one line.
        type: str
        default: Hello World
      timeout:
        description: Maximum duration of the complete answer in seconds.
        type: int
        default: 20
seealso:
  - name: Festival manual
    description: Server and client interface, and the Scheme of Festival.
    link: https://www.cstr.ed.ac.uk/projects/festival/manual/
"""

EXAMPLES = r"""
- name: Define the speech function for Asterisk without clipping
  switchboard.pbx.festival_scm:
    path: /etc/festival.scm
    marker: asterisk
    block: |
      (define (tts_textasterisk string mode)
        "(tts_textasterisk STRING MODE)
      Speak STRING for Asterisk: 8000 samples a second."
        (let ((utt (utt.synth (eval (list 'Utterance 'Text string)))))
          (utt.wave.resample utt 8000)
          (utt.wave.rescale utt 3)
          (utt.send.wave.client utt)))
  notify: Restart Festival

- name: Check that the server speaks
  switchboard.pbx.festival_scm:
    path: /etc/festival.scm
    marker: asterisk
    state: present
    block: "{{ festival_block }}"
    query: {text: Hello World}
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /etc/festival.scm
backup_file:
  description: The copy of the previous file.
  returned: when O(backup) is set and the file changed
  type: str
  sample: /etc/festival.scm.4711.2026-01-02@03:04:05~
speech:
  description: The speech received from the server.
  returned: when O(query) is given and not in check mode
  type: dict
  contains:
    seconds:
      description: Duration of the audio in seconds.
      type: float
      sample: 1.024
    peak:
      description: The highest sample, from 0 to 32767. Speech is distorted near the upper end.
      type: int
      sample: 21500
    rate:
      description: Samples per second.
      type: int
      sample: 8000
    format:
      description: The format of the audio, V(riff), V(nist) or V(raw).
      type: str
      sample: riff
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._festival.module import run_module
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run

QUERY = {
    "host": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 1314},
    "text": {"type": "str", "default": "Hello World"},
    "timeout": {"type": "int", "default": 20},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "block": {"type": "str"},
            "marker": {"type": "str", "default": "switchboard"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "create": {"type": "bool", "default": False},
            "owner": {"type": "str"},
            "group": {"type": "str"},
            "mode": {"type": "str"},
            "backup": {"type": "bool", "default": False},
            "validate": {"type": "bool", "default": True},
            "query": {"type": "dict", "options": QUERY},
        },
        bulk_options={"block"},
        required_if=[("state", "present", ["block"])],
        supports_check_mode=True,
    )
    run(module, run_module)


if __name__ == "__main__":
    main()
