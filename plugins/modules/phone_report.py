#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.phone_report)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_report
version_added: 0.1.0
short_description: Write a report page about checks by phone
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Writes one self-contained HTML page with checks, hosts and warnings, and with the waveform, spectrogram and audio
    of each recording. The page loads no external resources and contains no scripts.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_phone
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: The page is written on each run.
  idempotent:
    support: none
    details: The page is written on each run.
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
    description: The date and time of the verification as text.
    type: str
    default: ""
  checks:
    description: The checks as returned by M(switchboard.pbx.phone_check). The files in C(recording) must still exist.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the check.
        type: str
        required: true
      ok:
        description: Whether the check passed.
        type: bool
        required: true
      result:
        description: The result as text.
        type: str
        required: true
      seconds:
        description: The duration of the check.
        type: float
        required: true
      recording:
        description: A 16-bit mono WAV file.
        type: str
        default: ""
      skipped:
        description: Why what was heard was not compared with the expected phrase; empty if it was.
        type: str
        default: ""
  hosts:
    description: The hosts to list.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the host.
        type: str
        required: true
      system:
        description: The operating system of the host.
        type: str
        default: ""
      versions:
        description: The version of each program, by its name. Empty versions are left out.
        type: dict
        default: {}
  warnings:
    description: Lines from logs, by host. They must not contain secrets.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The name of the host.
        type: str
        required: true
      lines:
        description: The log lines.
        type: list
        elements: str
        required: true
seealso:
  - module: switchboard.pbx.phone_check
"""

EXAMPLES = r"""
- name: Write a report about the checks
  switchboard.pbx.phone_report:
    dest: build/report.html
    checks: "{{ heard.checks }}"
  delegate_to: localhost
"""

RETURN = r"""
dest:
  description: The path of the page.
  returned: success
  type: str
  sample: build/report.html
bytes:
  description: The size of the page.
  returned: success
  type: int
  sample: 204800
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.report import run_module

CHECK = {
    "name": {"type": "str", "required": True},
    "ok": {"type": "bool", "required": True},
    "result": {"type": "str", "required": True},
    "seconds": {"type": "float", "required": True},
    "recording": {"type": "str", "default": ""},
    "skipped": {"type": "str", "default": ""},
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
    run(module, run_module)


if __name__ == "__main__":
    main()
