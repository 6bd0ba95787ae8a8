# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema C(asterisk), written here from the names and OIDs that Asterisk publishes for its LDAP driver.

Private to the collection switchboard.pbx; it may change without notice.
It defines what contrib/scripts/asterisk.ldap-schema of Asterisk 13 and later defines; 16 to 23 share it.
"""

from __future__ import annotations

import re
import typing as t

DIRECTORY_STRING = "1.3.6.1.4.1.1466.115.121.1.15"

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Without an equality rule, as upstream has it: it cannot be searched for, nor indexed.
_WITHOUT_MATCHING = "AstAccountFromUser"

_ROOTS = (
    ("AsteriskRoot", "1.3.6.1.4.1.22736"),
    ("AsteriskLDAP", "AsteriskRoot:5"),
    ("AstAttrType", "AsteriskLDAP:4"),
    ("AstObjectClass", "AsteriskLDAP:2"),
)

# Number below AstAttrType and name without "Ast"; and what describes it where the words of the name do not.
_ATTRIBUTES = """
1 | Context
2 | Extension
3 | Priority
4 | Application
5 | ApplicationData
6 | AccountAMAFlags
7 | AccountCallerID | Account CallerID
8 | AccountContext
9 | AccountMailbox
10 | MD5secret | Account MD5 Secret
11 | AccountDeny
12 | AccountPermit
13 | AccountQualify
14 | AccountType
15 | AccountDisallowedCodec
16 | AccountExpirationTimestamp
17 | AccountRegistrationContext
18 | AccountRegistrationExten | Account Registration Extension
19 | AccountNoTransfer
20 | AccountCallGroup
21 | AccountCanReinvite
22 | AccountDTMFMode | Account DTMF Flags
23 | AccountFromUser
24 | AccountFromDomain
25 | AccountFullContact
26 | AccountHost
27 | AccountInsecure
28 | AccountNAT
29 | AccountPickupGroup | Account PickupGroup
30 | AccountPort
31 | AccountRestrictCID | Account Restrict CallerID
32 | AccountRTPTimeout
33 | AccountRTPHoldTimeout
34 | AccountRealmedPassword
35 | AccountAllowedCodec
36 | AccountMusicOnHold
37 | AccountCanCallForward
38 | AccountSecret
39 | AccountName | Account Username
40 | ConfigFilename | LDAP Configuration Filename
41 | ConfigCategory | LDAP Configuration Category
42 | ConfigCategoryMetric | LDAP Configuration Category Metric
43 | ConfigVariableName | LDAP Configuration Variable Name
44 | ConfigVariableValue | LDAP Configuration Variable Value
45 | ConfigCommented | LDAP Configuration Commented
46 | AccountIPAddress
47 | AccountDefaultUser
48 | AccountRegistrationServer
49 | AccountLastQualifyMilliseconds
50 | AccountCallLimit
51 | VoicemailMailbox | voicemail mailbox
52 | VoicemailPassword | voicemail password
53 | VoicemailFullname | voicemail fullname
54 | VoicemailEmail | voicemail email
55 | VoicemailPager | voicemail pager
56 | VoicemailOptions | voicemail options
57 | VoicemailTimestamp | voicemail timestamp
58 | VoicemailContext | voicemail context
59 | AccountSubscribeContext | subscribe context
61 | AccountUserAgent | account user context
62 | AccountLanguage | account user language
63 | AccountTransport | account transport type
64 | AccountPromiscRedir | account promiscuous redirects
65 | AccountAccountCode | account billing code
66 | AccountSetVar | account setvar
67 | AccountAllowOverlap | account allow overlap dialing
68 | AccountVideoSupport | account video support
69 | AccountIgnoreSDPVersion | account ignore SDP version
70 | AccountPathSupport | account support Path RFC 3327
"""


class _Class(t.NamedTuple):
    """An object class: number below AstObjectClass, superior and kind; attribute names are without "Ast"."""

    number: int
    name: str
    description: str
    kind: str
    must: str
    may: str = ""


_CLASSES = (
    _Class(
        1,
        "AsteriskExtension",
        "PBX Extension Information for Asterisk",
        "top AUXILIARY",
        "cn",
        "Context Extension Priority Application ApplicationData",
    ),
    _Class(
        2,
        "AsteriskIAXUser",
        "IAX2 User information for Asterisk",
        "AsteriskExtension AUXILIARY",
        "cn",
        "AccountAMAFlags AccountCallerID AccountContext AccountFullContact AccountHost "
        "AccountMailbox MD5secret AccountDeny AccountPermit AccountPort AccountQualify AccountType "
        "AccountLanguage AccountDisallowedCodec AccountExpirationTimestamp "
        "AccountRegistrationContext AccountRegistrationExten AccountNoTransfer AccountName "
        "AccountLastQualifyMilliseconds AccountCallLimit AccountSubscribeContext AccountIPAddress "
        "AccountUserAgent",
    ),
    _Class(
        3,
        "AsteriskSIPUser",
        "SIP User information for Asterisk",
        "AsteriskExtension AUXILIARY",
        "cn",
        "AccountAccountCode AccountAllowOverlap AccountAllowedCodec AccountAMAFlags "
        "AccountCallGroup AccountCallLimit AccountCallerID AccountCanCallForward AccountCanReinvite "
        "AccountContext AccountDTMFMode AccountDefaultUser AccountDeny AccountDisallowedCodec "
        "AccountExpirationTimestamp AccountFromDomain AccountFromUser AccountFullContact "
        "AccountHost AccountIgnoreSDPVersion AccountInsecure AccountIPAddress AccountLanguage "
        "AccountLastQualifyMilliseconds AccountMailbox AccountMusicOnHold AccountNAT AccountName "
        "AccountPermit AccountPickupGroup AccountPort AccountPromiscRedir AccountQualify "
        "AccountRTPHoldTimeout AccountRTPTimeout AccountRealmedPassword AccountRegistrationContext "
        "AccountRegistrationExten AccountRegistrationServer AccountRestrictCID AccountSecret "
        "AccountSetVar AccountSubscribeContext AccountTransport AccountType AccountUserAgent "
        "AccountVideoSupport AccountPathSupport",
    ),
    _Class(
        4,
        "AsteriskConfig",
        "Asterisk configuration Information",
        "top AUXILIARY",
        "cn",
        "ConfigFilename ConfigCategory ConfigCategoryMetric ConfigVariableName ConfigVariableValue "
        "ConfigCommented",
    ),
    _Class(
        5,
        "AsteriskVoiceMail",
        "Asterisk voicemail information",
        "top AUXILIARY",
        "cn Context VoicemailMailbox VoicemailPassword",
        "VoicemailFullname VoicemailEmail VoicemailPager VoicemailOptions VoicemailTimestamp "
        "VoicemailContext",
    ),
    _Class(
        6,
        "AsteriskDialplan",
        "Asterisk Dialplan Information",
        "top STRUCTURAL",
        "Extension",
    ),
    _Class(
        7,
        "AsteriskAccount",
        "Asterisk Account Information",
        "top STRUCTURAL",
        "AccountName",
    ),
    _Class(
        8,
        "AsteriskMailbox",
        "Asterisk Mailbox Information",
        "top STRUCTURAL",
        "VoicemailMailbox",
    ),
)

_MATCHING = "EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch "


def text() -> str:
    """The schema in the language of slapd.conf(5)."""
    macros = [f"objectidentifier {name} {oid}" for name, oid in _ROOTS]
    definitions = []
    for number, suffix, label in _attributes():
        name = f"Ast{suffix}"
        matching = "" if name == _WITHOUT_MATCHING else _MATCHING
        macros.append(f"objectidentifier {name} AstAttrType:{number}")
        definitions.append(
            f"attributetype ( {name} NAME '{name}' DESC 'Asterisk {label}' "
            f"{matching}SYNTAX {DIRECTORY_STRING} )"
        )
    for each in _CLASSES:
        optional = f" MAY ( {_listed(each.may)} )" if each.may else ""
        macros.append(f"objectidentifier {each.name} AstObjectClass:{each.number}")
        definitions.append(
            f"objectclass ( {each.name} NAME '{each.name}' DESC '{each.description}' SUP {each.kind} "
            f"MUST ( {_listed(each.must)} ){optional} )"
        )
    return "\n".join(macros + definitions) + "\n"


def _attributes() -> t.Iterator[tuple[str, str, str]]:
    for line in _ATTRIBUTES.strip().splitlines():
        number, name, *label = (cell.strip() for cell in line.split("|"))
        yield number, name, label[0] if label else _WORD_START.sub(" ", name)


def _listed(names: str) -> str:
    return " $ ".join(name if name == "cn" else f"Ast{name}" for name in names.split())
