# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert records of people to directory entries. Pure; phone_values.py does the part that Asterisk reads.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..._module import ModuleError
from ..client.passwords import ha1, is_hashed
from ..sync.desired import ABSENT, PRESENT, AttributeChange, DesiredEntry
from ..syntax.attributes import Values
from ..syntax.dn import escape_value
from ..syntax.matching_rules import fold_case
from .entry_builder import CONTROL, DIGITS, EntryBuilder
from .fields import DIGITS_KEYS, EXTENSION, HA1, KEYS, PLAIN, POSIX_CLASS
from .phone_values import add_phone, add_voicemail
from .validation import check_phone, check_uid

_HA1_DIGITS = re.compile(r"[0-9a-fA-F]{32}")
_EXTENSION_CHARACTERS = re.compile(r"[0-9*#+]{1,32}")
_TELEPHONE_NUMBER = re.compile(r"[0-9+]+")

# The number of people that a warning names for each key.
_SHOWN = 5


class Settings(t.NamedTuple):
    """The options of ldap_users that apply to every record; see the module's documentation."""

    people_dn: str
    realm: str = "asterisk"
    sip_drivers: tuple[str, ...] = ("pjsip", "chan_sip")
    update_password: str = "always"  # noqa: S105  a policy
    state: str = PRESENT
    defaults: t.Mapping[str, t.Any] = {}

    @property
    def keep_secrets(self) -> bool:
        """Whether a stored password or PIN stays."""
        return self.update_password == "on_create"  # noqa: S105  a policy


def desired_people(records: t.Iterable[t.Any], settings: Settings) -> t.Iterator[DesiredEntry]:
    """Convert records to desired entries. Raises ModuleError that names the uid and the key.

    A key that is not given leaves its attributes alone; null removes them.
    """
    seen: dict[str, int] = {}
    for number, record in enumerate(records, 1):
        uid = _uid(record, number)
        key = fold_case(uid)
        if key in seen:
            raise ModuleError(
                f"users: the uid {uid!r} is given twice, by number {seen[key]} and number {number}; "
                "remove one."
            )
        seen[key] = number
        yield desired_person({**settings.defaults, **record}, uid, settings)


def unquoted_numbers(records: t.Iterable[t.Any]) -> str | None:
    """Return a warning about text of digits that YAML read as numbers, None without such.

    They are taken as they are, because 101 is common and means what it says, while 0101 (octal) has become 65.
    """
    found: dict[str, list[str]] = {}
    for record in records:
        if not isinstance(record, t.Mapping):
            continue
        voicemail = record.get("voicemail")
        inner = voicemail.items() if isinstance(voicemail, t.Mapping) else ()
        values = [*record.items(), *((f"voicemail.{key}", value) for key, value in inner)]
        keys = [
            key
            for key, value in values
            if key in DIGITS_KEYS and isinstance(value, int) and not isinstance(value, bool)
        ]
        if keys:
            found.setdefault(" and ".join(keys), []).append(repr(record.get("uid", "defaults")))
    if not found:
        return None
    shown = "; ".join(
        f"{keys} of {', '.join(uids[:_SHOWN])}{', …' if len(uids) > _SHOWN else ''}"
        for keys, uids in found.items()
    )
    return (
        f"Numbers without quotes are used as text: {shown}. YAML reads a number with a leading zero as octal "
        "(0101 as 65); write them in quotes."
    )


def _uid(record: t.Any, number: int) -> str:
    if not isinstance(record, t.Mapping):
        raise ModuleError(f"users, number {number}: the user is not a mapping; write uid, surname and so on.")
    uid = record.get("uid")
    if isinstance(uid, (bool, float)):
        raise ModuleError(
            f"users, number {number}: YAML reads the uid as {uid!r}, not as text; write it in quotes."
        )
    if isinstance(uid, int):
        uid = str(uid)
    if not isinstance(uid, str) or not uid:
        raise ModuleError(f"users, number {number}: the user has no uid; add it.")
    if CONTROL.search(uid):
        raise ModuleError(f"users, number {number}: the uid {uid!r} contains a control character; remove it.")
    return uid


def desired_person(record: t.Mapping[str, t.Any], uid: str, settings: Settings) -> DesiredEntry:
    """Convert one record, which includes the defaults, to its desired entry."""
    origin = f"users, uid {uid!r}"
    dn = f"uid={escape_value(uid)},{settings.people_dn}"
    state = record.get("state", settings.state)
    if state not in (PRESENT, ABSENT):
        raise ModuleError(f"{origin}: state {state!r} is unknown; use present or absent.")
    if state == ABSENT:
        return DesiredEntry(dn, {}, origin, ABSENT)
    if settings.sip_drivers:
        check_uid(uid, origin)
    unknown = [key for key in record if key not in KEYS]
    if unknown:
        raise ModuleError(
            f"{origin}: the key {unknown[0]!r} is unknown; a user takes {', '.join(sorted(KEYS))}."
        )
    entry = EntryBuilder(record, uid, origin, settings.keep_secrets)
    _add_names(entry)
    _add_posix_account(entry)
    add_phone(entry, settings.sip_drivers)
    _add_secrets(entry, settings)
    add_voicemail(entry)
    if entry.removed_classes:
        entry.changes.append(AttributeChange("delete", "objectClass", entry.removed_classes))
    attributes = _with_raw_attributes(entry)
    person = DesiredEntry(dn, attributes, origin, PRESENT, tuple(entry.changes))
    check_phone(person)
    return person


def _add_names(entry: EntryBuilder) -> None:
    surname = entry.text("surname")
    if surname is None:
        raise entry.error("surname", "is missing; add it, LDAP requires one (RFC 4519, 2.32)")
    entry.set("uid", entry.uid)
    entry.set("cn", entry.text("common_name") or " ".join(filter(None, (entry.text("given_name"), surname))))
    entry.copy({key: PLAIN[key] for key in ("given_name", "surname", "display_name", "mail")})
    if "display_name" not in entry.record:
        entry.attributes["displayName"] = entry.attributes["cn"]
    if "extension" in entry.record:
        extension = _extension(entry)
        # RFC 4517, 3.3.31: a telephone number has neither "*" nor "#".
        is_number = extension is not None and _TELEPHONE_NUMBER.fullmatch(extension)
        entry.set("telephoneNumber", extension if is_number else None)
        entry.set(EXTENSION, extension)


def _extension(entry: EntryBuilder) -> str | None:
    extension = "" if entry.record["extension"] == "" else entry.text("extension")
    if extension is not None and not _EXTENSION_CHARACTERS.fullmatch(extension):
        raise entry.error("extension", f"{extension!r} is not 1 to 32 digits, *, # or +; correct it")
    return extension


def _add_posix_account(entry: EntryBuilder) -> None:
    if entry.text("uid_number") is None:
        return
    entry.classes.append(POSIX_CLASS)
    entry.copy({key: PLAIN[key] for key in ("uid_number", "gid_number", "home_directory", "login_shell")})
    entry.attributes.setdefault("gidNumber", entry.attributes["uidNumber"])
    entry.attributes.setdefault("homeDirectory", [f"/home/{entry.uid}".encode()])
    for key in ("uid_number", "gid_number"):
        number = entry.text(key)
        if number is not None and not DIGITS.fullmatch(number):
            raise entry.error(key, f"{number!r} is not a number; correct it")


def _add_secrets(entry: EntryBuilder, settings: Settings) -> None:
    for key in ("password", "ha1"):
        if entry.record.get(key) == "":
            raise entry.error(key, "is empty; leave it out to keep the stored one")
    password, digest = entry.text("password"), entry.text("ha1")
    if password is not None:
        entry.set_secret("userPassword", password)
        if digest is None and not is_hashed(password.encode()):
            digest = ha1(entry.uid, settings.realm, password)
        elif digest is None and settings.sip_drivers:
            raise entry.error("password", "is a hash, which gives no HA1 for the phone; give ha1 as well")
    if digest is not None:
        if not _HA1_DIGITS.fullmatch(digest):
            raise entry.error("ha1", "is not 32 hexadecimal digits; write the MD5 of user:realm:password")
        if settings.sip_drivers:
            entry.set_secret(HA1, digest.lower())
    if not settings.sip_drivers:
        entry.set(HA1, None)


def _with_raw_attributes(entry: EntryBuilder) -> dict[str, Values]:
    """Return the entry's attributes, with those of the key "attributes" in place of or beside them."""
    attributes: dict[str, Values] = {"objectClass": entry.classes, **entry.attributes}
    raw = entry.record.get("attributes") or {}
    if not isinstance(raw, t.Mapping):
        raise entry.error("attributes", "is not a mapping; write attribute: value lines")
    spelling = {name.lower(): name for name in attributes}
    for name, given in raw.items():
        items = given if isinstance(given, list) else [given]
        texts = [entry.to_text(item, f"attributes.{name}") for item in items]
        values = [text.encode() for text in texts if text is not None]
        if str(name).lower() == "objectclass":
            attributes["objectClass"] = attributes["objectClass"] + values
        else:
            attributes[spelling.get(str(name).lower(), str(name))] = values
    return attributes
