# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_users: from its options to what is wanted, and on through the engine.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.connection import Connection
from ..client.operations import Add
from ..client.passwords import ha1, is_hashed
from ..client.search import search_whole, subschema_of
from ..ldif import reader
from ..sync import desired
from ..sync.pipeline import apply_and_report, load_and_connect, make_plan
from ..sync.planner import PASSWORD
from ..syntax.dn import DnError, parse_dn
from ..syntax.subschema import Subschema
from . import convert, uniqueness
from .validation import PHONE_CLASSES, check_phone

_HA1 = "AstAccountRealmedPassword"
_PIN = "AstVoicemailPassword"


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Bring the people of the directory to what the options of ldap_users say; return the module's result."""
    params = module.params
    settings = _settings(params)
    given, connection = load_and_connect(_wants(params, settings, params["users"] or []), module)
    subschema = subschema_of(connection) if connection is not None else Subschema()
    if params["uid_number_range"] and params["users"]:
        given = list(_wants(params, settings, _with_uid_numbers(params, connection)))
    wants = desired.validate(given, subschema)
    for want, as_given in zip(wants.values(), given):
        # Once more for an attribute that was written as its OID and has its name only now.
        if want is not as_given:
            check_phone(want)
    del given
    uniqueness.check_wanted(wants)
    decided = uniqueness.owners(wants)
    plan = make_plan(connection, wants, subschema)
    if connection is not None:
        adds = any(isinstance(operation, Add) for operation in plan.operations)
        if adds and connection.read(settings.people_dn, ["1.1"]) is None:
            _tell_missing(module, settings.people_dn)
        uniqueness.check_spelling(connection, settings.people_dn, plan.operations, subschema)
        uniqueness.check_stored(connection, settings.people_dn, plan.operations, decided, subschema)
    return apply_and_report(module, connection, plan, subschema)


def _settings(params: t.Mapping[str, t.Any]) -> convert.Settings:
    try:
        if not parse_dn(params["people_dn"]):
            raise DnError("the empty DN names no entry")
    except DnError as error:
        raise ModuleError(f"people_dn: {error}; write for example ou=people,dc=example,dc=org.") from error
    defaults = params["defaults"] or {}
    for key in ("uid", "password", "ha1", "extension"):
        if key in defaults:
            raise ModuleError(f"defaults: {key} belongs to one person; give it in each user's record.")
    return convert.Settings(
        params["people_dn"],
        params["realm"],
        tuple(params["sip_drivers"]),
        params["update_password"],
        params["state"],
        defaults,
    )


def _wants(
    params: t.Mapping[str, t.Any], settings: convert.Settings, users: t.Iterable[t.Any]
) -> t.Iterator[desired.DesiredEntry]:
    if params["src"] is not None:
        records = reader.parse_file(params["src"])
        source = params["src"]
    elif params["content"] is not None:
        records = reader.parse_text(params["content"])
        source = "content"
    else:
        return convert.wants_of_people(users, settings)
    return (_with_phone(want, settings) for want in desired.from_records(records, source, settings.state))


def _with_phone(want: desired.DesiredEntry, settings: convert.Settings) -> desired.DesiredEntry:
    """Give an entry from LDIF its HA1 if it is a phone with a clear password, and mind update_password."""
    check_phone(want)
    attributes = want.attributes
    if PASSWORD in attributes and settings.update_password == "always" and is_hashed(attributes[PASSWORD][0]):  # noqa: S105
        return want
    names = {name.lower(): name for name in attributes}
    password = attributes.get(names.get(PASSWORD.lower(), ""), [])
    if b"" in password:
        raise ModuleError(f"{want.origin}: {PASSWORD} is empty; leave it out to keep the stored one.")
    if password and not is_hashed(password[0]) and _HA1.lower() not in names:
        classes = {value.lower() for value in attributes.get(names.get("objectclass", ""), [])}
        if classes & PHONE_CLASSES:
            uid = attributes.get(names.get("uid", "")) or [_rdn_value(want).encode()]
            digest = ha1(
                uid[0].decode("utf-8", "replace"), settings.realm, password[0].decode("utf-8", "replace")
            )
            attributes = {**attributes, _HA1: [digest.encode()]}
    if settings.update_password == "on_create":  # noqa: S105  a policy
        secret = {PASSWORD.lower(), _HA1.lower(), _PIN.lower()}
        once = tuple(
            desired.AttributeChange("set_if_absent", name, values)
            for name, values in attributes.items()
            if name.lower() in secret
        )
        attributes = {name: values for name, values in attributes.items() if name.lower() not in secret}
        return want._replace(attributes=attributes, steps=want.steps + once)
    return want if attributes is want.attributes else want._replace(attributes=attributes)


def _rdn_value(want: desired.DesiredEntry) -> str:
    try:
        return parse_dn(want.dn)[0][0][1]
    except (DnError, IndexError):
        # desired.validate() tells what is wrong with the DN.
        return ""


def _with_uid_numbers(params: t.Mapping[str, t.Any], connection: Connection | None) -> list[t.Any]:
    """Return the records with a uid_number each, allocate_uid_numbers where none is given or stored."""
    first, last = params["uid_number_range"]["first"], params["uid_number_range"]["last"]
    stored: dict[str, int] = {}
    used: set[int] = set()
    if connection is not None:
        base = _naming_context(connection, params["people_dn"])
        why = "tell which uidNumber is free"
        for _dn, values in search_whole(connection, base, "(uidNumber=*)", ["uid", "uidNumber"], why):
            for number in values.get("uidNumber", []):
                used.add(int(number))
                for uid in values.get("uid", []):
                    stored[uid.decode("utf-8", "replace").lower()] = int(number)
    return uniqueness.allocate_uid_numbers(params["users"], first, last, stored, used)


def _naming_context(connection: Connection, dn: str) -> str:
    root = connection.read("", ["namingContexts"]) or {}
    contexts = [value.decode() for value in root.get("namingContexts", [])]
    above = [context for context in contexts if dn.lower().endswith(context.lower())]
    return max(above, key=len) if above else dn


def _tell_missing(module: RedactingModule, people_dn: str) -> None:
    sentence = f"people_dn {people_dn!r} does not exist; create it first, for example with ldap_entries."
    if not module.check_mode:
        raise ModuleError(sentence)
    module.warn(sentence)
