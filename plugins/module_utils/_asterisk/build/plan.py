# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of a build, in order, and the reason for a failure from its log.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t

from .spec import BuildSpec, release_name

# Owners and permissions recorded in the archive mean nothing on this host.
TAR_OPTIONS = ("--no-same-owner", "--no-same-permissions")
SOUNDS = ("MENUSELECT_CORE_SOUNDS", "MENUSELECT_EXTRA_SOUNDS", "MENUSELECT_MOH")
ERROR = re.compile(r"\berror: |FAILED")
HINT = re.compile(r"\berror\b|^patch:|cannot|not found|No such file|\*\*\*", re.IGNORECASE)
# Lines that follow from an error and do not explain it.
CONSEQUENCE = re.compile(r"Error [0-9]+|Waiting for unfinished jobs|checking |\.\.\. no$", re.IGNORECASE)


class BuildStep(t.NamedTuple):
    """A command of the build; *name* is for log and messages, *variables* are added to its environment."""

    name: str
    command: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


def release_folder(spec: BuildSpec) -> str:
    """Return the folder in which the release will be installed."""
    return f"{spec.prefix}/{release_name(spec)}"


def data_folder(release: str) -> str:
    """Return the data folder of a release: documentation, sounds, web pages."""
    return f"{release}/share/asterisk"


def prepare_steps(spec: BuildSpec, source: str, patches: t.Sequence[str], downloads: str) -> list[BuildStep]:
    """Return the steps up to a usable menuselect; they run in an empty folder."""
    release = release_folder(spec)
    options = ["--with-pjproject-bundled", *([f"--with-download-cache={downloads}"] if downloads else [])]
    return [
        BuildStep("tar", ("tar", "-xf", source, "--strip-components=1", *TAR_OPTIONS)),
        *(
            BuildStep(
                f"patch {os.path.basename(patch)}",
                ("patch", "--batch", "--forward", "-p1", "-i", patch),
            )
            for patch in patches
        ),
        BuildStep(
            "configure",
            (
                "./configure",
                f"--prefix={release}",
                f"--libdir={release}/lib",
                "--sysconfdir=/etc",
                "--localstatedir=/var",
                *options,
                *spec.configure,
            ),
            # The loader does not search the release's own libraries by default.
            (("LDFLAGS", f"-Wl,-rpath,{release}/lib"),),
        ),
        BuildStep(
            "make menuselect", ("make", "menuselect/menuselect", "menuselect-tree", "menuselect.makeopts")
        ),
    ]


def menuselect_step(spec: BuildSpec) -> BuildStep:
    """Return the step that selects the parts to build."""
    return BuildStep("menuselect", ("menuselect/menuselect", *_selection(spec), "menuselect.makeopts"))


def _selection(spec: BuildSpec) -> t.Iterator[str]:
    if spec.sounds:
        for category in SOUNDS:
            yield from ("--disable-category", category)
    # The result may run on an older processor than this one.
    yield from ("--disable", "BUILD_NATIVE")
    for name in sorted(spec.modules):
        yield from ("--enable", name)
    for name in sorted(spec.disable):
        yield from ("--disable", name)


def make_steps(spec: BuildSpec, jobs: int, stage: str) -> list[BuildStep]:
    """Return the steps that compile the release and install it below *stage*, not over a running one."""
    data = f"ASTDATADIR={data_folder(release_folder(spec))}"
    return [
        # A change of compiler options makes menuselect remove this file, and make then cleans the tree; a parallel make
        # would clean it while it compiles.
        BuildStep("make clean", ("make", ".lastclean", data)),
        BuildStep("make", ("make", f"-j{jobs}", data)),
        BuildStep("make install", ("make", "install", data, f"DESTDIR={stage}")),
    ]


def failure_reason(log: str) -> str:
    """Return the line of a failed step's log that best explains the failure, cut to 200 characters."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.search(line)]
    hints = [line for line in lines if HINT.search(line) and not CONSEQUENCE.search(line)]
    return next(iter(errors or hints[-1:] or lines[-1:]), "no output")[:200]
