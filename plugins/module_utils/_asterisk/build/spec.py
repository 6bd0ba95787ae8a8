# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inputs of an Asterisk build, and the release name derived from them.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ..._module import ModuleError

# Increase it when the build steps change so much that the same spec gives another result.
RECIPE = 1
CHECKSUM = re.compile(r"sha256:([0-9a-fA-F]{64})")
VERSION = re.compile(r"[0-9]+([.][0-9]+)+([-~+.][0-9A-Za-z]+)*")
MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# An option, or a variable such as CFLAGS=-O1.
OPTION = re.compile(r"--[a-z]|[A-Z][A-Z0-9_]*=")
# An absolute path that is safe in configure, make and a shell without quoting.
PREFIX = re.compile(r"(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+")


class BuildSpec(t.NamedTuple):
    """The inputs of one build: checksums in hex, names of menuselect members, options of configure."""

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


def validate_options(params: t.Mapping[str, t.Any]) -> None:
    """Raise a ModuleError that names the first invalid option in *params*."""
    if not PREFIX.fullmatch(params["prefix"]):
        raise ModuleError(
            f"'prefix' ({params['prefix']}) must be an absolute path of plain names; write it like /opt/asterisk."
        )
    if params["keep"] < 0 or (params["jobs"] is not None and params["jobs"] < 1):
        raise ModuleError(
            f"'keep' ({params['keep']}) must be at least 0 and 'jobs' ({params['jobs']}) at least 1; correct them."
        )
    if params["release"]:
        return
    if not VERSION.fullmatch(params["version"] or ""):
        raise ModuleError(
            f"'version' ({params['version']}) is not a valid version of Asterisk; write it like 22.10.1."
        )
    if params["checksum"] and not CHECKSUM.fullmatch(params["checksum"]):
        raise ModuleError(
            f"'checksum' ({params['checksum']}) is not a valid checksum; write 'sha256:' and 64 hexadecimal digits."
        )
    if is_url(params["source"]):
        _validate_url(params)
    for option in ("modules", "disable"):
        for name in params[option]:
            if not MEMBER.fullmatch(name):
                raise ModuleError(
                    f"'{option}' contains '{name}', which is not a valid name of a part of Asterisk; correct it."
                )
    both = sorted(set(params["modules"]) & set(params["disable"]))
    if both:
        raise ModuleError(
            f"'modules' and 'disable' both contain {', '.join(both)}; remove it from one of them."
        )
    for option in params["configure"]:
        if re.match(r"--(prefix|libdir|sysconfdir|localstatedir)\b", option) or not OPTION.match(option):
            raise ModuleError(
                f"'configure' contains '{option}', which configure does not accept or 'prefix' sets; remove it."
            )


def _validate_url(params: t.Mapping[str, t.Any]) -> None:
    if re.search(r"//[^/]*@|[?]", params["source"]):
        raise ModuleError(
            "'source' contains credentials or a query, which logs would show; give the path of a downloaded archive."
        )
    if not params["checksum"]:
        raise ModuleError(f"'checksum' is required for the download of {params['source']}; give its sha256.")


def is_url(source: str) -> bool:
    """Return whether a source is downloaded rather than read from a file on the host."""
    return "://" in source


def platform_name(os_release: str, machine: str) -> str:
    """Return a name for the platform, from the text of os-release(5) and the name of the processor."""
    found = dict(re.findall(r"^(ID|VERSION_ID|VERSION_CODENAME)=[\"']?([^\"'\n]*)", os_release, re.MULTILINE))
    release = found.get("VERSION_ID", "").split(".")
    # Ubuntu has two releases a year; minor versions of the others are compatible.
    number = ".".join(release[: 2 if found.get("ID") == "ubuntu" else 1]) or found.get("VERSION_CODENAME", "")
    return "-".join(filter(None, (found.get("ID", "linux"), number, machine)))


def fingerprint(spec: BuildSpec) -> str:
    """Return 12 hex digits that change whenever the result of the build would; the source's location does not count."""
    inputs = {
        **spec._asdict(),
        "source": "",
        "modules": sorted(spec.modules),
        "disable": sorted(spec.disable),
    }
    return hashlib.sha256(json.dumps([RECIPE, inputs], sort_keys=True).encode()).hexdigest()[:12]


def release_name(spec: BuildSpec) -> str:
    """Return the name of the release and of its folder: version and fingerprint."""
    return f"{spec.version}-{fingerprint(spec)}"


def describe(spec: BuildSpec) -> str:
    """Return the spec as lines for a diff."""
    lines = [f"version: {spec.version}", f"source: sha256:{spec.checksum}", f"platform: {spec.platform}"]
    lines += [f"patch: sha256:{patch}" for patch in spec.patches]
    lines += [f"module: {name}" for name in sorted(spec.modules)]
    lines += [f"not built: {name}" for name in sorted(spec.disable)]
    lines += [f"configure: {option}" for option in spec.configure]
    lines += [f"sounds: {spec.sounds or 'from the build'}"]
    return "\n".join(lines) + "\n"
