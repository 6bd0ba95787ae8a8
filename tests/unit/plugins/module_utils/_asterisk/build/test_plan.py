# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release is configured for its own folder and staged elsewhere, and a failure has one reason."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.plan import (
    failure_reason,
    make_steps,
    menuselect_step,
    prepare_steps,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.spec import (
    BuildSpec,
    release_name,
)

from .sample_spec import SPEC


def test_the_release_is_configured_for_its_own_folder_and_staged_elsewhere() -> None:
    steps = [
        *prepare_steps(SPEC, "/srv/x.tar.gz", ["/srv/a.patch"], "/srv/downloads"),
        *make_steps(SPEC, 4, "/stage"),
    ]
    folder = f"/opt/asterisk/{release_name(SPEC)}"
    commands = [" ".join(step.command) for step in steps]
    assert any(f"--prefix={folder} " in command and "--with-gsm" in command for command in commands)
    assert any("--with-download-cache=/srv/downloads" in command for command in commands)
    assert any(command.startswith("patch ") and command.endswith("/srv/a.patch") for command in commands)
    assert commands[-3] == f"make .lastclean ASTDATADIR={folder}/share/asterisk"
    assert commands[-2] == f"make -j4 ASTDATADIR={folder}/share/asterisk"
    assert commands[-1].endswith("DESTDIR=/stage")


def test_no_sounds_are_downloaded_when_those_of_the_host_are_used() -> None:
    def selection(spec: BuildSpec) -> str:
        return " ".join(menuselect_step(spec).command)

    assert "--disable-category MENUSELECT_CORE_SOUNDS" in selection(SPEC)
    assert "SOUNDS" not in selection(SPEC._replace(sounds=""))


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("checking for x... no\nconfigure: error: *** uuid support not found\n", "uuid support not found"),
        ("say.c:1:1: error: expected ';'\nmake[1]: *** [say.o] Error 1\n", "say.c:1:1: error"),
        ("patching file a\nHunk #1 FAILED at 3.\n1 out of 1 hunk FAILED\n", "Hunk #1 FAILED"),
        ("make: *** No rule to make target 'x'.  Stop.\n", "No rule to make target"),
        ("something ended\n", "something ended"),
        ("", "no output"),
    ],
)
def test_the_line_that_explains_the_failure_is_found(log: str, expected: str) -> None:
    assert expected in failure_reason(log)
