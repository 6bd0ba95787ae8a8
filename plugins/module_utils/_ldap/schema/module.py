# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module ldap_schema does: read the wanted schemas, compare, save cn=config, apply.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import replace

from ..._module import ModuleError, RedactingModule
from ..client.connection import NO_SUCH_OBJECT, Connection, ServerError, connect_or_assume_bare
from ..config.backup import save
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
    """The names of the schemas whose file is not there yet, which in check mode an earlier task may bring."""
    return [option["name"] for option in options if option["src"] and not os.path.lexists(option["src"])]


def wanted_schemas(options: t.Iterable[t.Mapping[str, t.Any]]) -> list[Schema]:
    """Read the schemas that the option O(schemas) names; raises ModuleError."""
    schemas: list[Schema] = []
    for option in options:
        name = option["name"]
        if not _NAME.match(name):
            raise ModuleError(
                f"schemas: {name!r} is no name for a schema; use letters, digits, '.', '_' and '-', "
                "and no {n}, which slapd adds by itself."
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
            f"schemas: the collection carries no schema {name!r}, only "
            f"{' and '.join(BUNDLED)}; give src or content."
        )
    return BUNDLED[name](), f"carried schema {name}"


def load(connection: Connection) -> Loaded:
    """Read all that the server has loaded."""
    try:
        rows = connection.search(BASE, attributes=[MACRO_ATTRIBUTE, *ATTRIBUTE_OF.values()])
    except ServerError as refusal:
        if refusal.code != NO_SUCH_OBJECT:
            raise
        rows = []
    if not rows:
        raise ModuleError(
            f"The LDAP server {connection.uri} shows no {BASE} to this login; log in as one that manages "
            "cn=config (root over ldapi:///, or the rootdn of cn=config), on a server that has one."
        )
    return read_loaded(rows)


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Do what the module's options ask for and return its result."""
    params = module.params
    awaited = missing_sources(params["schemas"]) if module.check_mode else []
    wanted = wanted_schemas(option for option in params["schemas"] if option["name"] not in awaited)
    connection = connect_or_assume_bare(params, module.check_mode, module.warn)
    try:
        loaded = load(connection) if connection else Loaded(bare=True)
        # What a file that is still to come brings is not known, so nothing can be said to be missing.
        plan = plan_schemas(wanted, replace(loaded, bare=True) if awaited else loaded, params["keep_extra"])
        result = _result(plan, awaited)
        if connection and plan and not module.check_mode:
            if params["backup"]:
                result["backup_file"] = save(connection, params["backup"])
            _apply(connection, plan, loaded)
    finally:
        if connection:
            connection.close()
    for warning in plan.warnings:
        module.warn(warning)
    for name in awaited:
        module.warn(f"The src of schema {name} is not on the host yet. In check mode it is taken to be new.")
    return result


def _apply(connection: Connection, plan: SchemaPlan, loaded: Loaded) -> None:
    done: list[str] = []
    for each in plan.entries:
        try:
            if each.entry:
                connection.modify(each.dn, changes_of(each, loaded))
            else:
                connection.add(each.dn, attributes_of_new(each))
        except ServerError as refusal:
            before = f"; done before it, and kept: {', '.join(done)}" if done else "; nothing was changed"
            raise ModuleError(
                f"Schema {each.name}: slapd refuses it, {refusal.words}{before}.", done=done
            ) from refusal
        done.append(each.name)


def _result(plan: SchemaPlan, awaited: t.Sequence[str]) -> dict[str, t.Any]:
    new = [SchemaEntryPlan(name, None) for name in awaited]
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
