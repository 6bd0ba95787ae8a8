# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading files, and replacing several of them at once: all or none.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import tempfile
import typing as t

from ._module import ModuleError

PREFIX = ".switchboard-"


class FileState(t.NamedTuple):
    """The content, permission bits, and numeric owner and group of a file."""

    content: bytes
    mode: int
    uid: int
    gid: int


class FileWrite(t.NamedTuple):
    """A file to write, or to remove if *content* is None; an owner or group of -1 is not set."""

    path: str
    content: bytes | None
    mode: int = 0o640
    uid: int = -1
    gid: int = -1


def read_file(path: str) -> FileState | None:
    """Return the state of the file at *path*, or None if it does not exist; raise ModuleError if it is unreadable."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise ModuleError(f"{path} is not a regular file; remove it or choose another path.")
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            return FileState(file.read(), status.st_mode & 0o7777, status.st_uid, status.st_gid)
    except FileNotFoundError:
        return None
    except OSError as error:
        cure = "run the task as a user who may read it"
        raise ModuleError(f"{path} cannot be read ({error.strerror}); {cure}.") from error


def owner_ids(owner: str, group: str, *, must_exist: bool) -> tuple[int, int]:
    """Return the IDs of a user and a group; -1 for one that does not exist, unless *must_exist*."""
    return (
        _id(lambda name: pwd.getpwnam(name).pw_uid, "owner", "user", owner, must_exist),
        _id(lambda name: grp.getgrnam(name).gr_gid, "group", "group", group, must_exist),
    )


def _id(find: t.Callable[[str], int], option: str, kind: str, name: str, must_exist: bool) -> int:
    if name.isdigit():
        return int(name)
    try:
        return find(name)
    except KeyError as error:
        if must_exist:
            cure = f"install the package that creates it, or correct '{option}'"
            raise ModuleError(f"The {kind} '{name}' does not exist on this host; {cure}.") from error
        return -1


def replace_all(writes: t.Sequence[FileWrite], finish: t.Callable[[str], object] = lambda path: None) -> None:
    """Write all files; if one fails, restore all previous ones and raise a ModuleError.

    *finish* is called with the path of each file once it is in place, for metadata other than mode and owner
    (the SELinux context).
    """
    with contextlib.ExitStack() as temporary_files:
        path = ""
        undo: list[tuple[str, str | None]] = []
        try:
            prepared = []
            for write in writes:
                path = os.path.realpath(write.path)
                prepared.append(
                    (path, _prepare(path, write, temporary_files), _back_up(path, temporary_files))
                )
            for path, new, old in prepared:
                undo.append((path, old))
                if new is not None:
                    os.replace(new, path)
                    finish(path)
                elif old is not None:
                    os.unlink(path)
        except BaseException as error:
            for changed, old in reversed(undo):
                if old is not None:
                    os.replace(old, changed)
                elif os.path.exists(changed):
                    os.unlink(changed)
            if isinstance(error, OSError):
                cure = "nothing was changed, fix this and run again"
                raise ModuleError(f"{path} cannot be written ({error.strerror}); {cure}.") from error
            raise


def _prepare(path: str, write: FileWrite, temporary_files: contextlib.ExitStack) -> str | None:
    if write.content is None:
        return None
    folder = os.path.dirname(path)
    _make_folders(folder, write)
    handle, new = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    temporary_files.callback(_remove, new)
    with open(handle, "wb") as file:
        file.write(write.content)
        if (write.uid, write.gid) != (-1, -1):
            os.fchown(handle, write.uid, write.gid)
        os.fchmod(handle, write.mode)
        file.flush()
        os.fsync(handle)
    return new


def _make_folders(folder: str, write: FileWrite) -> None:
    if os.path.isdir(folder):
        return
    _make_folders(os.path.dirname(folder), write)
    # Whoever may read the file may enter its folder.
    os.mkdir(folder, write.mode | (write.mode & 0o444) >> 2)
    os.chown(folder, write.uid, write.gid)


def _back_up(path: str, temporary_files: contextlib.ExitStack) -> str | None:
    if not os.path.lexists(path):
        return None
    handle, old = tempfile.mkstemp(prefix=PREFIX, dir=os.path.dirname(path))
    os.close(handle)
    temporary_files.callback(_remove, old)
    os.unlink(old)
    try:
        os.link(path, old)
    except OSError:
        # Not every file system has hard links.
        shutil.copy2(path, old)
        status = os.stat(path)
        os.chown(old, status.st_uid, status.st_gid)
    return old


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
