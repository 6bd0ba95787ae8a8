# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts that menuselect would build, and why it would leave out a required one.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t
from xml.etree import ElementTree

# The packages of the libraries that menuselect names, for the Debian and the Red Hat family.
LIBRARIES = {
    "curl": ("libcurl4-openssl-dev", "libcurl-devel"),
    "gsm": ("libgsm1-dev", "gsm-devel"),
    "iksemel": ("libiksemel-dev", "iksemel-devel (not in the distribution)"),
    "jansson": ("libjansson-dev", "jansson-devel"),
    "ldap": ("libldap-dev", "openldap-devel"),
    "libedit": ("libedit-dev", "libedit-devel"),
    "libxml2": ("libxml2-dev", "libxml2-devel"),
    "libxslt": ("libxslt1-dev", "libxslt-devel"),
    "openssl": ("libssl-dev", "openssl-devel"),
    "pjproject": (
        "no package, give the bundled one in 'downloads'",
        "no package, give the bundled one in 'downloads'",
    ),
    "speex": ("libspeex-dev", "speex-devel"),
    "speexdsp": ("libspeexdsp-dev", "speexdsp-devel"),
    "sqlite3": ("libsqlite3-dev", "sqlite-devel"),
    "srtp": ("libsrtp2-dev", "libsrtp-devel"),
    "unbound": ("libunbound-dev", "unbound-devel"),
    "unixodbc": ("unixodbc-dev", "unixODBC-devel"),
    "uriparser": ("liburiparser-dev", "uriparser-devel"),
}


class Member(t.NamedTuple):
    """A part known to menuselect: its category (MENUSELECT_RES) and its dependencies in lower case."""

    category: str
    dependencies: tuple[str, ...]


def members(tree: str) -> dict[str, Member]:
    """Return the parts listed in the text of the file menuselect-tree, by name."""
    found = {}
    for category in ElementTree.fromstring(tree).iter("category"):  # noqa: S314 - it is part of the source that is built
        for member in category.iter("member"):
            dependencies = tuple((depend.text or "").strip().lower() for depend in member.findall("depend"))
            found[member.get("name", "")] = Member(category.get("name", ""), dependencies)
    return found


def libraries(deps: str) -> dict[str, bool]:
    """Return the libraries that configure looked for and whether it found them, from the text of menuselect-deps."""
    pairs = re.findall(r"^(\w+)=(-?[0-9]+)$", deps, re.MULTILINE)
    return {name.lower(): int(value) > 0 for name, value in pairs}


def excluded(makeopts: str) -> set[str]:
    """Return the parts that will not be built, from the text of menuselect.makeopts.

    Categories of modules list the excluded ones; MENUSELECT_CFLAGS, sounds and utilities list the included ones
    and don't matter here.
    """
    found: set[str] = set()
    for category, names in re.findall(r"^MENUSELECT_([A-Z]+)=(.*)$", makeopts, re.MULTILINE):
        if category == "DEPSFAILED":
            found.update(names.partition("=")[2].split())
        elif category in (
            "ADDONS",
            "APPS",
            "BRIDGES",
            "CDR",
            "CEL",
            "CHANNELS",
            "CODECS",
            "FORMATS",
            "FUNCS",
            "PBX",
            "RES",
        ):
            found.update(names.split())
    return found


def problems(modules: t.Iterable[str], tree: str, deps: str, makeopts: str) -> list[str]:
    """Return a sentence for each of *modules* that would not be built: the reason, and the package to install."""
    known, present, out = members(tree), libraries(deps), excluded(makeopts)
    return [
        _problem(name, known, present, out)
        for name in sorted(set(modules))
        if name not in known or name in out or _missing_libraries(name, known, present)
    ]


def _problem(name: str, known: t.Mapping[str, Member], present: t.Mapping[str, bool], out: set[str]) -> str:
    if name not in known:
        return f"this version does not have {name}."
    missing = _missing_libraries(name, known, present)
    if not missing:
        needed = [need for need in known[name].dependencies if need in out]
        because = f"it needs {', '.join(needed)}" if needed else "menuselect excluded it"
        return f"{name} would not be built: {because}."
    packages = "; ".join(_package(library) for library in missing)
    return f"{name} needs {', '.join(missing)}, which configure did not find ({packages})."


def _package(library: str) -> str:
    if library not in LIBRARIES:
        return f"install the headers of {library}"
    debian, redhat = LIBRARIES[library]
    return f"Debian: {debian}; Red Hat: {redhat}"


def _missing_libraries(name: str, known: t.Mapping[str, Member], present: t.Mapping[str, bool]) -> list[str]:
    """Return the missing libraries that the part needs, directly or through other parts."""
    missing: list[str] = []
    queue, seen = [name], {name}
    while queue:
        for need in known[queue.pop()].dependencies:
            if need in known and need not in seen:
                seen.add(need)
                queue.append(need)
            elif need not in known and not present.get(need, True) and need not in missing:
                missing.append(need)
    return missing
