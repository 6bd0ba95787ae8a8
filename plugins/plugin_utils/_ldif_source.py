# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies an LDIF file from the controller to the managed host before the module reads it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase


class LdifAction(ActionBase):  # type: ignore[misc]
    """Runs the module; unless O(remote_src=true), first copies O(src) to the temporary directory of the task."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task and return the module's result."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("src") is None or boolean(arguments.get("remote_src", False), strict=False):
            return dict(self._execute_module(module_args=arguments, task_vars=task_vars))
        try:
            local = self._find_needle("files", str(arguments["src"]))
        except Exception as error:
            raise AnsibleActionFail(
                f"The LDIF file {arguments['src']!r} is not on the controller; "
                "correct src, or set remote_src to true if it is on the managed host."
            ) from error
        self._make_tmp_path()
        shell = self._connection._shell
        try:
            # Only the remote user can read the directory, because LDIF may contain passwords.
            remote = shell.join_path(shell.tmpdir, os.path.basename(local))
            self._transfer_file(local, remote)
            self._fixup_perms2((shell.tmpdir, remote), execute=False)
            arguments["src"] = remote
            return dict(self._execute_module(module_args=arguments, task_vars=task_vars))
        finally:
            self._remove_tmp_path(shell.tmpdir)
