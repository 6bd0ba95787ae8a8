# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a person's record, as the option "users" of ldap_users takes them, and the attributes of plain ones.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

KEYS = frozenset(
    (
        "uid",
        "given_name",
        "surname",
        "common_name",
        "display_name",
        "mail",
        "extension",
        "password",
        "ha1",
        "uid_number",
        "gid_number",
        "home_directory",
        "login_shell",
        "context",
        "codecs",
        "caller_id",
        "language",
        "moh_class",
        "accountcode",
        "call_groups",
        "pickup_groups",
        "mailbox",
        "subscribe_context",
        "transport",
        "max_contacts",
        "remove_existing",
        "message_context",
        "dtmf_mode",
        "direct_media",
        "qualify_frequency",
        "voicemail",
        "attributes",
        "state",
    )
)
VOICEMAIL_KEYS = ("mailbox", "pin", "context", "full_name", "mail", "pager", "options")

# Key, attribute: text that goes into the entry as it is. Of everybody, of every phone, and of those on PJSIP.
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

# What chan_sip calls the DTMF modes of PJSIP.
CHAN_SIP_DTMF = {
    "rfc4733": "rfc2833",
    "inband": "inband",
    "info": "info",
    "auto": "auto",
    "auto_info": "auto",
}
