# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a person's record, as the option "users" of ldap_users takes them, and their attributes and classes.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

SIP_CLASS, PJSIP_CLASS = b"AsteriskSIPUser", b"AsteriskPJSIPUser"
PERSON_CLASS, POSIX_CLASS, VOICEMAIL_CLASS = b"inetOrgPerson", b"posixAccount", b"AsteriskVoiceMail"
PHONE_CLASSES = frozenset((SIP_CLASS.lower(), PJSIP_CLASS.lower()))

EXTENSION, HA1 = "AstExtension", "AstAccountRealmedPassword"
MAILBOX, VOICEMAIL_CONTEXT, PIN = "AstVoicemailMailbox", "AstContext", "AstVoicemailPassword"

# Key and attribute of text that is stored unchanged: of everybody, every phone, those on PJSIP, and voicemail.
PLAIN = {
    "given_name": "givenName",
    "surname": "sn",
    "display_name": "displayName",
    "mail": "mail",
    "uid_number": "uidNumber",
    "gid_number": "gidNumber",
    "home_directory": "homeDirectory",
    "login_shell": "loginShell",
}
PHONE = {
    "context": "AstAccountContext",
    "language": "AstAccountLanguage",
    "moh_class": "AstAccountMusicOnHold",
    "accountcode": "AstAccountAccountCode",
    "call_groups": "AstAccountCallGroup",
    "pickup_groups": "AstAccountPickupGroup",
    "subscribe_context": "AstAccountSubscribeContext",
}
PJSIP = {
    "transport": "AstPJSIPTransport",
    "max_contacts": "AstPJSIPMaxContacts",
    "remove_existing": "AstPJSIPRemoveExisting",
    "message_context": "AstPJSIPMessageContext",
    "dtmf_mode": "AstPJSIPDTMFMode",
    "direct_media": "AstPJSIPDirectMedia",
    "qualify_frequency": "AstPJSIPQualifyFrequency",
}
VOICEMAIL = {
    "full_name": "AstVoicemailFullname",
    "mail": "AstVoicemailEmail",
    "pager": "AstVoicemailPager",
    "options": "AstVoicemailOptions",
}

# The keys that convert.py and phone_values.py treat one by one.
_SPECIAL = (
    "uid",
    "common_name",
    "extension",
    "password",
    "ha1",
    "codecs",
    "caller_id",
    "mailbox",
    "voicemail",
)
KEYS = frozenset((*_SPECIAL, *PLAIN, *PHONE, *PJSIP, "attributes", "state"))
VOICEMAIL_KEYS = ("mailbox", "pin", "context", *VOICEMAIL)

# Keys whose text may consist of digits, where YAML makes something else of a value without quotes.
DIGITS_KEYS = frozenset(
    (
        *("uid", "extension", "mailbox", "password", "accountcode", "caller_id"),
        *("voicemail.mailbox", "voicemail.pin", "voicemail.pager"),
    )
)
# Keys that take a list: each of several values, or one value with commas.
LISTS = frozenset(("mail",))
COMMA_LISTS = frozenset(("call_groups", "pickup_groups"))

# What chan_sip calls the DTMF modes of PJSIP.
CHAN_SIP_DTMF = {
    "rfc4733": "rfc2833",
    "inband": "inband",
    "info": "info",
    "auto": "auto",
    "auto_info": "auto",
}
