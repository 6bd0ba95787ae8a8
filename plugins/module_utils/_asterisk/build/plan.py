# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of a build, in order, and what its log says when one of them fails.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t

from .spec import (BuildSpec, release_name)

# Who owned the files of an archive, and who may write to them, does not count here.
NOBODYS = ("--no-same-owner", "--no-same-permissions")
SOUNDS = ("MENUSELECT_CORE_SOUNDS", "MENUSELECT_EXTRA_SOUNDS", "MENUSELECT_MOH")
ERROR = re.compile(r"\berror: |FAILED")
TELLING = re.compile(r"\berror\b|^patch:|cannot|not found|No such file|\*\*\*", re.IGNORECASE)
# What follows from an error rather than being one.
FOLLOWS = re.compile(r"Error [0-9]+|Waiting for unfinished jobs|checking |\.\.\. no$", re.IGNORECASE)


class BuildStep(t.NamedTuple):
    """A command of the build; *why* names it in a sentence, *variables* are added to its environment."""

    why: str
    command: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


def folder(spec: BuildSpec) -> str:
    """Return the folder in which the release will live."""
    return f"{spec.prefix}/{release_name(spec)}"


def data_folder(release: str) -> str:
    """Return the folder with what a release reads: documentation, sounds, pages."""
    return f"{release}/share/asterisk"


def preparing(spec: BuildSpec, source: str, patches: t.Sequence[str], downloads: str) -> list[BuildStep]:
    """Return the steps up to the moment at which menuselect can be asked; they run in an empty folder."""
    release = folder(spec)
    options = ["--with-pjproject-bundled", *([f"--with-download-cache={downloads}"] if downloads else [])]
    return [
        BuildStep("unpacking the source", ("tar", "-xf", source, "--strip-components=1", *NOBODYS)),
        *(
            BuildStep(
                f"the patch {os.path.basename(patch)}", ("patch", "--batch", "--forward", "-p1", "-i", patch)
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
            # Its own libraries are found where no loader looks.
            (("LDFLAGS", f"-Wl,-rpath,{release}/lib"),),
        ),
        BuildStep("make menuselect", ("make", "menuselect/menuselect", "menuselect-tree", "menuselect.makeopts")),
    ]


def choosing(spec: BuildSpec) -> list[BuildStep]:
    """Return the step that tells menuselect what is wanted."""
    return [BuildStep("menuselect", ("menuselect/menuselect", *_choices(spec), "menuselect.makeopts"))]


def _choices(spec: BuildSpec) -> t.Iterator[str]:
    if spec.sounds:
        for category in SOUNDS:
            yield from ("--disable-category", category)
    # What is built here may run on an older processor.
    yield from ("--disable", "BUILD_NATIVE")
    for name in sorted(spec.modules):
        yield from ("--enable", name)
    for name in sorted(spec.disable):
        yield from ("--disable", name)


def making(spec: BuildSpec, jobs: int, stage: str) -> list[BuildStep]:
    """Return the steps that compile and put the release below *stage*, away from everything that runs."""
    data = f"ASTDATADIR={data_folder(folder(spec))}"
    return [
        BuildStep("make", ("make", f"-j{jobs}", data)),
        BuildStep("make install", ("make", "install", data, f"DESTDIR={stage}")),
    ]


def reason(log: str) -> str:
    """Return the line of a failed step's log that tells most, at most 200 characters of it."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.search(line)]
    telling = [line for line in lines if TELLING.search(line) and not FOLLOWS.search(line)]
    return next(iter(errors or telling[-1:] or lines[-1:]), "it wrote nothing")[:200]
