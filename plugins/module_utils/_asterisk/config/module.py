# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(asterisk_config) on the host: reads the directory, plans the changes and applies them.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import typing as t

from ..._files import FileState, FileWrite, owner_ids, read_file, replace_all
from ..._module import ModuleError, RedactingModule
from ..language.parser import decode_config
from . import documented_options, pending_reloads
from .file_plan import DesiredFile, FilePlan, plan

# No configuration file comes near this size; larger files are recordings or dumps.
MAX_FILE_BYTES = 4 * 1024 * 1024


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Write the files as the options describe and return the module's result."""
    params = module.params
    directory = os.path.normpath(params["directory"])
    desired = [_desired_file(file, params["mode"]) for file in params["files"]]
    exists = os.path.isdir(directory)
    if not exists and not module.check_mode and any(file.state == "present" for file in desired):
        cure = "install Asterisk first, or correct 'directory'"
        raise ModuleError(f"The directory {directory} does not exist; {cure}.")
    uid, gid = owner_ids(params["owner"], params["group"], must_exist=not module.check_mode)
    steps = plan(
        desired,
        _files_of(directory),
        directory,
        uid=uid,
        gid=gid,
        complete=exists,
        ldap_attributes=params["ldap_attributes"],
        known=_known(params["documentation"]),
    )
    for warning in steps.warnings:
        module.warn(warning)
    backups: dict[str, str] = {}
    pending = pending_reloads.load_pending(params["pending_file"]).plus(steps.reload, steps.restart)
    if steps.changes and not module.check_mode:
        if params["backup"]:
            for change in steps.changes:
                if change.before:
                    backups[change.name] = module.backup_local(os.path.join(directory, change.name))
        writes = [_write(directory, change.name, change.after) for change in steps.changes]
        if params["pending_file"]:
            # Written first, so that a killed run leaves too many pending reloads rather than too few.
            writes.insert(0, pending_reloads.pending_write(params["pending_file"], pending))
        replace_all(
            writes,
            lambda path: module.set_default_selinux_context(path, False),
        )
    return _result(steps, pending, backups)


def _desired_file(file: t.Mapping[str, t.Any], mode: str) -> DesiredFile:
    sections = file["sections"]
    reload = file["reload"]
    return DesiredFile(
        name=file["name"],
        content=file["content"],
        sections=None if sections is None else tuple(sections),
        state=file["state"],
        mode=_mode(file["mode"] or mode, file["name"]),
        parse=file["parse"],
        reload=None if reload is None else tuple(reload),
    )


def _mode(text: str, name: str) -> int:
    try:
        mode = int(text, 8)
    except ValueError:
        mode = -1
    if not 0 <= mode <= 0o777:
        raise ModuleError(
            f'The mode {text!r} of {name} is not an octal number up to 0777; write it as a string such as "0640".'
        )
    return mode


def _files_of(directory: str) -> dict[str, FileState]:
    files = {}
    for folder, _folders, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.path.getsize(path) <= MAX_FILE_BYTES:
                content = read_file(path)
                if content is not None:
                    files[os.path.relpath(path, directory)] = content
    return files


def _known(path: str) -> documented_options.DocumentedOptions:
    """Return the options that Asterisk's documentation on the host lists; empty if it is not installed."""
    content = read_file(path) if os.path.isfile(path) else None
    return documented_options.read_documentation(decode_config(content.content)) if content else {}


def _write(directory: str, name: str, after: FileState | None) -> FileWrite:
    path = os.path.join(directory, name)
    return FileWrite(path, None) if after is None else FileWrite(path, *after)


def _result(
    steps: FilePlan, pending: pending_reloads.PendingReloads, backups: t.Mapping[str, str]
) -> dict[str, t.Any]:
    return {
        "changed": bool(steps.changes or pending),
        "files": [change.name for change in steps.changes],
        "reload": list(pending.modules),
        "restart": pending.restart,
        "backup_files": backups,
        "diff": steps.diff,
    }
