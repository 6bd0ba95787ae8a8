# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_users: from its options to desired entries, which are checked for uniqueness and synchronized.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.operations import Add
from ..client.passwords import ha1, is_hashed
from ..client.search import subschema_of
from ..ldif import reader
from ..sync.desired import AttributeChange, DesiredEntry, from_records, validate
from ..sync.pipeline import apply_and_report, load_and_connect, make_plan
from ..syntax.dn import DnError, parse_dn
from ..syntax.subschema import Subschema
from . import uniqueness
from .convert import Settings, desired_people, unquoted_numbers
from .fields import HA1, PHONE_CLASSES, PIN
from .uid_numbers import with_uid_numbers
from .validation import check_phone

PASSWORD = "userPassword"  # noqa: S105  the attribute's name (RFC 4519, 2.41)
_SECRETS = frozenset(name.lower() for name in (PASSWORD, HA1, PIN))


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Synchronize people with the directory as the options of ldap_users say; return the module's result."""
    params = module.params
    settings = _settings(params)
    warning = unquoted_numbers([*(params["users"] or []), settings.defaults])
    if warning:
        module.warn(warning)
    loaded, connection = load_and_connect(_desired_entries(params, settings, params["users"] or []), module)
    subschema = subschema_of(connection) if connection is not None else Subschema()
    if params["uid_number_range"] and params["users"]:
        range_ = params["uid_number_range"]
        users = with_uid_numbers(params["users"], range_, settings.people_dn, connection, subschema)
        loaded = list(_desired_entries(params, settings, users))
    entries = validate(loaded, subschema)
    for entry, as_loaded in zip(entries.values(), loaded):
        # Again for an attribute that was written as its OID and has its name only now.
        if entry is not as_loaded:
            check_phone(entry)
    del loaded
    uniqueness.check_desired(entries)
    decided = uniqueness.decided_entries(entries)
    plan = make_plan(connection, entries, subschema)
    if connection is not None:
        adds = any(isinstance(operation, Add) for operation in plan.operations)
        if adds and connection.read(settings.people_dn, ["1.1"]) is None:
            _report_missing(module, settings.people_dn)
        uniqueness.check_uid_case(connection, settings.people_dn, plan.operations, subschema)
        uniqueness.check_stored(connection, settings.people_dn, plan.operations, decided, subschema)
    return apply_and_report(module, connection, plan, subschema)


def check_input(params: t.Mapping[str, t.Any]) -> list[DesiredEntry]:
    """Return the desired entries of *params* without asking a server; raises ModuleError for what needs none."""
    entries = validate(_desired_entries(params, _settings(params), params["users"] or []), Subschema())
    uniqueness.check_desired(entries)
    return list(entries.values())


def _settings(params: t.Mapping[str, t.Any]) -> Settings:
    try:
        if not parse_dn(params["people_dn"]):
            raise DnError("the empty DN names no entry")
    except DnError as error:
        raise ModuleError(f"people_dn: {error}; write for example ou=people,dc=example,dc=org.") from error
    defaults = params["defaults"] or {}
    for key in ("uid", "password", "ha1", "extension"):
        if key in defaults:
            raise ModuleError(f"defaults: {key} belongs to one person; give it in each user's record.")
    return Settings(
        params["people_dn"],
        params["realm"],
        tuple(params["sip_drivers"]),
        params["update_password"],
        params["state"],
        defaults,
    )


def _desired_entries(
    params: t.Mapping[str, t.Any], settings: Settings, users: t.Iterable[t.Any]
) -> t.Iterator[DesiredEntry]:
    if params["src"] is not None:
        records = reader.parse_file(params["src"])
        source = params["src"]
    elif params["content"] is not None:
        records = reader.parse_text(params["content"])
        source = "content"
    else:
        return desired_people(users, settings)
    return (_from_ldif(entry, settings) for entry in from_records(records, source, settings.state))


def _from_ldif(entry: DesiredEntry, settings: Settings) -> DesiredEntry:
    """Check a phone from LDIF, add its HA1 if its password is in clear text, and apply update_password."""
    check_phone(entry)
    attributes = entry.attributes
    if PASSWORD in attributes and not settings.keep_secrets and is_hashed(attributes[PASSWORD][0]):
        return entry
    names = {name.lower(): name for name in attributes}
    passwords = attributes.get(names.get(PASSWORD.lower(), ""), [])
    if b"" in passwords:
        raise ModuleError(f"{entry.origin}: {PASSWORD} is empty; leave it out to keep the stored one.")
    if passwords and not is_hashed(passwords[0]) and HA1.lower() not in names:
        classes = {value.lower() for value in attributes.get(names.get("objectclass", ""), [])}
        if classes & PHONE_CLASSES:
            uids = attributes.get(names.get("uid", ""))
            digest = ha1(
                _text(uids[0]) if uids else _rdn_value(entry.dn), settings.realm, _text(passwords[0])
            )
            attributes = {**attributes, HA1: [digest.encode()]}
    if settings.keep_secrets:
        changes = tuple(
            AttributeChange("set_if_absent", name, values)
            for name, values in attributes.items()
            if name.lower() in _SECRETS
        )
        attributes = {name: values for name, values in attributes.items() if name.lower() not in _SECRETS}
        return entry._replace(attributes=attributes, changes=entry.changes + changes)
    return entry if attributes is entry.attributes else entry._replace(attributes=attributes)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _rdn_value(dn: str) -> str:
    try:
        return parse_dn(dn)[0][0][1]
    except (DnError, IndexError):
        # validate() reports an invalid DN.
        return ""


def _report_missing(module: RedactingModule, people_dn: str) -> None:
    message = f"people_dn {people_dn!r} does not exist; create it first, for example with ldap_entries."
    if not module.check_mode:
        raise ModuleError(message)
    module.warn(message)
