# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings an LDIF file of the controller to the target before the module of the same name reads it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase


class LdifAction(ActionBase):  # type: ignore[misc]
    """Runs the task's module; unless O(remote_src=true), O(src) is first copied into the task's own directory."""

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
                "correct src, or set remote_src to true if it is on the target host."
            ) from error
        self._make_tmp_path()
        shell = self._connection._shell
        try:
            # The directory is the connection's user's alone, for LDIF holds passwords.
            remote = shell.join_path(shell.tmpdir, os.path.basename(local))
            self._transfer_file(local, remote)
            self._fixup_perms2((shell.tmpdir, remote), execute=False)
            arguments["src"] = remote
            return dict(self._execute_module(module_args=arguments, task_vars=task_vars))
        finally:
            self._remove_tmp_path(shell.tmpdir)
