# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warnings about names in configuration files that Asterisk accepts although they do not exist.

Private to the collection switchboard.pbx; it may change without notice.
They are not errors, because AEL, Lua, a module or the LDAP directory may define what is missing.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from ..language.parser import Document, decode_config
from ..language.resolver import Category, ResolvedConfig, Setting, resolve
from . import dialplan, documented_options, jumps

# The options that name a context of the dialplan, by the file that Asterisk opens.
CONTEXT_OPTIONS: dict[str, tuple[str, ...]] = {
    "pjsip.conf": ("context", "message_context", "subscribe_context"),
    "sip.conf": ("context", "outofcall_message_context", "subscribecontext", "message_context"),
    "iax.conf": ("context",),
    "xmpp.conf": ("context",),
}
# Contexts that modules create (res_parking), and the options of other files that name contexts to create.
MADE_BY_MODULES = ("parkedcalls", "park-dial")
CREATING_OPTIONS = {
    "iax.conf": "regcontext",
    "pjsip.conf": "regcontext",
    "res_parking.conf": "context",
    "sip.conf": "regcontext",
    "skinny.conf": "regcontext",
    "sla.conf": "autocontext",
}
# Other files that define contexts, in languages of their own.
OTHER_DIALPLANS = ("extensions.ael", "extensions.lua")
# In other sections of these files, C(context) has another meaning.
SECTION_TYPES = {"pjsip.conf": "endpoint"}
# Options of res_ldap.conf that are not mappings of a name to an attribute.
LDAP_SETTINGS = ("additionalfilter",)
# Names of attributes are case-insensitive, and these are not attributes of a schema.
LDAP_BUILT_IN = frozenset({"dn", "entrydn", "objectclass"})


def lint(
    documents: t.Mapping[str, Document],
    touched: t.Collection[str],
    directory: str,
    ldap_attributes: t.Collection[str] | None = None,
    *,
    known: documented_options.DocumentedOptions | None = None,
    contents: t.Mapping[str, bytes] | None = None,
) -> list[str]:
    """Return a warning for each name in the *touched* files that does not exist.

    *ldap_attributes* are the attribute types of the LDAP server, None if unknown. *known* are the options that
    Asterisk's documentation lists. *contents* are all files, of which *documents* may be a part.
    """
    found: list[str] = []
    if "extensions.conf" in documents:
        resolved = resolve("extensions.conf", documents, directory)
        # The output of #exec and files of other directories are unknown.
        if resolved.complete and not _switched(resolved):
            plan = dialplan.read_dialplan(resolved)
            others = b"\n".join((contents or {}).get(name, b"") for name in OTHER_DIALPLANS)
            for name in _made_elsewhere(documents, directory, decode_config(others)):
                plan.contexts.setdefault(name, dialplan.Context(name)).open = True
            found += _jumps(plan, touched, directory)
            found += _contexts(plan, documents, touched, directory)
    if ldap_attributes is not None and "res_ldap.conf" in documents:
        attributes = {name.lower() for name in ldap_attributes} | LDAP_BUILT_IN
        found += _mapping(resolve("res_ldap.conf", documents, directory), attributes, touched, directory)
    for file in sorted(documents):
        for setting, reason in documented_options.unknown_options(
            resolve(file, documents, directory), file, known or {}
        ):
            if setting.file in touched:
                found.append(f"{_location(setting, directory)}: {reason}; remove it, or correct the name.")
    return list(dict.fromkeys(found))


def _switched(resolved: ResolvedConfig) -> bool:
    """Return whether another source of extensions is asked before the dialplan."""
    general = resolved.find("general", templates=False)
    return general is not None and any(general.values("overrideswitch"))


def _made_elsewhere(
    documents: t.Mapping[str, Document], directory: str, other_dialplans: str
) -> t.Iterator[str]:
    """Return the names of contexts that may exist without a section in C(extensions.conf)."""
    yield from MADE_BY_MODULES
    yield from re.findall(r"[\w.-]+", other_dialplans)
    for file, option in CREATING_OPTIONS.items():
        for category in resolve(file, documents, directory).categories if file in documents else ():
            for value in category.values(option):
                yield from value.split("&")
    if "users.conf" in documents:
        main = resolve("extensions.conf", documents, directory).find("general", templates=False)
        yield ["default", *(main.values("userscontext") if main else ())][-1]


def _jumps(plan: dialplan.Dialplan, touched: t.Collection[str], directory: str) -> list[str]:
    found = []
    for action in plan.actions:
        for jump in jumps.find_jumps(jumps.masked(action.text)) if action.source.file in touched else ():
            missing = jumps.missing_target(plan, action, jump)
            if missing:
                place = _location(action.source, directory)
                cure = "define it, or correct the jump"
                found.append(f"{place}: {jump.shown} jumps to {missing}, which does not exist; {cure}.")
    for context in plan.contexts.values():
        for name, setting in context.includes:
            if setting.file in touched and "$" not in name and name not in plan.contexts:
                reason = f"it includes the context [{name}], which does not exist"
                found.append(f"{_location(setting, directory)}: {reason}; define it, or correct the name.")
    return found


def _contexts(
    plan: dialplan.Dialplan, documents: t.Mapping[str, Document], touched: t.Collection[str], directory: str
) -> list[str]:
    found = []
    for file, options in CONTEXT_OPTIONS.items():
        if file not in documents:
            continue
        for setting in _settings(resolve(file, documents, directory), file):
            name = setting.value
            if setting.name.lower() not in options or setting.file not in touched or not name:
                continue
            if name not in plan.contexts and "$" not in name:
                reason = f"{setting.name} names [{name}], which no dialplan in extensions.conf defines"
                found.append(f"{_location(setting, directory)}: {reason}; define it, or correct the name.")
    return found


def _settings(resolved: ResolvedConfig, file: str) -> t.Iterator[Setting]:
    kind = SECTION_TYPES.get(file)
    for category in resolved.categories:
        if not category.template and (kind is None or kind in category.values("type")):
            yield from category.settings


def _mapping(
    resolved: ResolvedConfig, attributes: t.Collection[str], touched: t.Collection[str], directory: str
) -> list[str]:
    found = []
    for category in resolved.categories:
        for setting in _mapping_options(category):
            if setting.file in touched and setting.value.lower() not in attributes:
                reason = f"{setting.name} is mapped to '{setting.value}', an attribute type unknown to the LDAP server"
                cure = "load the schema that defines it, or correct the name"
                found.append(f"{_location(setting, directory)}: {reason}; {cure}.")
    return found


def _mapping_options(category: Category) -> t.Iterator[Setting]:
    """Return the options of a section of res_ldap.conf that map a name to an attribute."""
    if category.name.lower() == "_general":
        return
    for setting in category.settings:
        # A value that contains an equals sign is a constant, such as a filter.
        if setting.name.lower() not in LDAP_SETTINGS and setting.value and "=" not in setting.value:
            yield setting


def _location(setting: Setting, directory: str) -> str:
    return f"{posixpath.join(directory, setting.file)}, line {setting.line}"
