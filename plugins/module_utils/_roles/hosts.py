# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the groups of an inventory and the operating system of a host. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import difflib
import re
import typing as t

ROLES_OF_GROUP = {
    "ldap_servers": ("openldap", "directory"),
    # Write the entries into a directory that others administer.
    "ldap_clients": ("directory",),
    "festival_servers": ("festival",),
    "asterisk_servers": ("asterisk",),
}
# Used by each of the roles above.
COMMON_ROLES = ("packages", "firewall", "selinux")

# The oldest release of each distribution, and the families that others belong to.
_OLDEST = {"Debian": 11, "Ubuntu": 22}
_OLDEST_OF_FAMILY = {"RedHat": 8}
_NOT_NUMBERED_ALIKE = ("Fedora", "Amazon")
_SUPPORTED = "Debian 11 or later, Ubuntu 22.04 or later, and RHEL 8 or later with its rebuilds"


def roles_of(group_names: t.Container[str]) -> list[str]:
    """Return the roles that the site playbook applies to a host in these groups."""
    roles = [role for group, roles in ROLES_OF_GROUP.items() if group in group_names for role in roles]
    return list(dict.fromkeys(roles))


def group_problem(groups: t.Mapping[str, t.Sequence[str]]) -> str | None:
    """Return a sentence if no group of the site playbook has a host, or the name of one is misspelt."""
    empty = [group for group in ROLES_OF_GROUP if not groups.get(group)]
    misspelt = [
        (name, near[0])
        for name in sorted(groups)
        if name not in ROLES_OF_GROUP and groups[name]
        for near in [difflib.get_close_matches(name, empty, 1, 0.85)]
        if near
    ]
    if misspelt:
        name, near_name = misspelt[0]
        return (
            f"The inventory has a group {name} and no host in {near_name}; the groups are named "
            f"{', '.join(ROLES_OF_GROUP)}, so rename it."
        )
    if len(empty) == len(ROLES_OF_GROUP):
        return (
            f"The inventory has no host in {', '.join(empty[:-1])} or {empty[-1]}; put each host into the groups "
            "of what it serves."
        )
    return None


def system_problem(facts: t.Mapping[str, t.Any]) -> str | None:
    """Return a sentence if the roles do not support the operating system that the facts describe."""
    family, name = facts.get("os_family"), facts.get("distribution")
    if not family:
        return "Nothing is known about the host; let the play gather facts (gather_facts: true)."
    version = str(facts.get("distribution_version", ""))
    if family not in ("Debian", "RedHat"):
        return f"The host runs {name} {version}, of the family {family}; the roles support {_SUPPORTED}."
    oldest = _OLDEST.get(str(name), 0 if name in _NOT_NUMBERED_ALIKE else _OLDEST_OF_FAMILY.get(family, 0))
    major = re.match(r"[0-9]+", version)
    if major and int(major[0]) < oldest:
        return f"The host runs {name} {version}, which is too old; the roles support {_SUPPORTED}."
    return None
