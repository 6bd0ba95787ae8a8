# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_schema: read the desired schemas, compare them with cn=config, back it up, apply changes.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import replace

from ..._module import ModuleError, RedactingModule
from ..client.connection import Connection, connect_or_assume_bare
from ..client.errors import ServerError
from ..client.operations import Add, Modify
from ..config.backup import save
from ..config.state import search_config
from ..config.trial import Complaint, complaint_about
from .bundled import asterisk, asterisk_pjsip
from .parser import ATTRIBUTE_OF, Schema, decode, parse_schema
from .planner import SchemaEntryPlan, SchemaPlan, attributes_of_new, changes_of, plan_schemas, schema_diff
from .server import BASE, MACRO_ATTRIBUTE, Loaded, read_loaded

BUNDLED: dict[str, t.Callable[[], str]] = {
    "asterisk": asterisk.text,
    "asterisk-pjsip": asterisk_pjsip.text,
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


def missing_sources(options: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the schemas whose file does not exist yet; in check mode, an earlier task may be going to create it."""
    return [option["name"] for option in options if option["src"] and not os.path.lexists(option["src"])]


def desired_schemas(options: t.Iterable[t.Mapping[str, t.Any]]) -> list[Schema]:
    """Read the schemas of the option O(schemas). Raises ModuleError."""
    schemas: list[Schema] = []
    for option in options:
        name = option["name"]
        if not _NAME.match(name):
            raise ModuleError(
                f"schemas: {name!r} is not a valid schema name; use letters, digits, '.', '_' and '-', "
                "without the prefix {n}, which slapd adds."
            )
        if any(schema.name.lower() == name.lower() for schema in schemas):
            raise ModuleError(f"schemas: {name!r} is given twice; remove one of the two.")
        text, source = _text_of(option)
        schemas.append(parse_schema(text, name, source))
    return schemas


def _text_of(option: t.Mapping[str, t.Any]) -> tuple[str, str]:
    name, path, content = option["name"], option["src"], option["content"]
    if content is not None:
        return content, f"content of schema {name}"
    if path is not None:
        try:
            with open(path, "rb") as stream:
                return decode(stream.read(), path), path
        except OSError as error:
            raise ModuleError(
                f"schemas: {path}, the src of schema {name}, cannot be read ({error.strerror}); "
                "src is a file on the managed host: copy it there first, or give content."
            ) from error
    if name not in BUNDLED:
        raise ModuleError(
            f"schemas: {name!r} is not a bundled schema (those are {' and '.join(BUNDLED)}); give src or content."
        )
    return BUNDLED[name](), f"bundled schema {name}"


def load(connection: Connection) -> Loaded:
    """Read the schemas that the server has loaded."""
    attributes = [MACRO_ATTRIBUTE, *ATTRIBUTE_OF.values()]
    rows = search_config(connection, BASE, "(objectClass=*)", attributes)
    subschema = connection.read("cn=Subschema", ["matchingRules"]) or {}
    return read_loaded(rows, subschema.get("matchingRules", ()))


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Load and update the schemas in the options; return the module's result."""
    params = module.params
    missing = missing_sources(params["schemas"]) if module.check_mode else []
    desired = desired_schemas(option for option in params["schemas"] if option["name"] not in missing)
    connection = connect_or_assume_bare(params, module.check_mode, module.warn)
    try:
        loaded = load(connection) if connection else Loaded(bare=True)
        # The definitions in a missing file are unknown, so no dependency can be reported as missing.
        plan = plan_schemas(desired, replace(loaded, bare=True) if missing else loaded, params["keep_extra"])
        result = _result(plan, missing)
        if connection and plan:
            changes = _changes(plan, loaded)
            # Without the definitions in a missing file, a trial would fail.
            complaint = (
                None if missing else complaint_about(connection, list(changes.values()), module.run_command)
            )
            if complaint:
                raise ModuleError(f"{_named(complaint, changes)}: {complaint.words}; nothing was changed.")
            if not module.check_mode:
                if params["backup"]:
                    result["backup_file"] = save(connection, params["backup"])
                _apply(connection, changes)
    finally:
        if connection:
            connection.close()
    for warning in plan.warnings:
        module.warn(warning)
    for name in missing:
        module.warn(
            f"The src of schema {name} does not exist on the host yet; check mode assumes that the schema is new."
        )
    return result


def _changes(plan: SchemaPlan, loaded: Loaded) -> dict[str, Add | Modify]:
    """Return the operation for each schema that changes, by its name."""
    return {
        each.name: Modify(each.dn, changes_of(each, loaded), {}, {})
        if each.entry
        else Add(each.dn, attributes_of_new(each))
        for each in plan.entries
    }


def _named(complaint: Complaint, changes: t.Mapping[str, Add | Modify]) -> str:
    """Return the schema whose entry is complained about, otherwise all that change."""
    entry = complaint.dn.lower()
    own = [name for name in changes if re.match(rf"cn=(\{{\d+\}})?{re.escape(name.lower())},", entry)]
    return "Schema " + ", ".join(own or changes)


def _apply(connection: Connection, changes: t.Mapping[str, Add | Modify]) -> None:
    done: list[str] = []
    for name, change in changes.items():
        try:
            if isinstance(change, Add):
                connection.add(change.dn, change.attributes)
            else:
                connection.modify(change.dn, change.changes)
        except ServerError as failure:
            effect = f"; already loaded: {', '.join(done)}" if done else "; nothing was changed"
            raise ModuleError(f"Schema {name}: {failure.clause()}{effect}.", done=done) from failure
        done.append(name)


def _result(plan: SchemaPlan, missing: t.Sequence[str]) -> dict[str, t.Any]:
    new = [SchemaEntryPlan(name, None) for name in missing]
    return {
        "changed": bool(plan or new),
        "schemas": [_summary(each) for each in (*new, *plan.entries)],
        "diff": [schema_diff(each) for each in plan.entries],
    }


def _summary(plan: SchemaEntryPlan) -> dict[str, t.Any]:
    return {
        "name": plan.name,
        "dn": plan.dn,
        "action": "change" if plan.entry else "create",
        "added": [each.label for each in plan.added],
        "updated": [new.label for _old, new in plan.updated],
    }
