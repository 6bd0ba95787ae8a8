# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check people beside the dialplan that must reach them, and what two roles must agree on. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from .._asterisk.config.dialplan import Extension
from .rules import Values

# What the role asterisk itself answers at.
_OWN_EXTENSIONS = (
    "asterisk_festival_extension",
    "asterisk_text2wave_extension",
    "asterisk_say_extension",
    "asterisk_voicemail_extension",
)


def extension_problems(values: Values, people: t.Iterable[tuple[str, str]]) -> t.Iterator[str]:
    """Yield a sentence for each person whom nobody could call. *people* are pairs of origin and extension."""
    pattern = str(values["asterisk_user_extension_pattern"])
    served = Extension(pattern)
    taken = {str(values[name]): name for name in _OWN_EXTENSIONS if values.get(name)}
    if not values.get("asterisk_voicemail"):
        taken.pop(str(values.get("asterisk_voicemail_extension")), None)
    for origin, extension in people:
        if extension in taken:
            yield (
                f"{origin}: the extension {extension!r} is {taken[extension]}, so it does not reach the person; "
                "change one of them."
            )
        elif not served.matches(extension) and not _has_other_dialplan(values):
            yield (
                f"{origin}: the extension {extension!r} cannot be dialled, as asterisk_user_extension_pattern "
                f"({pattern}) does not match it; change one of them."
            )


def _has_other_dialplan(values: Values) -> bool:
    """Return whether extensions can be served by a dialplan that is not the role's."""
    own_file = any(file.get("name") == "extensions.conf" for file in values["asterisk_files"])
    return bool(values["asterisk_dialplan_extra"] or values["asterisk_dialplan_ldap_dn"] or own_file)


def disagreements(asterisk: Values, directory: Values) -> t.Iterator[str]:
    """Yield a sentence for each value with which phones could not register from this directory."""
    has_people = directory["directory_users"] or directory["directory_users_ldif"]
    if has_people and asterisk["asterisk_realm"] != directory["directory_realm"]:
        yield (
            f"directory_realm is {directory['directory_realm']!r} and asterisk_realm is "
            f"{asterisk['asterisk_realm']!r}, so no phone could register; set only asterisk_realm, for all hosts."
        )
    same_account = str(asterisk["asterisk_ldap_bind_dn"]) == str(directory["directory_service_dn"])
    if same_account and asterisk["asterisk_ldap_password"] != directory["directory_service_password"]:
        yield (
            "asterisk_ldap_password and directory_service_password differ, so Asterisk could not log in as "
            f"{directory['directory_service_dn']}; set only directory_service_password, for all hosts."
        )
