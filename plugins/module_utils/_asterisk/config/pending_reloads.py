# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pending reloads and restarts, kept in a file from the change to the reload, even across failed runs.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import json
import os
import typing as t

from ..._files import FileWrite, replace_all

# Asterisk creates it each time it starts.
SOCKET = "/var/run/asterisk/asterisk.ctl"


class PendingReloads(t.NamedTuple):
    """The modules to reload, in order, and whether Asterisk has to be restarted."""

    modules: tuple[str, ...] = ()
    restart: bool = False

    def __bool__(self) -> bool:
        return bool(self.modules or self.restart)

    def plus(self, modules: t.Iterable[str], restart: bool) -> PendingReloads:
        """Return these pending reloads with more modules, and possibly a restart, added."""
        return PendingReloads(tuple(dict.fromkeys([*self.modules, *modules])), self.restart or restart)

    def minus(self, modules: t.Container[str], restarted: bool) -> PendingReloads:
        """Return what is still pending after *modules* were reloaded; a restart covers everything."""
        if restarted:
            return PendingReloads()
        return self._replace(modules=tuple(name for name in self.modules if name not in modules))


def from_json(text: str) -> PendingReloads:
    """Return the pending reloads in the text of the file; none if it is invalid."""
    try:
        data = json.loads(text)
        return PendingReloads(tuple(str(name) for name in data["modules"]), bool(data["restart"]))
    except (ValueError, TypeError, KeyError):
        return PendingReloads()


def to_json(pending: PendingReloads) -> bytes:
    """Return the content of the file for *pending*; the reverse of from_json()."""
    return json.dumps({"modules": list(pending.modules), "restart": pending.restart}).encode() + b"\n"


def load_pending(path: str | None, socket: str = SOCKET) -> PendingReloads:
    """Return the pending reloads; none if Asterisk has started since they were written."""
    if not path or not os.path.isfile(path):
        return PendingReloads()
    if os.path.exists(socket) and os.stat(socket).st_mtime > os.stat(path).st_mtime:
        return PendingReloads()
    with open(path, encoding="utf-8", errors="replace") as file:
        return from_json(file.read())


def pending_write(path: str, pending: PendingReloads) -> FileWrite:
    """Return the write that stores *pending*, or removes the file if nothing is pending."""
    return FileWrite(path, to_json(pending), 0o600) if pending else FileWrite(path, None)


def remove_finished(path: str | None, modules: t.Container[str], restarted: bool) -> None:
    """Remove the *modules* that were reloaded from the file, or everything if Asterisk was *restarted*."""
    if path and os.path.isfile(path):
        replace_all([pending_write(path, load_pending(path).minus(modules, restarted))])
