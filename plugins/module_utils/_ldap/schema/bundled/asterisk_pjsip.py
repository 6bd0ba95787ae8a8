# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema C(asterisk-pjsip): what PJSIP needs and Asterisk's own schema has no name for.

Private to the collection switchboard.pbx; it may change without notice.
The OIDs stand below 2.25, the arc of UUIDs (ITU-T X.667), and are this collection's own for good: a number
that was once given is never given to something else.
"""

from __future__ import annotations

from .asterisk import DIRECTORY_STRING

_ARC = "2.25.28965954145566112202410899609297990429"

# Names without "AstPJSIP". The place in the tuple is the number below the arc: new ones go to the end.
_ATTRIBUTES = (
    "Aors",
    "Auth",
    "AuthUser",
    "AuthType",
    "PasswordDigest",
    "MaxContacts",
    "RemoveExisting",
    "Transport",
    "MessageContext",
    "DTMFMode",
    "QualifyFrequency",
    "RewriteContact",
    "RTPSymmetric",
    "ForceRport",
    "DirectMedia",
    "MediaEncryption",
    "ICESupport",
    "DeviceStateBusyAt",
    "NamedCallGroup",
    "NamedPickupGroup",
    "OutboundProxy",
    "RTPTimeout",
    "TrustIdInbound",
)

# Names of objects and credentials, in which Asterisk tells upper and lower case apart.
_CASE_MATTERS = frozenset({"Aors", "Auth", "AuthUser", "PasswordDigest"})

# From the schema asterisk, names without "AstAccount".
_SHARED = (
    "RealmedPassword",
    "Secret",
    "Context",
    "AllowedCodec",
    "CallerID",
    "Mailbox",
    "MusicOnHold",
    "Language",
    "AccountCode",
    "SubscribeContext",
    "CallGroup",
    "PickupGroup",
    "SetVar",
    "FromUser",
    "FromDomain",
)


def text() -> str:
    """The schema in the language of slapd.conf(5); it needs the schema asterisk."""
    macros = [f"objectidentifier AstPJSIPRoot {_ARC}"]
    definitions = []
    for number, suffix in enumerate(_ATTRIBUTES, 1):
        rule = "caseExact" if suffix in _CASE_MATTERS else "caseIgnore"
        definitions.append(
            f"attributetype ( AstPJSIPRoot:1.{number} NAME 'AstPJSIP{suffix}' "
            f"DESC 'PJSIP option, see pjsip.conf' EQUALITY {rule}Match SUBSTR {rule}SubstringsMatch "
            f"SYNTAX {DIRECTORY_STRING} SINGLE-VALUE )"
        )
    optional = [f"AstAccount{name}" for name in _SHARED] + [f"AstPJSIP{name}" for name in _ATTRIBUTES]
    definitions.append(
        "objectclass ( AstPJSIPRoot:2.1 NAME 'AsteriskPJSIPUser' "
        "DESC 'PJSIP endpoint, auth and AOR of one user' "
        f"SUP AsteriskExtension AUXILIARY MUST cn MAY ( {' $ '.join(optional)} ) )"
    )
    return "\n".join(macros + definitions) + "\n"
