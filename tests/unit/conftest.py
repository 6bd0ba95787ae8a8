# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the unit tests."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from hypothesis import settings

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RunCommand

# A busy machine may take a second for any example, so how long one takes tells nothing.
settings.register_profile("switchboard", deadline=None)
settings.load_profile("switchboard")


@pytest.fixture
def run_command() -> RunCommand:
    """The method of a real module that runs programs."""
    with patch_module_args():
        command: RunCommand = AnsibleModule(argument_spec={}).run_command
    return command
