# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of Asterisk below one folder: which there are, which is in force, and how another comes into force.

    PREFIX/RELEASE          a release, complete, with manifest.json
    PREFIX/current          a link to the one in force
    PREFIX/log/RELEASE.log  how it was built

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import shutil
import subprocess
import typing as t

from ..._module import ModuleError

MANIFEST = "manifest.json"
# The options by which asterisk(8) connects to one that runs.
CONSOLE = re.compile(rb"-[a-zA-Z]*[rRx]")


class Store:
    """The releases below *prefix*; *program* is the link by which the one in force is called."""

    def __init__(self, prefix: str, program: str) -> None:
        self.prefix = prefix
        self.program = program
        self.link = f"{prefix}/current"

    def path(self, release: str) -> str:
        """Return the folder of a release."""
        return f"{self.prefix}/{release}"

    def log(self, release: str) -> str:
        """Return the file in which it stands how a release was built."""
        return f"{self.prefix}/log/{release}.log"

    def releases(self) -> list[str]:
        """Return the releases that are complete, the newest first."""
        found = glob.glob(f"{glob.escape(self.prefix)}/*/{MANIFEST}")
        found = [path for path in found if not os.path.islink(os.path.dirname(path))]
        found.sort(key=lambda path: (os.stat(path).st_mtime, path), reverse=True)
        return [os.path.basename(os.path.dirname(path)) for path in found]

    def active(self) -> str:
        """Return the release that is in force, empty if there is none."""
        return os.path.basename(os.readlink(self.link)) if os.path.islink(self.link) else ""

    def is_linked(self) -> bool:
        """Whether the program is the link that it shall be."""
        return os.path.islink(self.program) and os.readlink(self.program) == self._target()

    def _target(self) -> str:
        return f"{self.link}/sbin/asterisk"

    def check_program(self) -> None:
        """Raise a ModuleError if there is a program in the place of the link, which then belongs to somebody else."""
        if os.path.lexists(self.program) and not os.path.islink(self.program):
            cure = "remove the package that brought it, or give another 'program'"
            raise ModuleError(f"{self.program} is a program already, not a link to a release; {cure}.")

    def activate(self, release: str) -> None:
        """Have the link name this release from one moment to the next."""
        for link, target in ((self.link, release), (self.program, self._target())):
            new = f"{link}.new"
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
            os.symlink(target, new)
            os.replace(new, link)

    def prune(self, keep: int, before: str = "") -> list[str]:
        """Remove the oldest releases until *keep* are left beside the one in force; return those removed.

        The first to be kept is *before*, which was in force until now.
        """
        spared = {self.active(), self.running()}
        others = [release for release in self.releases() if release not in spared]
        extra = sorted(others, key=lambda release: release != before)[keep:]
        for release in extra:
            # First, so that what a killed run leaves of it does not count as a release.
            os.unlink(f"{self.path(release)}/{MANIFEST}")
            shutil.rmtree(self.path(release))
        return extra

    def running(self) -> str:
        """Return the release that serves now, empty if none does."""
        prefix = os.path.realpath(self.prefix)
        for link in glob.iglob("/proc/[0-9]*/exe"):
            with contextlib.suppress(OSError):
                program = os.readlink(link)
                release, _slash, rest = program[len(prefix) + 1 :].partition("/")
                if program.startswith(f"{prefix}/") and rest.startswith("sbin/asterisk"):
                    with open(f"{os.path.dirname(link)}/cmdline", "rb") as file:
                        words = file.read().split(b"\0")
                    # A console that somebody left open is no server.
                    if not any(CONSOLE.match(word) for word in words[1:]):
                        return release
        return ""

    def pack(self, release: str, archive: str) -> None:
        """Write a release into an archive."""
        _tar("-C", self.prefix, "-czf", f"{archive}.new", release)
        os.replace(f"{archive}.new", archive)

    def unpack(self, release: str, archive: str) -> None:
        """Take a release from an archive; ModuleError if that holds another one."""
        place = f"{self.prefix}/.unpacking"
        shutil.rmtree(place, ignore_errors=True)
        os.mkdir(place, 0o700)
        try:
            _tar("-C", place, "-xzf", archive, "--no-same-owner")
            if os.listdir(place) != [release] or self._release_in(f"{place}/{release}") != release:
                cure = "remove the archive, or let it be made by these options on a host of the same system"
                raise ModuleError(f"{archive} does not hold the release {release}; {cure}.")
            os.rename(f"{place}/{release}", self.path(release))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _release_in(self, folder: str) -> str:
        try:
            with open(f"{folder}/{MANIFEST}", encoding="utf-8") as file:
                return str(json.load(file).get("release"))
        except (OSError, ValueError):
            return ""


def _tar(*arguments: str) -> None:
    done = subprocess.run(
        ["tar", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        raise ModuleError(
            f"tar {' '.join(arguments)} failed ({said[0] if said else done.returncode}); mend that and run again."
        )


def write_manifest(folder: str, facts: t.Mapping[str, t.Any]) -> None:
    """Write what a release is into its folder; from then on it is complete."""
    with open(f"{folder}/{MANIFEST}", "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=2, sort_keys=True)
        file.write("\n")
