# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the variables of the role openldap. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from .rules import Options, Pattern, Values, pattern_problems

_PATTERNS = (
    Pattern(
        "openldap_suffix",
        r"dc=[A-Za-z0-9-]+(,dc=[A-Za-z0-9-]+)*",
        "a DN of dc= components without spaces, such as dc=example,dc=org",
    ),
    Pattern(
        "openldap_uris", r"(ldapi?|ldaps)://[^\s\"]*", "addresses such as ldap:///, ldaps:/// or ldapi:///"
    ),
    Pattern("openldap_backup_directory", r"/.*", "an absolute path on the server"),
)


def openldap_problems(values: Values, options: Options) -> t.Iterator[str]:
    """Yield a sentence for each value that slapd or the role could not use."""
    yield from pattern_problems(values, options, _PATTERNS)
    uris, tls = [str(uri) for uri in values["openldap_uris"]], values["openldap_tls"]
    if not any(uri.startswith("ldapi://") for uri in uris):
        yield "openldap_uris has no ldapi:// address, through which the role configures slapd; add ldapi:///."
    if any(uri.startswith("ldaps://") for uri in uris):
        missing = [key for key in ("certificate_file", "key_file") if not tls.get(key)]
        if missing:
            yield f"openldap_uris has an ldaps:// address, but openldap_tls has no {' and no '.join(missing)}; add it."
    suffix, rootdn = str(values["openldap_suffix"]).lower(), str(values["openldap_rootdn"]).lower()
    if values["openldap_rootpw"] and not f",{rootdn.replace(', ', ',')}".endswith(f",{suffix}"):
        yield (
            f"openldap_rootdn is {values['openldap_rootdn']!r}, which slapd gives no password because it is not "
            "below openldap_suffix; correct one of them, or remove openldap_rootpw."
        )
