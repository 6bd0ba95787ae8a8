# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People and their phones: from a record to the entry that holds it. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..._module import ModuleError
from ..client.passwords import ha1
from ..sync.desired import ABSENT, PRESENT, AttributeChange, DesiredEntry
from ..syntax.attributes import Values
from ..syntax.dn import escape_value
from .fields import CHAN_SIP_DTMF, KEYS, PHONE, PJSIP, PLAIN, VOICEMAIL_KEYS
from .validation import PJSIP_CLASS, check_phone, check_uid

SIP_CLASS, VOICEMAIL_CLASS = b"AsteriskSIPUser", b"AsteriskVoiceMail"
POSIX_CLASS = b"posixAccount"
EXTENSION, MAILBOX, VOICEMAIL_CONTEXT = "AstExtension", "AstVoicemailMailbox", "AstContext"

# res_config_ldap cuts a value at ";", and the rest would break out of the quoted name or the address.
_NOT_IN_CALLER_ID = re.compile(r'["\\;<>]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HA1 = re.compile(r"[0-9a-fA-F]{32}")
_DIGITS = re.compile(r"[0-9]+")
_EXTENSION = re.compile(r"[0-9*#+]{1,32}")
_TELEPHONE_NUMBER = re.compile(r"[0-9+]+")
_MOST_CONTACTS = 100
_CODEC = re.compile(r"[A-Za-z0-9_.:-]+")

_YES_NO = {True: "yes", False: "no"}


class Settings(t.NamedTuple):
    """The options of ldap_users that every record is read with; see the module's documentation."""

    people_dn: str
    realm: str = "asterisk"
    sip_drivers: tuple[str, ...] = ("pjsip", "chan_sip")
    update_password: str = "always"  # noqa: S105  a policy
    state: str = PRESENT
    defaults: t.Mapping[str, t.Any] = {}


def wants_of_people(records: t.Iterable[t.Any], settings: Settings) -> t.Iterator[DesiredEntry]:
    """Turn records into what is wanted of the directory. Raises ModuleError that names the uid and the key.

    A key that is not given leaves its attributes alone; one that is null takes them away.
    """
    seen: dict[str, int] = {}
    for number, record in enumerate(records, 1):
        uid = _uid(record, number)
        if uid.lower() in seen:
            raise ModuleError(
                f"users: the uid {uid!r} is given twice, by number {seen[uid.lower()]} and number {number}; "
                "remove one."
            )
        seen[uid.lower()] = number
        yield want_of_person({**settings.defaults, **record}, uid, settings)


def _uid(record: t.Any, number: int) -> str:
    if not isinstance(record, t.Mapping):
        raise ModuleError(
            f"users, number {number}: a user is a mapping with uid, surname and so on, not a text."
        )
    uid = record.get("uid")
    if isinstance(uid, int) and not isinstance(uid, bool):
        uid = str(uid)
    if not isinstance(uid, str) or not uid:
        raise ModuleError(f"users, number {number}: the user has no uid; add it.")
    if _CONTROL.search(uid):
        raise ModuleError(f"users, number {number}: the uid {uid!r} holds a control character; remove it.")
    return uid


def want_of_person(record: t.Mapping[str, t.Any], uid: str, settings: Settings) -> DesiredEntry:
    """Turn one record, with the defaults in it, into what is wanted of its entry."""
    origin = f"users, uid {uid!r}"
    dn = f"uid={escape_value(uid)},{settings.people_dn}"
    state = record.get("state", settings.state)
    if state not in (PRESENT, ABSENT):
        raise ModuleError(f"{origin}: state {state!r} is unknown; it is present or absent.")
    if state == ABSENT:
        return DesiredEntry(dn, {}, origin, ABSENT)
    if settings.sip_drivers:
        check_uid(uid, origin)
    unknown = [key for key in record if key not in KEYS]
    if unknown:
        raise ModuleError(
            f"{origin}: the key {unknown[0]!r} is unknown; a user takes {', '.join(sorted(KEYS))}."
        )
    person = _Person(record, uid, origin, settings)
    want = DesiredEntry(dn, person.attributes(), origin, PRESENT, tuple(person.steps))
    check_phone(want)
    return want


class _Person:
    """One record on its way into an entry; *steps* are what plain values cannot say."""

    def __init__(self, record: t.Mapping[str, t.Any], uid: str, origin: str, settings: Settings) -> None:
        self._record = record
        self._uid = uid
        self._origin = origin
        self._settings = settings
        self._attributes: dict[str, Values] = {}
        self._classes = [b"inetOrgPerson"]
        self._unwanted_classes: Values = []
        self.steps: list[AttributeChange] = []

    def attributes(self) -> dict[str, Values]:
        """Return the attributes that the entry shall have; the steps are complete afterwards."""
        self._names()
        self._posix()
        drivers = self._settings.sip_drivers
        self._class(SIP_CLASS, "chan_sip" in drivers)
        self._class(PJSIP_CLASS, "pjsip" in drivers)
        self._phone()
        self._chan_sip("chan_sip" in drivers)
        self._pjsip("pjsip" in drivers)
        self._secrets(bool(drivers))
        self._voicemail()
        attributes = {"objectClass": self._classes, **self._attributes}
        if self._unwanted_classes:
            self.steps.append(AttributeChange("delete", "objectClass", self._unwanted_classes))
        self._raw(attributes)
        return attributes

    def _fault(self, key: str, why: str) -> ModuleError:
        return ModuleError(f"{self._origin}: {key} {why}.")

    def _text(self, key: str, mapping: t.Mapping[str, t.Any] | None = None, shown: str = "") -> str | None:
        """Return a value as text; None if the key is not given or null. Control characters are refused."""
        value = (self._record if mapping is None else mapping).get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return _YES_NO[value]
        if isinstance(value, (int, float)):
            return str(value)
        if not isinstance(value, str):
            raise self._fault(shown or key, f"is a {type(value).__name__}; write a text")
        if not value.isprintable() and _CONTROL.search(value):
            raise self._fault(shown or key, "holds a control character, such as a line break; remove it")
        return value

    def _whole(self, key: str, mapping: t.Mapping[str, t.Any] | None = None, shown: str = "") -> str | None:
        """Return a text that Asterisk reads, which res_config_ldap would cut at ";"."""
        value = self._text(key, mapping, shown)
        if value is not None and ";" in value:
            raise self._fault(shown or key, "holds a ';', at which Asterisk cuts it; remove it")
        return value

    def _number(self, key: str, least: int, most: int | None = None) -> None:
        value = self._text(key)
        span = f"of {least} or more" if most is None else f"from {least} to {most}"
        if value is not None and (
            not _DIGITS.fullmatch(value)
            or len(value) > 9
            or int(value) < least
            or (most is not None and int(value) > most)
        ):
            raise self._fault(key, f"{value!r} is no whole number {span}; give one")

    def _set(self, attribute: str, value: str | None) -> None:
        self._attributes[attribute] = [] if value is None else [value.encode()]

    def _copy(self, keys: t.Mapping[str, str]) -> None:
        for key, attribute in keys.items():
            if key in self._record:
                self._set(attribute, self._list_text(key))

    def _list_text(self, key: str) -> str | None:
        value = self._record[key]
        if isinstance(value, list):
            texts = [self._text("item", {"item": item}, key) or "" for item in value]
            return ",".join(texts) or None
        return self._text(key)

    def _copy_whole(self, keys: t.Mapping[str, str]) -> None:
        for key, attribute in keys.items():
            if key in self._record:
                text = self._list_text(key)
                self._set(attribute, self._whole(key, {key: text}))

    def _class(self, name: bytes, wanted: bool) -> None:
        (self._classes if wanted else self._unwanted_classes).append(name)

    def _names(self) -> None:
        surname = self._text("surname")
        if surname is None:
            raise self._fault("surname", "is missing; a person in LDAP needs one (RFC 4519, 2.32)")
        given = self._text("given_name")
        self._set("uid", self._uid)
        self._set("cn", self._text("common_name") or " ".join(filter(None, (given, surname))))
        self._copy({key: PLAIN[key] for key in ("given_name", "surname", "display_name", "mail")})
        if "display_name" not in self._record:
            self._attributes["displayName"] = self._attributes["cn"]
        if "extension" in self._record:
            extension = self._extension()
            # RFC 4517, 3.3.31: a telephone number has neither "*" nor "#".
            plain = extension is not None and _TELEPHONE_NUMBER.fullmatch(extension)
            self._set("telephoneNumber", extension if plain else None)
            self._set(EXTENSION, extension)

    def _extension(self) -> str | None:
        extension = self._text("extension")
        if (extension is None and self._record["extension"] == "") or (
            extension is not None and not _EXTENSION.fullmatch(extension)
        ):
            raise self._fault(
                "extension", f"{extension or ''!r} is not 1 to 32 digits, *, # or +; correct it"
            )
        return extension

    def _posix(self) -> None:
        if self._text("uid_number") is None:
            return
        self._classes.append(POSIX_CLASS)
        self._copy({key: PLAIN[key] for key in ("uid_number", "gid_number", "home_directory", "login_shell")})
        self._attributes.setdefault("gidNumber", self._attributes["uidNumber"])
        self._attributes.setdefault("homeDirectory", [f"/home/{self._uid}".encode()])
        for key in ("uid_number", "gid_number"):
            number = self._text(key)
            if number is not None and not _DIGITS.fullmatch(number):
                raise self._fault(key, f"{number!r} is no number")

    def _phone(self) -> None:
        self._copy_whole(PHONE)
        if "codecs" in self._record:
            self._set("AstAccountAllowedCodec", self._codecs())
        if "extension" in self._record or "caller_id" in self._record:
            self._set("AstAccountCallerID", self._caller_id())
        voicemail = self._record.get("voicemail")
        if "mailbox" in self._record:
            self._set("AstAccountMailbox", self._whole("mailbox"))
        elif isinstance(voicemail, t.Mapping):
            mailbox = self._text("mailbox", voicemail, "voicemail.mailbox") or self._text("extension")
            context = self._whole("context", voicemail, "voicemail.context") or "default"
            self._set("AstAccountMailbox", f"{mailbox}@{context}" if mailbox else None)
        elif "voicemail" in self._record:
            self._set("AstAccountMailbox", None)

    def _codecs(self) -> str | None:
        given = self._record["codecs"]
        codecs = given if isinstance(given, list) else [given] if given else []
        for codec in codecs:
            if not isinstance(codec, str) or not _CODEC.fullmatch(codec):
                raise self._fault(
                    "codecs", f"has {codec!r}, which is no codec; write names such as ulaw, opus"
                )
        # A single value: of several, the order in which the directory returns them would decide.
        return "!all," + ",".join(codecs) if codecs else None

    def _caller_id(self) -> str | None:
        given = self._whole("caller_id")
        if given is not None:
            return given
        extension = self._text("extension")
        if extension is None:
            return None
        name = " ".join(_NOT_IN_CALLER_ID.sub("", self._attributes["cn"][0].decode()).split())
        return f'"{name}" <{extension}>'

    def _chan_sip(self, wanted: bool) -> None:
        own = {
            "AstAccountHost": "dynamic",
            "AstAccountType": "friend",
            "AstAccountNAT": "force_rport,comedia",
        }
        for attribute, value in own.items():
            self._set(attribute, value if wanted else None)
        dtmf, direct = self._text("dtmf_mode"), self._text("direct_media")
        if dtmf is not None and dtmf not in CHAN_SIP_DTMF:
            raise self._fault("dtmf_mode", f"{dtmf!r} is unknown; it is {', '.join(CHAN_SIP_DTMF)}")
        if "dtmf_mode" in self._record or not wanted:
            self._set("AstAccountDTMFMode", CHAN_SIP_DTMF.get(dtmf or "", dtmf) if wanted else None)
        if "direct_media" in self._record or not wanted:
            self._set("AstAccountCanReinvite", direct if wanted else None)

    def _pjsip(self, wanted: bool) -> None:
        own = {"AstPJSIPAors": self._uid, "AstPJSIPAuth": self._uid, "AstPJSIPAuthUser": self._uid}
        own["AstPJSIPAuthType"] = "md5"
        for attribute, value in own.items():
            self._set(attribute, value if wanted else None)
        self._number("max_contacts", 1, _MOST_CONTACTS)
        self._number("qualify_frequency", 0)
        if self._text("remove_existing") not in (None, "yes", "no"):
            raise self._fault("remove_existing", "is neither true nor false; write one of them")
        if not wanted:
            for attribute in PJSIP.values():
                self._set(attribute, None)
            return
        self._copy_whole(PJSIP)
        if not self._attributes.get("AstPJSIPMaxContacts"):
            # Without it an AOR takes no registration at all.
            self._set("AstPJSIPMaxContacts", "1")
        if not self._attributes.get("AstPJSIPRemoveExisting"):
            # Without it a phone that restarts is locked out until its former registration expires.
            self._set("AstPJSIPRemoveExisting", "yes")

    def _secrets(self, phone: bool) -> None:
        for key in ("password", "ha1"):
            if self._record.get(key) == "":
                raise self._fault(key, "is empty; leave it out to keep the stored one")
        password, digest = self._text("password"), self._text("ha1")
        if password is not None:
            self._secret("userPassword", password)
            digest = digest or ha1(self._uid, self._settings.realm, password)
        if digest is not None:
            if not _HA1.fullmatch(digest):
                raise self._fault("ha1", "is not 32 hexadecimal digits; write the MD5 of user:realm:password")
            if phone:
                self._secret("AstAccountRealmedPassword", digest.lower())
        if not phone:
            self._set("AstAccountRealmedPassword", None)

    def _secret(self, attribute: str, value: str) -> None:
        if self._settings.update_password == "on_create":  # noqa: S105  a policy
            self.steps.append(AttributeChange("set_if_absent", attribute, [value.encode()]))
        else:
            self._set(attribute, value)

    def _voicemail(self) -> None:
        if "voicemail" not in self._record:
            return
        given = self._record["voicemail"] or None
        self._class(VOICEMAIL_CLASS, given is not None)
        if given is None:
            for attribute in (VOICEMAIL_CONTEXT, MAILBOX, *_VOICEMAIL_PLAIN.values(), "AstVoicemailPassword"):
                self._set(attribute, None)
            return
        if not isinstance(given, t.Mapping):
            raise self._fault("voicemail", "is no mapping; write mailbox and pin")
        unknown = [key for key in given if key not in VOICEMAIL_KEYS]
        if unknown:
            raise self._fault(
                f"voicemail.{unknown[0]}", f"is unknown; voicemail takes {', '.join(VOICEMAIL_KEYS)}"
            )
        mailbox = self._text("mailbox", given, "voicemail.mailbox") or self._text("extension")
        pin = self._text("pin", given, "voicemail.pin")
        if mailbox is None or not _DIGITS.fullmatch(mailbox):
            raise self._fault(
                "voicemail.mailbox", "is missing or not made of digits; give the number to dial"
            )
        if pin is None or not _DIGITS.fullmatch(pin):
            raise self._fault("voicemail.pin", "is missing or not made of digits; give it, in quotes")
        self._set(VOICEMAIL_CONTEXT, self._whole("context", given, "voicemail.context") or "default")
        self._set(MAILBOX, mailbox)
        self._secret("AstVoicemailPassword", pin)
        self._set("AstVoicemailFullname", self._attributes["cn"][0].decode().replace(";", "") or None)
        if "mail" not in given:
            self._set("AstVoicemailEmail", self._whole("mail"))
        for key, attribute in _VOICEMAIL_PLAIN.items():
            if key in given:
                self._set(attribute, self._whole(key, given, f"voicemail.{key}"))

    def _raw(self, attributes: dict[str, Values]) -> None:
        raw = self._record.get("attributes") or {}
        if not isinstance(raw, t.Mapping):
            raise self._fault("attributes", "is no mapping; write attribute: value lines")
        own = {name.lower(): name for name in attributes}
        for name, given in raw.items():
            items = given if isinstance(given, list) else [given]
            values = [
                text.encode()
                for text in (self._text("item", {"item": item}, f"attributes.{name}") for item in items)
                if text is not None
            ]
            if str(name).lower() == "objectclass":
                attributes["objectClass"] = attributes["objectClass"] + values
            else:
                attributes[own.get(str(name).lower(), str(name))] = values


_VOICEMAIL_PLAIN = {
    "full_name": "AstVoicemailFullname",
    "mail": "AstVoicemailEmail",
    "pager": "AstVoicemailPager",
    "options": "AstVoicemailOptions",
}
