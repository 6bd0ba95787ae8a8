# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What menuselect would build, and why it would not build what is wanted.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t
from xml.etree import ElementTree

# The packages that bring what menuselect names, for Debian's and for Red Hat's family.
LIBRARIES = {
    "curl": ("libcurl4-openssl-dev", "libcurl-devel"),
    "gsm": ("libgsm1-dev", "gsm-devel"),
    "iksemel": ("libiksemel-dev", "iksemel-devel, which that family does not have"),
    "jansson": ("libjansson-dev", "jansson-devel"),
    "ldap": ("libldap-dev", "openldap-devel"),
    "libedit": ("libedit-dev", "libedit-devel"),
    "libxml2": ("libxml2-dev", "libxml2-devel"),
    "libxslt": ("libxslt1-dev", "libxslt-devel"),
    "openssl": ("libssl-dev", "openssl-devel"),
    "pjproject": (
        "no package: the bundled one, from 'downloads'",
        "no package: the bundled one, from 'downloads'",
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
    """A part that menuselect knows: its category (MENUSELECT_RES) and what it cannot do without, lower case."""

    category: str
    needs: tuple[str, ...]


def members(tree: str) -> dict[str, Member]:
    """Return the parts in the text of the file menuselect-tree, by name."""
    found = {}
    for category in ElementTree.fromstring(tree).iter("category"):  # noqa: S314 - of the source that is to run
        for member in category.iter("member"):
            needs = tuple((need.text or "").strip().lower() for need in member.findall("depend"))
            found[member.get("name", "")] = Member(category.get("name", ""), needs)
    return found


def libraries(deps: str) -> dict[str, bool]:
    """Return what configure looked for and whether it is there, from the text of the file menuselect-deps."""
    pairs = re.findall(r"^(\w+)=(-?[0-9]+)$", deps, re.MULTILINE)
    return {name.lower(): int(value) > 0 for name, value in pairs}


def left_out(makeopts: str) -> set[str]:
    """Return the parts that will not be built, from the text of the file menuselect.makeopts.

    In the categories of modules it lists what is left out; MENUSELECT_CFLAGS, sounds and utilities are the other
    way round and don't matter here.
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


def complaints(modules: t.Iterable[str], tree: str, deps: str, makeopts: str) -> list[str]:
    """Return a sentence for each of *modules* that would not be built: what it needs, and the package with it."""
    known, present, out = members(tree), libraries(deps), left_out(makeopts)
    return [
        _complaint(name, known, present, out)
        for name in sorted(set(modules))
        if name not in known or name in out or _missing(name, known, present)
    ]


def _complaint(name: str, known: t.Mapping[str, Member], present: t.Mapping[str, bool], out: set[str]) -> str:
    if name not in known:
        return f"this version has no {name}."
    missing = _missing(name, known, present)
    if not missing:
        needed = [need for need in known[name].needs if need in out]
        because = f"it needs {', '.join(needed)}" if needed else "menuselect left it out"
        return f"{name} would not be built: {because}."
    packages = "; ".join(_package(library) for library in missing)
    return f"{name} needs {', '.join(missing)}, which configure did not find ({packages})."


def _package(library: str) -> str:
    if library not in LIBRARIES:
        return f"install the headers of {library}"
    debian, redhat = LIBRARIES[library]
    return f"Debian: {debian}; Red Hat: {redhat}"


def _missing(name: str, known: t.Mapping[str, Member], present: t.Mapping[str, bool]) -> list[str]:
    """What is not there of that which the part needs, directly or through other parts."""
    missing: list[str] = []
    due, seen = [name], {name}
    while due:
        for need in known[due.pop()].needs:
            if need in known and need not in seen:
                seen.add(need)
                due.append(need)
            elif need not in known and not present.get(need, True) and need not in missing:
                missing.append(need)
    return missing
