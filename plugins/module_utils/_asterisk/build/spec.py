# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build of Asterisk is made of, and the name that follows from it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ..._module import ModuleError

# Raised when the way of building changes so much that the same spec gives another result.
RECIPE = 1
CHECKSUM = re.compile(r"sha256:([0-9a-fA-F]{64})")
VERSION = re.compile(r"[0-9]+([.][0-9]+)+([-~+.][0-9A-Za-z]+)*")
MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# An option, or a variable such as CFLAGS=-O1.
OPTION = re.compile(r"--[a-z]|[A-Z][A-Z0-9_]*=")
# A folder of its own, written so that neither configure nor make nor a shell sees anything in it but a name.
PREFIX = re.compile(r"(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+")


class BuildSpec(t.NamedTuple):
    """What shall be built: checksums in hex, names of menuselect's members, options of configure."""

    version: str
    source: str
    checksum: str
    patches: tuple[str, ...]
    modules: tuple[str, ...]
    disable: tuple[str, ...]
    configure: tuple[str, ...]
    sounds: str
    prefix: str
    platform: str


def validate(params: t.Mapping[str, t.Any]) -> None:
    """Raise a ModuleError that names the first option in *params* which no build could be made of."""
    if not PREFIX.fullmatch(params["prefix"]):
        raise ModuleError(
            f"'prefix' ({params['prefix']}) must be an absolute path of plain names, such as /opt/asterisk."
        )
    if params["keep"] < 0 or (params["jobs"] is not None and params["jobs"] < 1):
        raise ModuleError(f"'keep' ({params['keep']}) must not be negative, 'jobs' ({params['jobs']}) at least 1.")
    if params["release"]:
        return
    if not VERSION.fullmatch(params["version"] or ""):
        raise ModuleError(f"'version' ({params['version']}) is no version of Asterisk; write it like 22.10.1.")
    if params["checksum"] and not CHECKSUM.fullmatch(params["checksum"]):
        raise ModuleError(f"'checksum' ({params['checksum']}) must be 'sha256:' and 64 hexadecimal digits.")
    if is_address(params["source"]):
        _check_address(params)
    for option in ("modules", "disable"):
        for name in params[option]:
            if not MEMBER.fullmatch(name):
                raise ModuleError(f"'{option}' has '{name}', which no part of Asterisk is called; correct it.")
    both = sorted(set(params["modules"]) & set(params["disable"]))
    if both:
        raise ModuleError(f"'modules' and 'disable' both name {', '.join(both)}; take it out of one of them.")
    for option in params["configure"]:
        if re.match(r"--(prefix|libdir|sysconfdir|localstatedir)\b", option) or not OPTION.match(option):
            raise ModuleError(
                f"'configure' has '{option}', which is no option for it, or the business of 'prefix'; take it out."
            )


def _check_address(params: t.Mapping[str, t.Any]) -> None:
    if re.search(r"//[^/]*@|[?]", params["source"]):
        raise ModuleError(
            "'source' holds credentials or a query, which logs would show; fetch the archive first, and give its path."
        )
    if not params["checksum"]:
        raise ModuleError(
            f"'checksum' is missing: what {params['source']} gives must be known to be what you mean."
        )


def is_address(source: str) -> bool:
    """Whether a source is downloaded rather than read from a file of the host."""
    return "://" in source


def platform_name(os_release: str, machine: str) -> str:
    """Return a name for what a build runs on, from the text of os-release(5) and the name of the processor."""
    found = dict(re.findall(r"^(ID|VERSION_ID|VERSION_CODENAME)=[\"']?([^\"'\n]*)", os_release, re.MULTILINE))
    release = found.get("VERSION_ID", "").split(".")
    # Ubuntu has two releases a year, everybody else's minor versions are compatible.
    number = ".".join(release[: 2 if found.get("ID") == "ubuntu" else 1]) or found.get("VERSION_CODENAME", "")
    return "-".join(filter(None, (found.get("ID", "linux"), number, machine)))


def fingerprint(spec: BuildSpec) -> str:
    """Return 12 hex digits that change whenever another build would come of the spec; where it lies says nothing."""
    said = {**spec._asdict(), "source": "", "modules": sorted(spec.modules), "disable": sorted(spec.disable)}
    return hashlib.sha256(json.dumps([RECIPE, said], sort_keys=True).encode()).hexdigest()[:12]


def release_name(spec: BuildSpec) -> str:
    """Return the name of the release, and of its folder: version and fingerprint."""
    return f"{spec.version}-{fingerprint(spec)}"


def described(spec: BuildSpec) -> str:
    """Return the spec as lines for a diff."""
    lines = [f"version: {spec.version}", f"source: sha256:{spec.checksum}", f"platform: {spec.platform}"]
    lines += [f"patch: sha256:{patch}" for patch in spec.patches]
    lines += [f"module: {name}" for name in sorted(spec.modules)]
    lines += [f"not built: {name}" for name in sorted(spec.disable)]
    lines += [f"configure: {option}" for option in spec.configure]
    lines += [f"sounds: {spec.sounds or 'of the build'}"]
    return "\n".join(lines) + "\n"
