# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_config: plan changes to cn=config, back it up, apply them, and roll back after an error.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import shutil
import typing as t

from ..._module import ModuleError, RedactingModule
from ..client.connection import Connection, connect_or_assume_bare
from ..client.errors import ServerError
from ..client.operations import Add, Modify
from .backup import save
from .operations import ConfigOperation
from .planner import TLS_FILE_OPTIONS, plan_config
from .state import BASE, State, read_state
from .trial import Complaint, complaint_about


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Configure cn=config as in the options; return the module's result."""
    params = module.params
    if params["server_uri"].startswith("ldapi:") and not module.check_mode:
        check_files(params["tls"] or {})
    connection = connect_or_assume_bare(params, module.check_mode, module.warn)
    try:
        operations = plan_config(params, read_state(connection) if connection else State())
        result: dict[str, t.Any] = {
            "changed": bool(operations),
            "entries": [_summary(each) for each in operations],
            "diff": [each.diff() for each in operations],
        }
        if connection and operations:
            _check_on_copy(module, connection, operations)
        if connection and operations and not module.check_mode:
            if params["backup"]:
                result["backup_file"] = save(connection, params["backup"])
            apply_operations(connection, operations)
    finally:
        if connection:
            connection.close()
    return result


def check_files(tls: t.Mapping[str, t.Any]) -> None:
    """Raise ModuleError for a missing file of a local server, because slapd does not report which one is missing."""
    for option, path in tls.items():
        if path is not None and option in TLS_FILE_OPTIONS and not os.path.exists(path):
            raise ModuleError(
                f"tls.{option}: {path} does not exist on this host; create it first, readable by the user of slapd."
            )


def _check_on_copy(
    module: RedactingModule, connection: Connection, operations: t.Sequence[ConfigOperation]
) -> None:
    """Raise ModuleError if slapd would refuse the changes or would not start with them."""
    changes = [
        Add(each.dn, each.attributes) if each.action == "add" else Modify(each.dn, each.changes, {}, {})
        for each in operations
    ]
    complaint = complaint_about(connection, changes, module.run_command)
    if complaint is None:
        return
    message = f"{_options_at_fault(operations, complaint)}: {complaint.words}"
    if module.check_mode and complaint.dn.startswith("cn=module"):
        module.warn(f"{message}; check mode assumes that an earlier task installs the module.")
        return
    raise ModuleError(f"{message}; nothing was changed.")


def _options_at_fault(operations: t.Sequence[ConfigOperation], complaint: Complaint) -> str:
    """Return the options that set what slapd complains about."""
    entry = _without_number(complaint.dn)
    own = [each for each in operations if _without_number(each.dn) == entry]
    # A schema is not changed here, so its definitions are repeated by a new module.
    loading = [each for each in operations if "olcmoduleload" in each.options and ",cn=schema," in entry]
    concerned = own or loading or operations
    return ", ".join(dict.fromkeys(_options(each, complaint.words) for each in concerned))


def _without_number(dn: str) -> str:
    """Return a DN in lower case, and without the number that slapd gives to a new entry."""
    return re.sub(r"^(\w+=)\{-?\d+\}", r"\1", dn.lower())


def _summary(operation: ConfigOperation) -> dict[str, t.Any]:
    attributes = operation.attributes or [attribute for _type, attribute, _values in operation.changes]
    return {"dn": operation.dn, "action": operation.action, "attributes": sorted(set(attributes))}


def apply_operations(connection: Connection, operations: t.Sequence[ConfigOperation]) -> None:
    """Apply the operations in order; if one fails, roll back the earlier ones and raise ModuleError."""
    done: list[ConfigOperation] = []
    created: list[str] = []
    for operation in operations:
        try:
            if operation.directory and _create_directory(connection, operation.directory):
                created.append(operation.directory)
            if operation.action == "add":
                connection.add(operation.dn, operation.attributes)
                _use_numbered_dn(connection, operation, operations)
            else:
                connection.modify(operation.dn, operation.changes)
        except ServerError as failure:
            raise ModuleError(
                f"{_options(operation, failure.words)}: {failure.clause()}{_rollback(connection, done, created)}"
            ) from failure
        except OSError as error:
            raise ModuleError(
                f"database.directory: {operation.directory} cannot be created ({error.strerror}); create its "
                f"parent directory, owned by the user of slapd{_rollback(connection, done, created)}"
            ) from error
        done.append(operation)


def _create_directory(connection: Connection, directory: str) -> bool:
    """Create the directory of a new database on the local server, for the account of slapd only."""
    if not connection.uri.startswith("ldapi:") or os.path.isdir(directory):
        return False
    os.mkdir(directory, 0o700)
    os.chown(directory, *_account_of_slapd(connection, os.path.dirname(os.path.abspath(directory))))
    return True


def _account_of_slapd(connection: Connection, parent: str) -> tuple[int, int]:
    """Return user and group of the running slapd, found by its pid file, otherwise those of the parent directory."""
    entry = connection.read(BASE, ["olcPidFile"]) or {}
    try:
        with open(entry["olcPidFile"][0].decode(), encoding="ascii") as file:
            owner = os.stat(f"/proc/{int(file.read())}")
    except (KeyError, OSError, ValueError):
        owner = os.stat(parent)
    return owner.st_uid, owner.st_gid


def _use_numbered_dn(
    connection: Connection, operation: ConfigOperation, operations: t.Sequence[ConfigOperation]
) -> None:
    """Replace the DN of an added database by the one that slapd has given it, also in later operations."""
    name = operation.attributes.get("olcDatabase")
    if not name:
        return
    suffix = operation.attributes.get("olcSuffix", [b""])[0]
    for dn, attributes in connection.search(BASE, "one", attributes=["olcDatabase", "olcSuffix"]):
        same_kind = attributes.get("olcDatabase", [b""])[0].endswith(b"}" + name[0])
        if same_kind and suffix in attributes.get("olcSuffix", [b""]):
            for later in operations:
                if later.dn.endswith("," + operation.dn):
                    later.dn = later.dn[: -len(operation.dn)] + dn
            operation.dn = dn


def _options(operation: ConfigOperation, words: str) -> str:
    """Return the options whose attributes the server's words name, otherwise all of the operation."""
    named = [option for attribute, option in operation.options.items() if attribute in words.lower()]
    return ", ".join(named or sorted(set(operation.options.values()))) or operation.dn


def _rollback(connection: Connection, done: t.Sequence[ConfigOperation], created: t.Sequence[str]) -> str:
    """Undo operations and directories in reverse order; return a clause that names what remains."""
    kept = []
    in_use = set()
    for operation in reversed(done):
        named = f"{operation.dn} ({', '.join(sorted(operation.options.values()))})"
        try:
            if operation.action == "add":
                connection.delete(operation.dn)
            elif operation.undo:
                connection.modify(operation.dn, operation.undo)
            else:
                kept.append(named)
        except ServerError:
            kept.append(named)
            in_use.add(operation.directory)
    for directory in created:
        if directory not in in_use:
            # It did not exist before, so it contains only files of slapd.
            shutil.rmtree(directory, ignore_errors=True)
    if kept:
        return f"; these earlier changes remain, because slapd cannot undo them: {', '.join(kept)}."
    return "; earlier changes were rolled back." if done else "; nothing was changed."
