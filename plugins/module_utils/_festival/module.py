# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module festival_scm: plans the file, test-loads it with Festival, writes it and queries the server.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import typing as t

from .._files import FileState, FileWrite, owner_ids, read_file, replace_all
from .._module import ModuleError, RedactingModule, RunCommand
from . import server
from .block import update_block

LOAD_SECONDS = 60
# The exit code of timeout(1) if it ended the program.
TIMED_OUT = 124


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Write the block to its file as the options describe and return the module's result."""
    params = module.params
    path = params["path"]
    current = read_file(path)
    before = current.content.decode("utf-8", "surrogateescape") if current else ""
    present = params["state"] == "present"
    if current is None and present and not params["create"] and not module.check_mode:
        raise ModuleError(
            f"{path} does not exist; install Festival first, correct 'path', or set create=true."
        )
    after = update_block(before, params["block"] if present else None, params["marker"], path)
    desired = current
    if present or current:
        desired = _desired_file(current, after, params, must_exist=not module.check_mode)
    changed = desired != current
    result: dict[str, t.Any] = {
        "changed": changed,
        "path": path,
        "diff": {
            "before_header": path,
            "after_header": path,
            "before": redact_password(before),
            "after": redact_password(after),
        },
    }
    if module.check_mode:
        return result
    if desired is not None and changed:
        if params["validate"] and after != before:
            load_with_festival(module.run_command, after, os.path.basename(path))
        if params["backup"] and current:
            result["backup_file"] = module.backup_local(path)
        if not os.path.isdir(os.path.dirname(path) or "."):
            raise ModuleError(
                f"The folder of {path} does not exist; install Festival first, or correct 'path'."
            )
        replace_all([FileWrite(path, *desired)], lambda done: module.set_default_selinux_context(done, False))
    if params["query"] and present:
        query = params["query"]
        speech = server.request_speech(query["host"], query["port"], query["text"], query["timeout"])
        result["speech"] = speech._asdict()
    return result


def redact_password(text: str) -> str:
    """Return Scheme text with the password of the server redacted."""
    return re.sub(r'(server_passwd\s+\(?\s*")(?:[^"\\]|\\.)*"', r'\1********"', text, flags=re.DOTALL)


def _desired_file(
    current: FileState | None, text: str, params: t.Mapping[str, t.Any], *, must_exist: bool
) -> FileState:
    """Return the desired file; options that are not set keep the current value, or 0644 and root for a new file."""
    base = current or FileState(b"", 0o644, 0, 0)
    uid = gid = -1
    if params["owner"]:
        uid = owner_ids(params["owner"], "0", must_exist=must_exist)[0]
    if params["group"]:
        gid = owner_ids("0", params["group"], must_exist=must_exist)[1]
    mode = base.mode
    if params["mode"] is not None:
        try:
            mode = int(params["mode"], 8)
        except ValueError as error:
            raise ModuleError(
                f'The mode {params["mode"]!r} is not an octal number; write it like "0644".'
            ) from error
    return FileState(
        text.encode("utf-8", "surrogateescape"),
        mode,
        base.uid if uid == -1 else uid,
        base.gid if gid == -1 else gid,
    )


def load_with_festival(run_command: RunCommand, text: str, name: str) -> None:
    """Load *text* with Festival if it is installed; ModuleError with its output if that fails."""
    program = shutil.which("festival")
    if not program:
        return
    with tempfile.TemporaryDirectory(prefix="switchboard-") as folder:
        candidate = os.path.join(folder, name)
        with open(candidate, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        code, output, errors = run_command(
            ["timeout", str(LOAD_SECONDS), program, "--batch", candidate],
            # An empty home, so that no ~/.festivalrc is loaded.
            environ_update={"HOME": folder},
            errors="surrogate_then_replace",
        )
    if code == TIMED_OUT:
        cure = "remove what waits for input, or set validate=false"
        raise ModuleError(f"Festival did not load {name} within {LOAD_SECONDS} s; {cure}.")
    if code:
        output = " ".join((output + errors).replace(candidate, name).split())[:300]
        raise ModuleError(
            f"Festival cannot load {name} with this block ({output}); nothing was changed, correct the block."
        )
