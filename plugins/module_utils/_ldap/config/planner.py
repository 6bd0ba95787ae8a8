# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the changes to cn=config: a pure function from options and the current state to operations in order.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t

from ..._module import ModuleError
from ..client.connection import MOD_ADD
from ..client.passwords import is_hashed, ssha, verify
from ..syntax.dn import DnError, parse_dn
from ..syntax.subschema import Subschema
from .operations import (
    ConfigEntry,
    ConfigOperation,
    DesiredAttribute,
    add_operation,
    check_attributes,
    modify_operation,
    raw_attributes,
)
from .overlays import overlay_attributes, overlay_fixed, overlay_kind
from .state import BASE, State, module_name
from .syncrepl import syncrepl_values
from .values import in_order, index_values, texts, without_order

Options = t.Mapping[str, t.Any]

TLS_ATTRIBUTES = {
    "certificate_file": "olcTLSCertificateFile",
    "key_file": "olcTLSCertificateKeyFile",
    "ca_file": "olcTLSCACertificateFile",
    "ca_path": "olcTLSCACertificatePath",
    "cipher_suite": "olcTLSCipherSuite",
    "protocol_min": "olcTLSProtocolMin",
    "verify_client": "olcTLSVerifyClient",
    "dh_param_file": "olcTLSDHParamFile",
}

TLS_FILE_OPTIONS = ("certificate_file", "key_file", "ca_file", "ca_path", "dh_param_file")

# Databases that exist only once, by name; the database of a directory is found by its suffix.
_SPECIAL_DATABASES = {"frontend": "frontend", "config_database": "config", "monitor": "monitor"}


def plan_config(params: Options, state: State) -> list[ConfigOperation]:
    """Compare the module's options with cn=config. Raises ModuleError for options that cannot be applied."""
    return _ConfigPlanner(state).plan(params)


class _ConfigPlanner:
    def __init__(self, state: State) -> None:
        self.state = state
        # The modules to load, and the option that needs each.
        self.new_modules: dict[str, str] = {}

    def plan(self, params: Options) -> list[ConfigOperation]:
        operations: list[ConfigOperation | None] = []
        self._require_modules(params["modules"] or [], "modules")
        database = params["database"]
        if database:
            operations += self._database(database)
        desired = raw_attributes(params["globals"] or {}, "globals")
        for option, value in (params["tls"] or {}).items():
            if value is not None:
                source = f"tls.{option}"
                desired.append(DesiredAttribute(TLS_ATTRIBUTES[option], texts(value, source), source))
        operations.append(self._modify(self._entry(BASE), desired))
        for option, name in _SPECIAL_DATABASES.items():
            if params[option] is not None:
                operations.append(self._special_database(option, name, params[option]))
        # Modules come first: other operations may need them, and loading one is most likely to fail.
        return [each for each in (self._load_modules(), *operations) if each]

    def _entry(self, dn: str) -> ConfigEntry:
        for each in self.state.entries:
            if each.dn.lower() == dn.lower():
                return each
        return ConfigEntry(dn, {})

    def _validated(self, desired: list[DesiredAttribute]) -> list[DesiredAttribute]:
        # A module that is not loaded yet may define attributes that the server does not know.
        return check_attributes(desired, Subschema() if self.new_modules else self.state.subschema)

    def _modify(self, entry: ConfigEntry, desired: list[DesiredAttribute]) -> ConfigOperation | None:
        return modify_operation(entry, self._validated(desired), self.state.subschema)

    # Modules

    def _require_modules(self, values: t.Iterable[str], option: str, unless_class: str = "") -> None:
        if unless_class and self.state.subschema.has_class(unless_class):
            return
        loaded = self.state.modules() | {module_name(value) for value in self.new_modules}
        for value in values:
            if not without_order(value).strip():
                raise ModuleError("modules: an item is empty; give the name of a module, such as back_mdb.")
            if module_name(value) not in loaded:
                self.new_modules[value] = option
                loaded.add(module_name(value))

    def _load_modules(self) -> ConfigOperation | None:
        if not self.new_modules:
            return None
        lists = [each for each in self.state.below(BASE) if "olcModuleList" in each.get("objectClass")]
        values = tuple(self.new_modules)
        source = ", ".join(dict.fromkeys(self.new_modules.values()))
        module_load = DesiredAttribute("olcModuleLoad", values, source)
        if not lists:
            return add_operation(
                f"cn=module,{BASE}", {"objectClass": ("olcModuleList",), "cn": ("module",)}, [module_load]
            )
        current = lists[0].get("olcModuleLoad")
        operation = ConfigOperation("modify", lists[0].dn, {"olcmoduleload": source})
        operation.changes = [(MOD_ADD, "olcModuleLoad", [value.encode() for value in values])]
        operation.before = [f"olcModuleLoad: {value}" for value in in_order(current)]
        operation.after = [*operation.before, *(f"olcModuleLoad: {value}" for value in values)]
        return operation

    # Databases

    def _database(self, options: Options) -> list[ConfigOperation | None]:
        suffix, backend = options["suffix"], options["backend"]
        for option in ("suffix", "rootdn"):
            _check_dn(options[option], f"database.{option}")
        if not re.match(r"[a-z]+\Z", backend):
            raise ModuleError(
                f"database.backend: {backend!r} is not the name of a backend; give one such as mdb."
            )
        entry = self._by_suffix(suffix)
        fixed = {"olcDbDirectory", "olcSuffix"} if entry else {"olcDbDirectory"}
        entry = entry or self._by_directory(options["directory"])
        if backend == "mdb":
            self._require_modules(["back_mdb"], "database.backend", unless_class="olcMdbConfig")
        desired = [DesiredAttribute("olcSuffix", (suffix,), "database.suffix")]
        if options["directory"] is not None:
            desired.append(DesiredAttribute("olcDbDirectory", (options["directory"],), "database.directory"))
        if options["max_size"] is not None:
            desired.append(DesiredAttribute("olcDbMaxSize", (str(options["max_size"]),), "database.max_size"))
        if options["indexes"] is not None:
            values = index_values(options["indexes"], "database.indexes", self.state.subschema)
            desired.append(DesiredAttribute("olcDbIndex", values, "database.indexes"))
        if options["syncrepl"] is not None:
            values = syncrepl_values(options["syncrepl"], suffix, "database.syncrepl")
            desired.append(DesiredAttribute("olcSyncrepl", values, "database.syncrepl"))
        desired += self._common(options, entry, "database")
        operations: list[ConfigOperation | None] = []
        dn = entry.dn if entry else f"olcDatabase={backend},{BASE}"
        # Overlays are planned first, because they require modules.
        overlays = [self._overlay(each, dn, suffix) for each in options["overlays"] or []]
        if entry:
            self._check_directory(entry, options["directory"])
            operations.append(self._modify(entry, [each for each in desired if each.attribute not in fixed]))
        else:
            operations.append(self._new_database(options, desired))
        return operations + overlays

    def _by_suffix(self, suffix: str) -> ConfigEntry | None:
        key = self.state.subschema.dn_key(suffix)
        for each in self.state.databases():
            if key in {self.state.subschema.dn_key(value) for value in each.get("olcSuffix")}:
                return each
        return None

    def _by_directory(self, directory: str | None) -> ConfigEntry | None:
        """Return the unused database that a package created in *directory*, whose suffix can be changed."""
        for each in self.state.databases():
            if directory is None or os.path.normpath(directory) not in map(
                os.path.normpath, each.get("olcDbDirectory")
            ):
                continue
            suffixes = each.get("olcSuffix")
            # Access rules may hide entries, so only a database without any is known to be empty.
            if each.get("olcAccess") or not self.state.empty_suffixes.issuperset(map(str.lower, suffixes)):
                raise ModuleError(
                    f"database.directory: {directory} is in use by the database of {', '.join(suffixes)}, which "
                    "has entries, or access rules that may hide some; give another directory, or change the "
                    "suffix of that database yourself."
                )
            return each
        return None

    def _check_directory(self, entry: ConfigEntry, directory: str | None) -> None:
        current = entry.get("olcDbDirectory")
        if directory is not None and current and os.path.normpath(current[0]) != os.path.normpath(directory):
            raise ModuleError(
                f"database.directory: the database of {entry.get('olcSuffix')[0]} is in {current[0]}, and slapd "
                f"cannot move it to {directory} while it runs; leave directory out, or move it by hand."
            )

    def _new_database(self, options: Options, desired: list[DesiredAttribute]) -> ConfigOperation:
        backend, directory = options["backend"], options["directory"]
        if backend == "mdb" and directory is None:
            raise ModuleError(
                f"database.directory: there is no database with the suffix {options['suffix']} yet; "
                "to create one, give the directory for its files."
            )
        fixed = {
            "objectClass": ("olcDatabaseConfig", f"olc{backend.capitalize()}Config"),
            "olcDatabase": (backend,),
        }
        return add_operation(f"olcDatabase={backend},{BASE}", fixed, self._validated(desired), directory)

    def _common(self, options: Options, entry: ConfigEntry | None, where: str) -> list[DesiredAttribute]:
        desired = []
        for option, attribute in (("rootdn", "olcRootDN"), ("access", "olcAccess"), ("limits", "olcLimits")):
            if options.get(option) is not None:
                source = f"{where}.{option}"
                desired.append(DesiredAttribute(attribute, texts(options[option], source), source))
        if options.get("rootpw") is not None:
            if not options.get("rootdn") and not (entry and entry.get("olcRootDN")):
                raise ModuleError(f"{where}.rootpw: it needs a rootdn; give rootdn as well.")
            stored = entry.get("olcRootPW") if entry else ()
            desired.append(
                DesiredAttribute("olcRootPW", (_rootpw(options["rootpw"], stored),), f"{where}.rootpw")
            )
        return desired + raw_attributes(options.get("attributes") or {}, f"{where}.attributes")

    def _special_database(self, option: str, name: str, options: Options) -> ConfigOperation | None:
        _check_dn(options.get("rootdn"), f"{option}.rootdn")
        for each in self.state.databases():
            if without_order(each.get("olcDatabase")[0]).lower() == name:
                return self._modify(each, self._common(options, each, option))
        if name != "monitor":
            return self._modify(
                ConfigEntry(f"olcDatabase={name},{BASE}", {}), self._common(options, None, option)
            )
        self._require_modules(["back_monitor"], option, unless_class="olcMonitorConfig")
        desired = self._validated(self._common(options, None, option))
        fixed = {"objectClass": ("olcDatabaseConfig", "olcMonitorConfig"), "olcDatabase": ("monitor",)}
        return add_operation(f"olcDatabase=monitor,{BASE}", fixed, desired)

    # Overlays

    def _overlay(self, options: Options, database: str, suffix: str) -> ConfigOperation | None:
        name = options["name"]
        where = f"database.overlays[{name}]"
        kind = overlay_kind(name, where)
        self._require_modules([kind.module], where, unless_class=kind.object_class)
        desired = self._validated(overlay_attributes(kind, options["options"] or {}, where))
        for each in self.state.below(database):
            if [without_order(value).lower() for value in each.get("olcOverlay")] == [name.lower()]:
                return modify_operation(each, desired, self.state.subschema)
        return add_operation(f"olcOverlay={name},{database}", overlay_fixed(kind), desired)


def _check_dn(value: str | None, option: str) -> None:
    if value is None:
        return
    try:
        names = parse_dn(value)
    except DnError as error:
        raise ModuleError(
            f"{option}: {value!r} is not a DN ({error}); write it like dc=example,dc=org."
        ) from error
    if not names and option.endswith("suffix"):
        raise ModuleError(
            f"{option}: it is empty; give the suffix of the database, such as dc=example,dc=org."
        )


def _rootpw(password: str, stored: t.Sequence[str]) -> str:
    """Return the value for olcRootPW: the stored hash if it matches the password, otherwise a new one."""
    if not password:
        raise ModuleError("rootpw: the password is empty; give one, or leave rootpw out.")
    if is_hashed(password.encode()):
        return password
    if len(stored) == 1 and is_hashed(stored[0].encode()) and verify(stored[0].encode(), password.encode()):
        return stored[0]
    return ssha(password.encode()).decode()
