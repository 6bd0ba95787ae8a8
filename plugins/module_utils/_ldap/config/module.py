# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module ldap_config does: read cn=config, plan, save it, apply step by step, take back on failure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import shutil
import stat
import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.connection import NO_SUCH_OBJECT, Connection, ServerError, connect_or_assume_bare
from ..syntax.subschema import Subschema
from .backup import save
from .operations import ConfigOperation, entry_of
from .planner import BASE, FILES_OF_TLS, State, plan_config


def read_state(connection: Connection) -> State:
    """Read all of cn=config but the schemas, and what the server says of its attributes."""
    try:
        rows = connection.search(BASE, filterstr="(!(objectClass=olcSchemaConfig))", attributes=["*"])
    except ServerError as refusal:
        if refusal.code != NO_SUCH_OBJECT:
            raise
        rows = []
    if not rows:
        raise ModuleError(
            f"The LDAP server {connection.uri} shows no {BASE} to this login; log in as one that manages it "
            "(root over ldapi:///, or the rootdn of cn=config), on a server that has one."
        )
    described = connection.read("cn=Subschema", ["attributeTypes", "objectClasses"]) or {}
    subschema = Subschema(
        (value.decode("utf-8", "replace") for value in described.get("attributeTypes", ())),
        (value.decode("utf-8", "replace") for value in described.get("objectClasses", ())),
    )
    entries = tuple(entry_of(dn, attributes, subschema) for dn, attributes in rows)
    suffixes = {
        suffix for entry in entries if entry.get("olcDbDirectory") for suffix in entry.get("olcSuffix")
    }
    return State(
        entries, subschema, frozenset(each.lower() for each in suffixes if _is_empty(connection, each))
    )


def _is_empty(connection: Connection, suffix: str) -> bool:
    try:
        return connection.read(suffix, ["1.1"]) is None
    except ServerError:
        return False


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Do what the module's options ask for and return its result."""
    params = module.params
    if params["server_uri"].startswith("ldapi:") and not module.check_mode:
        check_files(params["tls"] or {})
    connection = connect_or_assume_bare(params, module.check_mode, module.warn)
    try:
        steps = plan_config(params, read_state(connection) if connection else State())
        result: dict[str, t.Any] = {
            "changed": bool(steps),
            "entries": [_summary(step) for step in steps],
            "diff": [step.diff() for step in steps],
        }
        if connection and steps and not module.check_mode:
            if params["backup"]:
                result["backup_file"] = save(connection, params["backup"])
            apply_operations(connection, steps)
    finally:
        if connection:
            connection.close()
    return result


def check_files(tls: t.Mapping[str, t.Any]) -> None:
    """Raise ModuleError for a file that is not there, for slapd refuses it without saying which; local servers only."""
    for option, path in tls.items():
        if path is not None and option in FILES_OF_TLS and not os.path.exists(path):
            raise ModuleError(
                f"tls.{option}: there is no {path} on this host; put it there first, readable for the user of slapd."
            )


def _summary(step: ConfigOperation) -> dict[str, t.Any]:
    attributes = step.attributes or [attribute for _operation, attribute, _values in step.changes]
    return {"dn": step.dn, "action": step.action, "attributes": sorted(set(attributes))}


def apply_operations(connection: Connection, steps: t.Sequence[ConfigOperation]) -> None:
    """Do the steps in their order; if one fails, take back those before it and raise ModuleError."""
    done: list[ConfigOperation] = []
    made: list[str] = []
    for step in steps:
        try:
            if step.directory and _make_directory(connection, step.directory):
                made.append(step.directory)
            if step.action == "add":
                connection.add(step.dn, step.attributes)
                _use_real_dn(connection, step, steps)
            else:
                connection.modify(step.dn, step.changes)
        except ServerError as refusal:
            raise ModuleError(_refused(step, refusal) + _rollback(connection, done, made)) from refusal
        except OSError as error:
            raise ModuleError(
                f"database.directory: {step.directory} cannot be made ({error.strerror}); make the directory "
                f"above it, owned by the user of slapd{_rollback(connection, done, made)}"
            ) from error
        done.append(step)


def _make_directory(connection: Connection, directory: str) -> bool:
    """Make the directory of a new database, owned like the one it is in; only on the server itself."""
    if not connection.uri.startswith("ldapi:") or os.path.isdir(directory):
        return False
    parent = os.stat(os.path.dirname(os.path.abspath(directory)))
    os.mkdir(directory, 0o700)
    os.chown(directory, parent.st_uid, parent.st_gid)
    os.chmod(directory, stat.S_IMODE(parent.st_mode))
    return True


def _use_real_dn(connection: Connection, step: ConfigOperation, steps: t.Sequence[ConfigOperation]) -> None:
    """Slapd numbers what is added; later steps below it need the DN that it got."""
    name = step.attributes.get("olcDatabase")
    if not name:
        return
    suffix = step.attributes.get("olcSuffix", [b""])[0]
    for dn, attributes in connection.search(BASE, "one", attributes=["olcDatabase", "olcSuffix"]):
        same_kind = attributes.get("olcDatabase", [b""])[0].endswith(b"}" + name[0])
        if same_kind and suffix in attributes.get("olcSuffix", [b""]):
            for later in steps:
                if later.dn.endswith("," + step.dn):
                    later.dn = later.dn[: -len(step.dn)] + dn
            step.dn = dn


def _refused(step: ConfigOperation, refusal: ServerError) -> str:
    named = [option for attribute, option in step.options.items() if attribute in refusal.words.lower()]
    options = ", ".join(named or sorted(set(step.options.values()))) or step.dn
    return f"{options}: slapd refuses it, {refusal.words} (its log may say more)"


def _rollback(connection: Connection, done: t.Sequence[ConfigOperation], made: t.Sequence[str]) -> str:
    """Undo the steps in reverse, and the directories made for them; what slapd cannot undo is told."""
    kept = []
    in_use = set()
    for step in reversed(done):
        try:
            if step.action == "add":
                connection.delete(step.dn)
            elif step.undo:
                connection.modify(step.dn, step.undo)
            else:
                kept.append(f"{step.dn} ({', '.join(sorted(step.options.values()))})")
        except ServerError:
            kept.append(step.dn)
            in_use.add(step.directory)
    for directory in made:
        if directory not in in_use:
            # Nothing but slapd's own new files can be in it: it did not exist a moment ago.
            shutil.rmtree(directory, ignore_errors=True)
    if kept:
        return f"; this was done before it and stays, for slapd cannot take it back: {', '.join(kept)}."
    return "; what was done before it was taken back." if done else "; nothing was changed."
