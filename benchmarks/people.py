# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People to import: as records for ldap_users, and the same people as LDIF for all programs."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from slapd_server import PEOPLE

REALM = "asterisk"


def record(number: int) -> dict[str, Any]:
    """Return a person with a phone and a mailbox, as ldap_users takes one."""
    return {
        "uid": f"u{number:06d}",
        "given_name": f"Given{number % 997}",
        "surname": f"Sur{number}",
        "mail": f"u{number:06d}@example.org",
        "extension": f"{100000 + number}",
        "password": f"secret-{number}",
        "context": "LocalSets",
        "codecs": ["ulaw", "alaw"],
        "voicemail": {"mailbox": f"{100000 + number}", "pin": f"{number % 10000:04d}"},
    }


def ldif(number: int, changed: bool = False) -> str:
    """Return the entry that ldap_users makes of the record, with a hashed password; *changed*: one value differs."""
    person = record(number)
    uid, extension = person["uid"], person["extension"]
    name = f"{person['given_name']} {person['surname']}"
    mail = f"changed.{person['mail']}" if changed else person["mail"]
    salt = number.to_bytes(8, "big")
    stored = base64.b64encode(hashlib.sha1(person["password"].encode() + salt).digest() + salt).decode()  # noqa: S324
    digest = hashlib.md5(f"{uid}:{REALM}:{person['password']}".encode()).hexdigest()  # noqa: S324
    return f"""dn: uid={uid},{PEOPLE}
objectClass: inetOrgPerson
objectClass: AsteriskSIPUser
objectClass: AsteriskPJSIPUser
objectClass: AsteriskVoiceMail
uid: {uid}
cn: {name}
givenName: {person["given_name"]}
sn: {person["surname"]}
mail: {mail}
displayName: {name}
telephoneNumber: {extension}
AstExtension: {extension}
AstAccountContext: {person["context"]}
AstAccountAllowedCodec: !all,{",".join(person["codecs"])}
AstAccountCallerID: "{name}" <{extension}>
AstAccountMailbox: {extension}@default
AstAccountHost: dynamic
AstAccountType: friend
AstAccountNAT: force_rport,comedia
AstPJSIPAors: {uid}
AstPJSIPAuth: {uid}
AstPJSIPAuthUser: {uid}
AstPJSIPAuthType: md5
AstPJSIPMaxContacts: 1
AstPJSIPRemoveExisting: yes
userPassword: {{SSHA}}{stored}
AstAccountRealmedPassword: {digest}
AstContext: default
AstVoicemailMailbox: {extension}
AstVoicemailPassword: {person["voicemail"]["pin"]}
AstVoicemailFullname: {name}
AstVoicemailEmail: {person["mail"]}
"""


def ldif_file(count: int, changed: int = -1) -> str:
    """Return the LDIF of *count* people, of whom number *changed* differs in one value."""
    return "\n".join(ldif(number, number == changed) for number in range(count))
