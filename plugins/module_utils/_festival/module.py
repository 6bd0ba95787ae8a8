# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What festival_scm does on the host: plans the file, has Festival load it for a try, writes it, listens.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import typing as t

from .._files import Stored, Write, owner_ids, replace_all, stored
from .._module import ModuleError, RedactingModule
from . import server
from .block import updated

LOAD_SECONDS = 60


def configure(module: RedactingModule) -> dict[str, t.Any]:
    """Bring the block of the module's options into its file and return the module's result."""
    params = module.params
    path = params["path"]
    have = stored(path)
    before = have.content.decode("utf-8", "surrogateescape") if have else ""
    present = params["state"] == "present"
    if have is None and present and not params["create"] and not module.check_mode:
        raise ModuleError(
            f"{path} does not exist; install Festival first, correct 'path', or set create=true."
        )
    after = updated(before, params["block"] if present else None, params["marker"], path)
    want = _wanted(have, after, params, must_exist=not module.check_mode) if present or have else None
    changed = want != have
    result: dict[str, t.Any] = {
        "changed": changed,
        "path": path,
        "diff": {"before_header": path, "after_header": path, "before": shown(before), "after": shown(after)},
    }
    if module.check_mode:
        return result
    if want is not None and changed:
        if params["validate"] and after != before:
            try_loading(after, os.path.basename(path))
        if params["backup"] and have:
            result["backup_file"] = module.backup_local(path)
        if not os.path.isdir(os.path.dirname(path) or "."):
            raise ModuleError(
                f"The folder of {path} does not exist; install Festival first, or correct 'path'."
            )
        replace_all([Write(path, *want)], lambda done: module.set_default_selinux_context(done, False))
    if params["query"] and present:
        query = params["query"]
        speech = server.ask(query["host"], query["port"], query["text"], query["timeout"])
        result["speech"] = speech._asdict()
    return result


def shown(text: str) -> str:
    """Return Scheme text for a diff, the server's password masked."""
    return re.sub(r'(server_passwd\s+\(?\s*")(?:[^"\\]|\\.)*"', r'\1********"', text, flags=re.DOTALL)


def _wanted(have: Stored | None, text: str, params: t.Mapping[str, t.Any], *, must_exist: bool) -> Stored:
    """Return the file as it shall be; what is not given stays as it is, or root's for a new file."""
    base = have or Stored(b"", 0o644, 0, 0)
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
                f'The mode {params["mode"]!r} is not an octal number; write it as in "0644".'
            ) from error
    return Stored(
        text.encode("utf-8", "surrogateescape"),
        mode,
        base.uid if uid == -1 else uid,
        base.gid if gid == -1 else gid,
    )


def try_loading(text: str, name: str) -> None:
    """Have the festival program load *text*, where it is installed; a ModuleError with its words if it cannot."""
    program = shutil.which("festival")
    if not program:
        return
    with tempfile.TemporaryDirectory(prefix="switchboard-") as folder:
        candidate = os.path.join(folder, name)
        with open(candidate, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        try:
            done = subprocess.run(
                [program, "--batch", candidate],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Without a home there is no ~/.festivalrc to be mixed in.
                env={**os.environ, "HOME": folder},
                timeout=LOAD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            cure = "take out what waits, or set validate=false"
            raise ModuleError(f"Festival did not load {name} within {LOAD_SECONDS} s; {cure}.") from error
    if done.returncode:
        said = " ".join(done.stdout.decode("utf-8", "replace").replace(candidate, name).split())[:300]
        raise ModuleError(
            f"Festival cannot load {name} with this block ({said}); mend the block. Nothing was changed."
        )
