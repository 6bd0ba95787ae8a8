# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The overlays that ldap_config supports by name: their module, object class and options.

Private to the collection switchboard.pbx; it may change without notice.
Source: OpenLDAP's manual pages slapo-syncprov(5), slapo-memberof(5), slapo-refint(5), slapo-unique(5),
slapo-ppolicy(5), slapo-auditlog(5) and slapo-accesslog(5), and the built-in schema of each.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..._module import ModuleError
from .operations import DesiredAttribute
from .values import texts


@dataclass(frozen=True)
class Overlay:
    """An overlay: its module, its object class, and the attribute of each option."""

    name: str
    module: str
    object_class: str
    options: t.Mapping[str, str]


def _overlay(name: str, object_class: str, options: t.Mapping[str, str]) -> tuple[str, Overlay]:
    return name, Overlay(name, name, object_class, options)


OVERLAYS = dict(
    (
        _overlay(
            "syncprov",
            "olcSyncProvConfig",
            {
                "checkpoint": "olcSpCheckpoint",
                "sessionlog": "olcSpSessionlog",
                "no_present": "olcSpNoPresent",
                "reload_hint": "olcSpReloadHint",
            },
        ),
        _overlay(
            "memberof",
            "olcMemberOf",
            {
                "refint": "olcMemberOfRefint",
                "dangling": "olcMemberOfDangling",
                "dangling_error": "olcMemberOfDanglingError",
                "group_class": "olcMemberOfGroupOC",
                "member_attribute": "olcMemberOfMemberAD",
                "memberof_attribute": "olcMemberOfMemberOfAD",
                "dn": "olcMemberOfDN",
            },
        ),
        _overlay(
            "refint",
            "olcRefintConfig",
            {
                "attributes": "olcRefintAttribute",
                "nothing": "olcRefintNothing",
                "modifiers_name": "olcRefintModifiersName",
            },
        ),
        _overlay(
            "unique",
            "olcUniqueConfig",
            {"uris": "olcUniqueURI", "base": "olcUniqueBase", "attributes": "olcUniqueAttribute"},
        ),
        _overlay(
            "ppolicy",
            "olcPPolicyConfig",
            {
                "default": "olcPPolicyDefault",
                "hash_cleartext": "olcPPolicyHashCleartext",
                "use_lockout": "olcPPolicyUseLockout",
                "forward_updates": "olcPPolicyForwardUpdates",
            },
        ),
        _overlay("auditlog", "olcAuditlogConfig", {"file": "olcAuditlogFile"}),
        _overlay(
            "accesslog",
            "olcAccessLogConfig",
            {
                "database": "olcAccessLogDB",
                "operations": "olcAccessLogOps",
                "purge": "olcAccessLogPurge",
                "success": "olcAccessLogSuccess",
                "old": "olcAccessLogOld",
                "old_attributes": "olcAccessLogOldAttr",
            },
        ),
    )
)


def overlay_kind(name: str, where: str) -> Overlay:
    """Return an overlay by name. Raises ModuleError if it is not supported."""
    if name not in OVERLAYS:
        raise ModuleError(f"{where}: the overlay is not supported; use one of {', '.join(sorted(OVERLAYS))}.")
    return OVERLAYS[name]


def overlay_fixed(kind: Overlay) -> dict[str, tuple[str, ...]]:
    """Return the attributes that define an entry of this overlay."""
    return {"objectClass": ("olcOverlayConfig", kind.object_class), "olcOverlay": (kind.name,)}


def overlay_attributes(kind: Overlay, options: t.Mapping[str, t.Any], where: str) -> list[DesiredAttribute]:
    """Convert the options of an overlay. Raises ModuleError for an unknown option."""
    desired = []
    for option, value in options.items():
        attribute = kind.options.get(option) or (option if option.lower().startswith("olc") else None)
        if attribute is None:
            known = ", ".join(sorted(kind.options))
            raise ModuleError(
                f"{where}: the option {option!r} is unknown; use {known}, or attributes by their olc… names."
            )
        source = f"{where}.{option}"
        desired.append(DesiredAttribute(attribute, texts(value, source), source))
    return desired
