# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options in Asterisk's own documentation, for the files whose options it lists in full.

Private to the collection switchboard.pbx; it may change without notice.
The documentation is C(core-en_US.xml), which Asterisk installs, so it matches the installed version.
"""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

from ..language.resolver import Category, ResolvedConfig, Setting

DEFAULT_PATH = "/usr/share/asterisk/documentation/core-en_US.xml"
# By file, the option names of each kind of object, in lower case.
DocumentedOptions = t.Dict[str, t.Dict[str, t.FrozenSet[str]]]

# Files in which the option C(type) determines the kind of a section.
BY_TYPE = frozenset({"pjsip.conf", "geolocation.conf"})
# Files in which its name does: the kind of each named section, and of all others.
BY_NAME: dict[str, tuple[dict[str, str], str | None]] = {
    "acl.conf": ({}, "named_acl"),
    "hep.conf": ({"general": "general"}, None),
    "prometheus.conf": ({"general": "general"}, None),
    "udptl.conf": ({"general": "global"}, None),
    "xmpp.conf": ({"general": "global"}, "client"),
}
# Options that Asterisk accepts although they are undocumented, and prefixes of such options.
UNDOCUMENTED = frozenset({"type", "external_signaling_hostname"})
UNDOCUMENTED_PREFIXES = ("@", "event_")
# Kinds of objects that accept any option.
OPEN_KINDS = frozenset({"phoneprov"})


def read_documentation(text: str) -> DocumentedOptions:
    """Return the options in the text of the documentation; none if it is not valid XML."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - Asterisk's own file, from the package
    except ElementTree.ParseError:
        return {}
    known: DocumentedOptions = {}
    for file in root.iter("configFile"):
        objects = known.setdefault(file.get("name", ""), {})
        for kind in file.iter("configObject"):
            names = frozenset(option.get("name", "").lower() for option in kind.iter("configOption"))
            name = kind.get("name", "").lower()
            objects[name] = objects.get(name, frozenset()) | names
    return known


def unknown_options(
    resolved: ResolvedConfig, file: str, known: DocumentedOptions
) -> list[tuple[Setting, str]]:
    """Return the options and types in *file* that are not documented, with the reason for each."""
    objects = known.get(file, {})
    if not objects or not (file in BY_TYPE or file in BY_NAME):
        return []
    found = []
    for category in resolved.categories:
        if category.template:
            continue
        kind, source = _kind(category, file)
        if kind is None or kind in OPEN_KINDS:
            continue
        if kind not in objects:
            if source:
                found.append((source, f"there is no type '{source.value}' in this version of Asterisk"))
            continue
        options = objects[kind]
        for setting in category.settings:
            name = setting.name.lower()
            if options and name not in options | UNDOCUMENTED and not name.startswith(UNDOCUMENTED_PREFIXES):
                reason = f"this version of Asterisk does not know the option {setting.name} of a '{kind}'"
                found.append((setting, reason))
    return found


def _kind(category: Category, file: str) -> tuple[str | None, Setting | None]:
    """Return the kind of object that a section defines, and the option that determines it, if any."""
    if file in BY_TYPE:
        source = next((s for s in category.settings if s.name.lower() == "type"), None)
        return (source.value.lower(), source) if source else (None, None)
    names, others = BY_NAME[file]
    return names.get(category.name.lower(), others), None
