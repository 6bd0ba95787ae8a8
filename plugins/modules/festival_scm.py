#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.festival_scm)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: festival_scm
version_added: 0.1.0
short_description: Keep a marked block in a Scheme file of Festival
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Puts a block of Scheme between two comment lines into a file, at the place where it takes effect, which is
    before a V((provide 'name\)) at the file's end, else the end itself. The rest of the file stays as it is.
  - Parentheses, strings and quotes of block and file are checked before anything is changed, and Festival
    loads the new file for a try where it is installed.
  - Can ask a running server to speak afterwards and measure what comes back.
  - Festival 2 reads the site file (C(/etc/festival.scm) on Debian, C(/etc/festival/siteinit.scm) on Fedora)
    after its own files. A function set there wins, one set in C(festival.scm) may be overwritten by what
    Festival loads later.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
    details: In check mode neither Festival nor a server is asked.
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
    description: The Scheme text. Needed unless O(state=absent).
    type: str
  marker:
    description: The block's name in its two comment lines. Blocks of other names are left alone.
    type: str
    default: switchboard
  state:
    description: V(absent) removes the block with its comment lines. The file stays, even if nothing is left
      in it.
    type: str
    choices: [present, absent]
    default: present
  create:
    description: Whether to make the file if there is none.
    type: bool
    default: false
  owner:
    description: The file's owner, a name or a number. Left as it is if not given.
    type: str
  group:
    description: The file's group, a name or a number. Left as it is if not given.
    type: str
  mode:
    description: The file's permission bits in octal, in quotes. Left as they are if not given, V(0644) for a
      new file.
    type: str
  backup:
    description: Keep a copy of the file before it is changed, beside it, with date and time in its name.
    type: bool
    default: false
  validate:
    description: Whether Festival, where it is installed, shall load the new file for a try before it is put
      in place.
    type: bool
    default: true
  query:
    description:
      - Ask a running server to speak, as Asterisk does, and fail if it does not.
      - A server reads its files when it starts, so what it says after a change is the former state until
        then.
    type: dict
    suboptions:
      host:
        description: The server's host.
        type: str
        default: 127.0.0.1
      port:
        description: The server's TCP port.
        type: int
        default: 1314
      text:
        description: What to say, one line.
        type: str
        default: Hello World
      timeout:
        description: Seconds until the whole answer must be there.
        type: int
        default: 20
seealso:
  - name: Festival manual
    description: Server and client interface, and the Scheme of Festival.
    link: https://www.cstr.ed.ac.uk/projects/festival/manual/
"""

EXAMPLES = r"""
- name: Speak for Asterisk without clipping
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

- name: Hear whether the server speaks
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
  description: The copy of the file's former state.
  returned: when O(backup) is set and the file changed
  type: str
  sample: /etc/festival.scm.4711.2026-01-02@03:04:05~
speech:
  description: What the server said.
  returned: when O(query) is given and not in check mode
  type: dict
  contains:
    seconds:
      description: Length of the audio in seconds.
      type: float
      sample: 1.024
    peak:
      description: The highest sample, from 0 to 32767. Near the upper end speech is distorted.
      type: int
      sample: 21500
    rate:
      description: Samples a second.
      type: int
      sample: 8000
    format:
      description: How it was sent, V(riff), V(nist) or V(raw).
      type: str
      sample: riff
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._festival.module import configure
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
    run(module, configure)


if __name__ == "__main__":
    main()
