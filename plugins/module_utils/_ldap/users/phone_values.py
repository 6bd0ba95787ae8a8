# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phone and the mailbox of a person: what chan_sip, PJSIP and voicemail need in the entry. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..sync.desired import AttributeChange
from .entry_builder import DIGITS, EntryBuilder
from .fields import (
    CHAN_SIP_DTMF,
    MAILBOX,
    PHONE,
    PIN,
    PJSIP,
    PJSIP_CLASS,
    SIP_CLASS,
    VOICEMAIL,
    VOICEMAIL_CLASS,
    VOICEMAIL_CONTEXT,
    VOICEMAIL_KEYS,
)

# res_config_ldap cuts a value at ";", and the rest would break out of the quoted name or the address.
_NOT_IN_CALLER_ID = re.compile(r'["\\;<>]')
_CODEC = re.compile(r"[A-Za-z0-9_.:-]+")
_MAX_CONTACTS = 100


def add_phone(entry: EntryBuilder, sip_drivers: t.Container[str]) -> None:
    """Add the classes and attributes of a phone; those of a driver that is not named are removed."""
    chan_sip, pjsip = "chan_sip" in sip_drivers, "pjsip" in sip_drivers
    entry.set_class(SIP_CLASS, chan_sip)
    entry.set_class(PJSIP_CLASS, pjsip)
    entry.copy_for_asterisk(PHONE)
    if "codecs" in entry.record:
        entry.set("AstAccountAllowedCodec", _codecs(entry))
    if "extension" in entry.record or "caller_id" in entry.record:
        entry.set("AstAccountCallerID", _caller_id(entry))
    elif chan_sip or pjsip:
        # Without it, Asterisk would believe the name and number that the phone gives.
        entry.changes.append(
            AttributeChange("set_if_absent", "AstAccountCallerID", [_caller_id(entry).encode()])
        )
    if "mailbox" in entry.record:
        entry.set("AstAccountMailbox", entry.asterisk_text("mailbox"))
    elif "voicemail" in entry.record:
        entry.set("AstAccountMailbox", _announced_mailbox(entry))
    _add_chan_sip(entry, chan_sip)
    _add_pjsip(entry, pjsip)


def _codecs(entry: EntryBuilder) -> str | None:
    given = entry.record["codecs"]
    codecs = given if isinstance(given, list) else [given] if given else []
    for codec in codecs:
        if not isinstance(codec, str) or not _CODEC.fullmatch(codec):
            raise entry.error(
                "codecs", f"has {codec!r}, which is not a codec; write names such as ulaw, opus"
            )
    # A single value: of several, the order in which the directory returns them would decide.
    return "!all," + ",".join(codecs) if codecs else None


def _caller_id(entry: EntryBuilder) -> str:
    given = entry.asterisk_text("caller_id")
    if given is not None:
        return given
    name = " ".join(_NOT_IN_CALLER_ID.sub("", entry.attributes["cn"][0].decode()).split())
    return f'"{name}" <{entry.text("extension") or entry.uid}>'


def _announced_mailbox(entry: EntryBuilder) -> str | None:
    voicemail = entry.record["voicemail"]
    if not isinstance(voicemail, t.Mapping):
        return None
    mailbox = _mailbox(entry, voicemail)
    context = _voicemail_context(entry, voicemail)
    return f"{mailbox}@{context}" if mailbox else None


def _mailbox(entry: EntryBuilder, voicemail: t.Mapping[str, t.Any]) -> str | None:
    return entry.to_text(voicemail.get("mailbox"), "voicemail.mailbox") or entry.text("extension")


def _voicemail_context(entry: EntryBuilder, voicemail: t.Mapping[str, t.Any]) -> str:
    return entry.to_asterisk_text(voicemail.get("context"), "voicemail.context") or "default"


def _add_chan_sip(entry: EntryBuilder, enabled: bool) -> None:
    fixed = {"AstAccountHost": "dynamic", "AstAccountType": "friend", "AstAccountNAT": "force_rport,comedia"}
    for attribute, value in fixed.items():
        entry.set(attribute, value if enabled else None)
    dtmf_mode, direct_media = entry.text("dtmf_mode"), entry.text("direct_media")
    if dtmf_mode is not None and dtmf_mode not in CHAN_SIP_DTMF:
        raise entry.error("dtmf_mode", f"{dtmf_mode!r} is unknown; use {', '.join(CHAN_SIP_DTMF)}")
    if "dtmf_mode" in entry.record or not enabled:
        entry.set("AstAccountDTMFMode", CHAN_SIP_DTMF.get(dtmf_mode or "") if enabled else None)
    if "direct_media" in entry.record or not enabled:
        entry.set("AstAccountCanReinvite", direct_media if enabled else None)


def _add_pjsip(entry: EntryBuilder, enabled: bool) -> None:
    fixed = dict.fromkeys(("AstPJSIPAors", "AstPJSIPAuth", "AstPJSIPAuthUser"), entry.uid)
    fixed["AstPJSIPAuthType"] = "md5"
    for attribute, value in fixed.items():
        entry.set(attribute, value if enabled else None)
    entry.check_number("max_contacts", 1, _MAX_CONTACTS)
    entry.check_number("qualify_frequency", 0)
    if entry.text("remove_existing") not in (None, "yes", "no"):
        raise entry.error("remove_existing", "is neither true nor false; write one of them")
    if not enabled:
        for attribute in PJSIP.values():
            entry.set(attribute, None)
        return
    entry.copy_for_asterisk(PJSIP)
    if not entry.attributes.get("AstPJSIPMaxContacts"):
        # Without it an AOR takes no registration at all.
        entry.set("AstPJSIPMaxContacts", "1")
    if not entry.attributes.get("AstPJSIPRemoveExisting"):
        # Without it a phone that restarts is locked out until its former registration expires.
        entry.set("AstPJSIPRemoveExisting", "yes")


def add_voicemail(entry: EntryBuilder) -> None:
    """Add the mailbox if the record has one; remove it if the record has null."""
    if "voicemail" not in entry.record:
        return
    voicemail = entry.record["voicemail"] or None
    entry.set_class(VOICEMAIL_CLASS, voicemail is not None)
    if voicemail is None:
        for attribute in (VOICEMAIL_CONTEXT, MAILBOX, *VOICEMAIL.values(), PIN):
            entry.set(attribute, None)
        return
    if not isinstance(voicemail, t.Mapping):
        raise entry.error("voicemail", "is not a mapping; write mailbox and pin")
    unknown = [key for key in voicemail if key not in VOICEMAIL_KEYS]
    if unknown:
        raise entry.error(
            f"voicemail.{unknown[0]}", f"is unknown; voicemail takes {', '.join(VOICEMAIL_KEYS)}"
        )
    mailbox = _mailbox(entry, voicemail)
    pin = entry.to_text(voicemail.get("pin"), "voicemail.pin")
    if mailbox is None or not DIGITS.fullmatch(mailbox):
        raise entry.error("voicemail.mailbox", "is missing or not made of digits; give the number to dial")
    if pin is None or not DIGITS.fullmatch(pin):
        raise entry.error("voicemail.pin", "is missing or not made of digits; give it, in quotes")
    entry.set(VOICEMAIL_CONTEXT, _voicemail_context(entry, voicemail))
    entry.set(MAILBOX, mailbox)
    entry.set_secret(PIN, pin)
    entry.set("AstVoicemailFullname", entry.attributes["cn"][0].decode().replace(";", "") or None)
    if "mail" not in voicemail:
        entry.set("AstVoicemailEmail", entry.to_asterisk_text(entry.first_of("mail"), "mail"))
    for key, attribute in VOICEMAIL.items():
        if key in voicemail:
            entry.set(attribute, entry.to_asterisk_text(voicemail[key], f"voicemail.{key}"))
