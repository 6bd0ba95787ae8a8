# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the variables of the role directory. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from .rules import Options, Pattern, Values, pattern_problems

_PATTERNS = (
    Pattern(
        "directory_uri", r"(ldapi?|ldaps)://\S*", "one address such as ldapi:/// or ldaps://ldap.example.org"
    ),
    Pattern(
        "directory_service_password",
        r"[^;\n]+",
        "without semicolons, at which Asterisk's configuration would cut it, and not empty; take another from a vault",
    ),
)


def directory_problems(values: Values, options: Options) -> t.Iterator[str]:
    """Yield a sentence for each value with which the directory could not be written or read."""
    if not values["directory_service_password"]:
        yield (
            "directory_service_password is not set, so Asterisk could not log in to the directory; "
            "set it in the inventory, from a vault."
        )
    else:
        yield from pattern_problems(values, options, _PATTERNS)
    if values["directory_bind_dn"] and not values["directory_bind_password"]:
        yield "directory_bind_dn is set without directory_bind_password; set it, from a vault, or remove both."
