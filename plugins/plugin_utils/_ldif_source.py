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
    """Runs the module; unless O(remote_src=true), first copies O(src), decrypted, to the directory of the task."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task and return the module's result."""
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        background = bool(self._task.async_val) and not self._connection.has_native_async
        given = arguments.get("src")
        if given is None or boolean(arguments.get("remote_src", False), strict=False):
            return dict(
                self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=background)
            )
        name, readable = self._find(str(given))
        self._make_tmp_path()
        shell = self._connection._shell
        ran = False
        try:
            # Only the remote user can read the directory, because LDIF may contain passwords.
            remote = shell.join_path(shell.tmpdir, name)
            self._transfer_file(readable, remote)
            self._fixup_perms2((shell.tmpdir, remote), execute=False)
            arguments["src"] = remote
            result = dict(
                self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=background)
            )
            ran = True
        finally:
            self._loader.cleanup_tmp_file(readable)
            # A task in the background removes the directory when it ends.
            if not (background and ran):
                self._remove_tmp_path(shell.tmpdir)
        if "msg" in result:
            result["msg"] = str(result["msg"]).replace(remote, str(given))
        return result

    def _find(self, given: str) -> tuple[str, str]:
        """Return the file's name, and the path of its content, decrypted if it is from a vault."""
        try:
            path = self._find_needle("files", given)
        except Exception as error:
            raise AnsibleActionFail(
                f"The LDIF file {given!r} is not on the controller; "
                "correct src, or set remote_src to true if it is on the managed host."
            ) from error
        if os.path.isdir(path):
            raise AnsibleActionFail(f"src {given!r} is a directory on the controller; give an LDIF file.")
        try:
            return os.path.basename(path), self._loader.get_real_file(path, decrypt=True)
        except Exception as error:
            raise AnsibleActionFail(
                f"The LDIF file {given!r} cannot be decrypted or read on the controller; "
                "check the password of the vault and the permissions of the file."
            ) from error
