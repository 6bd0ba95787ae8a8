# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of Asterisk below one folder: list, activate, prune, archive.

    PREFIX/RELEASE          a release, complete, with manifest.json
    PREFIX/current          a link to the active release
    PREFIX/log/RELEASE.log  the log of its build

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import shutil
import typing as t

from ..._module import ModuleError, RunCommand

MANIFEST = "manifest.json"
# The options with which asterisk(8) connects to a running server instead of being one.
CONSOLE = re.compile(rb"-[a-zA-Z]*[rRx]")


class Store:
    """The releases below *prefix*; *program* is the link through which the active one is started."""

    def __init__(self, prefix: str, program: str) -> None:
        self.prefix = prefix
        self.program = program
        self.link = f"{prefix}/current"

    def path(self, release: str) -> str:
        """Return the folder of a release."""
        return f"{self.prefix}/{release}"

    def log(self, release: str) -> str:
        """Return the log file of a release's build."""
        return f"{self.prefix}/log/{release}.log"

    def releases(self) -> list[str]:
        """Return the complete releases, newest first."""
        found = glob.glob(f"{glob.escape(self.prefix)}/*/{MANIFEST}")
        found = [path for path in found if not os.path.islink(os.path.dirname(path))]
        found.sort(key=lambda path: (os.stat(path).st_mtime, path), reverse=True)
        return [os.path.basename(os.path.dirname(path)) for path in found]

    def active_release(self) -> str:
        """Return the active release, empty if there is none."""
        return os.path.basename(os.readlink(self.link)) if os.path.islink(self.link) else ""

    def is_linked(self) -> bool:
        """Return whether the program is a link to the active release."""
        return os.path.islink(self.program) and os.readlink(self.program) == self._link_target()

    def _link_target(self) -> str:
        return f"{self.link}/sbin/asterisk"

    def check_program(self) -> None:
        """Raise a ModuleError if a file that is not a link is in the way of the link."""
        if os.path.lexists(self.program) and not os.path.islink(self.program):
            cure = "remove the package that installed it, or give another 'program'"
            raise ModuleError(f"{self.program} exists and is not a link to a release; {cure}.")

    def activate(self, release: str) -> None:
        """Switch the link to this release atomically."""
        for link, target in ((self.link, release), (self.program, self._link_target())):
            new = f"{link}.new"
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
            os.symlink(target, new)
            os.replace(new, link)

    def prune(self, keep: int, before: str = "") -> list[str]:
        """Remove the oldest releases, keep *keep* beside the active and the running one; return those removed.

        The first to keep is *before*, which was active until now.
        """
        in_use = {self.active_release(), self.running_release()}
        others = [release for release in self.releases() if release not in in_use]
        extra = sorted(others, key=lambda release: release != before)[keep:]
        for release in extra:
            # Removed first, so that an interrupted removal does not leave an incomplete release.
            os.unlink(f"{self.path(release)}/{MANIFEST}")
            shutil.rmtree(self.path(release))
        return extra

    def running_release(self) -> str:
        """Return the release of the running server, empty if there is none."""
        prefix = os.path.realpath(self.prefix)
        for link in glob.iglob("/proc/[0-9]*/exe"):
            with contextlib.suppress(OSError):
                program = os.readlink(link)
                release, _slash, rest = program[len(prefix) + 1 :].partition("/")
                if program.startswith(f"{prefix}/") and rest.startswith("sbin/asterisk"):
                    with open(f"{os.path.dirname(link)}/cmdline", "rb") as file:
                        arguments = file.read().split(b"\0")[1:]
                    # An open console runs the same program and is not a server.
                    if not any(map(CONSOLE.match, arguments)):
                        return release
        return ""

    def pack(self, run_command: RunCommand, release: str, archive: str) -> None:
        """Write a release to an archive."""
        _tar(run_command, "-C", self.prefix, "-czf", f"{archive}.new", release)
        os.replace(f"{archive}.new", archive)

    def unpack(self, run_command: RunCommand, release: str, archive: str) -> None:
        """Unpack a release from an archive; ModuleError if it contains another one."""
        folder = f"{self.prefix}/.unpacking"
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder, 0o700)
        try:
            _tar(run_command, "-C", folder, "-xzf", archive, "--no-same-owner")
            if os.listdir(folder) != [release] or _manifest_release(f"{folder}/{release}") != release:
                cure = "remove the archive, or create it with these options on a host with the same system"
                raise ModuleError(f"{archive} does not contain the release {release}; {cure}.")
            os.rename(f"{folder}/{release}", self.path(release))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _manifest_release(folder: str) -> str:
    try:
        with open(f"{folder}/{MANIFEST}", encoding="utf-8") as file:
            return str(json.load(file).get("release"))
    except (OSError, ValueError):
        return ""


def _tar(run_command: RunCommand, *arguments: str) -> None:
    code, output, errors = run_command(["tar", *arguments], errors="surrogate_then_replace")
    if code != 0:
        reason = (errors + output).strip().splitlines() or [str(code)]
        raise ModuleError(f"tar {' '.join(arguments)} failed ({reason[0]}); fix it and run again.")


def write_manifest(folder: str, facts: t.Mapping[str, t.Any]) -> None:
    """Write the manifest into a release's folder, which marks the release as complete."""
    with open(f"{folder}/{MANIFEST}", "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=2, sort_keys=True)
        file.write("\n")
