#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.phone_report)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_report
version_added: 0.1.0
short_description: Write a page about what phones heard
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Writes one self-contained HTML page with checks, hosts and warnings, and for each recording its waveform, its
    spectrogram and the sound itself. The page loads nothing from anywhere and runs no script.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: The page is written anew each time.
  idempotent:
    support: none
    details: The page is written anew each time.
options:
  dest:
    description: The file to write, readable by its owner only.
    type: path
    required: true
  title:
    description: The page's title.
    type: str
    default: Telephone system, verified
  date:
    description: When it was verified, in words.
    type: str
    default: ""
  checks:
    description: The checks as M(switchboard.pbx.phone_check) returns them. Their C(recording) must still be there.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What was asked.
        type: str
        required: true
      ok:
        description: Whether the answer is the right one.
        type: bool
        required: true
      result:
        description: The answer.
        type: str
        required: true
      seconds:
        description: The time that it took.
        type: float
        required: true
      recording:
        description: A WAV file, 16 bit, mono.
        type: str
        default: ""
  hosts:
    description: The hosts.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The host's name.
        type: str
        required: true
      system:
        description: Its operating system.
        type: str
        default: ""
      versions:
        description: The version of each program, by its name. Empty ones are left out.
        type: dict
        default: {}
  warnings:
    description: Lines of logs, by host. The caller sees to it that they hold no secret.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The host's name.
        type: str
        required: true
      lines:
        description: The lines.
        type: list
        elements: str
        required: true
seealso:
  - module: switchboard.pbx.phone_check
"""

EXAMPLES = r"""
- name: Write down what was heard
  switchboard.pbx.phone_report:
    dest: build/report.html
    checks: "{{ heard.checks }}"
  delegate_to: localhost
"""

RETURN = r"""
dest:
  description: The page.
  returned: success
  type: str
  sample: build/report.html
bytes:
  description: Its size.
  returned: success
  type: int
  sample: 204800
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.report import write

CHECK = {
    "name": {"type": "str", "required": True},
    "ok": {"type": "bool", "required": True},
    "result": {"type": "str", "required": True},
    "seconds": {"type": "float", "required": True},
    "recording": {"type": "str", "default": ""},
}
HOST = {
    "name": {"type": "str", "required": True},
    "system": {"type": "str", "default": ""},
    "versions": {"type": "dict", "default": {}},
}
WARNING = {
    "host": {"type": "str", "required": True},
    "lines": {"type": "list", "elements": "str", "required": True},
}


def main() -> None:
    """Run the module."""
    module = RedactingModule(
        argument_spec={
            "dest": {"type": "path", "required": True},
            "title": {"type": "str", "default": "Telephone system, verified"},
            "date": {"type": "str", "default": ""},
            "checks": {"type": "list", "elements": "dict", "required": True, "options": CHECK},
            "hosts": {"type": "list", "elements": "dict", "default": [], "options": HOST},
            "warnings": {"type": "list", "elements": "dict", "default": [], "options": WARNING},
        },
        bulk_options={"checks", "warnings"},
        supports_check_mode=True,
    )
    run(module, write)


if __name__ == "__main__":
    main()
