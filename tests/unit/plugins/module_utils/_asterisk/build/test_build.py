# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A build uses only files with the checksums that gave the release its name."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.build import _Build
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.store import Store
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RunCommand

from .sample_spec import SPEC


def test_a_patch_that_changed_after_the_release_was_named_is_not_applied(
    tmp_path: Path, run_command: RunCommand
) -> None:
    patch = tmp_path / "a.patch"
    patch.write_text("original")
    options = {"patches": [str(patch)]}
    spec = SPEC._replace(patches=(hashlib.sha256(b"original").hexdigest(),))
    store = Store(str(tmp_path / "asterisk"), str(tmp_path / "program"))
    (copy,) = _Build(spec, options, store, run_command)._patches()
    assert Path(copy).read_text() == "original"
    patch.write_text("changed")
    shutil.rmtree(store.prefix)
    with pytest.raises(ModuleError, match=re.escape(f"{patch} has the checksum")):
        _Build(spec, options, store, run_command)._patches()
