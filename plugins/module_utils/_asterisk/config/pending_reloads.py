# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reloads and a restart that are due, kept in a file from the change to the reload, also across failed runs.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import json
import os
import typing as t

from ..._files import FileWrite, replace_all

# Made anew each time Asterisk starts.
SOCKET = "/var/run/asterisk/asterisk.ctl"


class PendingReloads(t.NamedTuple):
    """What is due: modules to reload, in order, and whether Asterisk is to be restarted."""

    modules: tuple[str, ...] = ()
    restart: bool = False

    def __bool__(self) -> bool:
        return bool(self.modules or self.restart)

    def plus(self, modules: t.Iterable[str], restart: bool) -> PendingReloads:
        """Return what is due when these come to it."""
        return PendingReloads(tuple(dict.fromkeys([*self.modules, *modules])), self.restart or restart)

    def minus(self, modules: t.Container[str], restarted: bool) -> PendingReloads:
        """Return what is still due when these modules were reloaded; a restart does everything."""
        if restarted:
            return PendingReloads()
        return self._replace(modules=tuple(name for name in self.modules if name not in modules))


def from_json(text: str) -> PendingReloads:
    """Return what a file says is due; nothing if it says no such thing."""
    try:
        data = json.loads(text)
        return PendingReloads(tuple(str(name) for name in data["modules"]), bool(data["restart"]))
    except (ValueError, TypeError, KeyError):
        return PendingReloads()


def to_json(pending: PendingReloads) -> bytes:
    """Return the content of the file for what is due; the reverse of from_json()."""
    return json.dumps({"modules": list(pending.modules), "restart": pending.restart}).encode() + b"\n"


def load_pending(path: str | None, socket: str = SOCKET) -> PendingReloads:
    """Return what is due; nothing if Asterisk was started since it was written."""
    if not path or not os.path.isfile(path):
        return PendingReloads()
    if os.path.exists(socket) and os.stat(socket).st_mtime > os.stat(path).st_mtime:
        return PendingReloads()
    with open(path, encoding="utf-8", errors="replace") as file:
        return from_json(file.read())


def pending_write(path: str, pending: PendingReloads) -> FileWrite:
    """Return the write that brings the file into the state for *pending*: none where nothing is due."""
    return FileWrite(path, to_json(pending), 0o600) if pending else FileWrite(path, None)


def remove_finished(path: str | None, modules: t.Container[str], restarted: bool) -> None:
    """Take off what was done."""
    if path and os.path.isfile(path):
        replace_all([pending_write(path, load_pending(path).minus(modules, restarted))])
