# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find variables that no role knows, and their nearest names. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import difflib
import fnmatch
import typing as t

# The prefixes of the other roles, such as packages_, are too common to claim.
PREFIXES = ("asterisk_", "directory_", "festival_", "openldap_")
OTHERS = "switchboard_other_variables"


def unknown_names(
    variables: t.Mapping[str, t.Any], known: t.Collection[str], others: t.Iterable[str]
) -> t.Iterator[str]:
    """Yield a sentence for each variable with a role's prefix that no role has.

    *others* are patterns of names that are not meant for the roles. Results of tasks are never meant for them.
    """
    patterns = list(others)
    for name in sorted(variables):
        if not name.startswith(PREFIXES) or name in known or _is_result(variables[name]):
            continue
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            continue
        role = name.partition("_")[0]
        near = difflib.get_close_matches(name, sorted(known), 1, 0.7)
        hint = f" (did you mean {near[0]}?)" if near else ""
        yield (
            f"{name} is set, but the role {role} has no such variable{hint}; correct the name, or list it in "
            f"{OTHERS} if it is meant for something else."
        )


def _is_result(value: t.Any) -> bool:
    return isinstance(value, t.Mapping) and "changed" in value and ("failed" in value or "skipped" in value)
