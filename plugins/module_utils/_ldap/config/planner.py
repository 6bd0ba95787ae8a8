# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done to cn=config: a pure function from options and entries to operations, in their order.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass, field

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
from .syncrepl import syncrepl_values
from .values import in_order, index_values, texts, without_order

BASE = "cn=config"
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

FILES_OF_TLS = ("certificate_file", "key_file", "ca_file", "ca_path", "dh_param_file")

# Databases that exist once, under this name; the database of a directory is found by its suffix.
_SINGLE = {"frontend": "frontend", "config_database": "config", "monitor": "monitor"}


@dataclass(frozen=True)
class State:
    """cn=config as it stands. *empty_suffixes* are the lower-case suffixes below which there is no entry."""

    entries: tuple[ConfigEntry, ...] = ()
    subschema: Subschema = field(default_factory=Subschema)
    empty_suffixes: frozenset[str] = frozenset()

    def below(self, parent: str) -> list[ConfigEntry]:
        """The entries right below another."""
        return [each for each in self.entries if each.dn.lower().partition(",")[2] == parent.lower()]

    def databases(self) -> list[ConfigEntry]:
        """The databases, in slapd's order."""
        return [each for each in self.below(BASE) if each.get("olcDatabase")]

    def modules(self) -> set[str]:
        """The loaded modules, by plain names such as back_mdb."""
        loaded = (value for each in self.below(BASE) for value in each.get("olcModuleLoad"))
        return {module_name(value) for value in loaded}


def module_name(value: str) -> str:
    """Return the plain name of a module: without order, directory, ending and arguments."""
    return re.sub(r"\.(la|so|lo)$", "", os.path.basename(without_order(value).split()[0])).lower()


def plan_config(params: Options, state: State) -> list[ConfigOperation]:
    """Compare what the module's options want with cn=config; raises ModuleError for what cannot be."""
    return _ConfigPlanner(state).plan(params)


class _ConfigPlanner:
    def __init__(self, state: State) -> None:
        self.state = state
        self.new_modules: list[str] = []

    def plan(self, params: Options) -> list[ConfigOperation]:
        steps: list[ConfigOperation | None] = []
        self._need_modules(params["modules"] or [])
        database = params["database"]
        if database:
            steps += self._database(database)
        wants = raw_attributes(params["globals"] or {}, "globals")
        for option, value in (params["tls"] or {}).items():
            if value is not None:
                wants.append(DesiredAttribute(TLS_ATTRIBUTES[option], texts(value), f"tls.{option}"))
        steps.append(self._modify(self._entry(BASE), wants))
        for option, name in _SINGLE.items():
            if params[option] is not None:
                steps.append(self._single(option, name, params[option]))
        # What loads a module comes first, for the rest may need it, and it is what fails most easily.
        return [step for step in (self._modules_step(), *steps) if step]

    def _entry(self, dn: str) -> ConfigEntry:
        for each in self.state.entries:
            if each.dn.lower() == dn.lower():
                return each
        return ConfigEntry(dn, {})

    def _checked(self, wants: list[DesiredAttribute]) -> list[DesiredAttribute]:
        # A module to be loaded may bring attributes that the server does not know yet.
        return check_attributes(wants, Subschema() if self.new_modules else self.state.subschema)

    def _modify(self, entry: ConfigEntry, wants: list[DesiredAttribute]) -> ConfigOperation | None:
        return modify_operation(entry, self._checked(wants), self.state.subschema)

    # Modules

    def _need_modules(self, values: t.Iterable[str], unless_class: str = "") -> None:
        if unless_class and self.state.subschema.has_class(unless_class):
            return
        loaded = self.state.modules() | {module_name(value) for value in self.new_modules}
        for value in values:
            if not without_order(value).strip():
                raise ModuleError("modules: an item is empty; give the name of a module, such as back_mdb.")
            if module_name(value) not in loaded:
                self.new_modules.append(value)
                loaded.add(module_name(value))

    def _modules_step(self) -> ConfigOperation | None:
        if not self.new_modules:
            return None
        lists = [each for each in self.state.below(BASE) if "olcModuleList" in each.get("objectClass")]
        values = tuple(self.new_modules)
        want = DesiredAttribute("olcModuleLoad", values, "modules")
        if not lists:
            return add_operation(
                f"cn=module,{BASE}", {"objectClass": ("olcModuleList",), "cn": ("module",)}, [want]
            )
        have = lists[0].get("olcModuleLoad")
        step = ConfigOperation("modify", lists[0].dn, {"olcmoduleload": "modules"})
        step.changes = [(MOD_ADD, "olcModuleLoad", [value.encode() for value in values])]
        step.before = [f"olcModuleLoad: {value}" for value in in_order(have)]
        step.after = [*step.before, *(f"olcModuleLoad: {value}" for value in values)]
        return step

    # Databases

    def _database(self, options: Options) -> list[ConfigOperation | None]:
        suffix, backend = options["suffix"], options["backend"]
        for option in ("suffix", "rootdn"):
            _check_dn(options[option], f"database.{option}")
        if not re.match(r"[a-z]+\Z", backend):
            raise ModuleError(f"database.backend: {backend!r} is no kind of database; write one like mdb.")
        entry = self._by_suffix(suffix)
        settled = {"olcDbDirectory", "olcSuffix"} if entry else {"olcDbDirectory"}
        entry = entry or self._by_directory(options["directory"])
        if backend == "mdb":
            self._need_modules(["back_mdb"], unless_class="olcMdbConfig")
        wants = [DesiredAttribute("olcSuffix", (suffix,), "database.suffix")]
        if options["directory"] is not None:
            wants.append(DesiredAttribute("olcDbDirectory", (options["directory"],), "database.directory"))
        if options["max_size"] is not None:
            wants.append(DesiredAttribute("olcDbMaxSize", (str(options["max_size"]),), "database.max_size"))
        if options["indexes"] is not None:
            values = index_values(options["indexes"], "database.indexes")
            wants.append(DesiredAttribute("olcDbIndex", values, "database.indexes"))
        if options["syncrepl"] is not None:
            values = syncrepl_values(options["syncrepl"], suffix, "database.syncrepl")
            wants.append(DesiredAttribute("olcSyncrepl", values, "database.syncrepl"))
        wants += self._common(options, entry, "database")
        steps: list[ConfigOperation | None] = []
        dn = entry.dn if entry else f"olcDatabase={backend},{BASE}"
        # Overlays are looked at first, for they say which modules are needed.
        overlays = [self._overlay(each, dn, suffix) for each in options["overlays"] or []]
        if entry:
            self._check_moved(entry, options["directory"])
            steps.append(self._modify(entry, [each for each in wants if each.attribute not in settled]))
        else:
            steps.append(self._new_database(options, wants))
        return steps + overlays

    def _by_suffix(self, suffix: str) -> ConfigEntry | None:
        key = self.state.subschema.dn_key(suffix)
        for each in self.state.databases():
            if key in {self.state.subschema.dn_key(value) for value in each.get("olcSuffix")}:
                return each
        return None

    def _by_directory(self, directory: str | None) -> ConfigEntry | None:
        """The database that a package made for a suffix that nobody uses; its suffix is changed."""
        for each in self.state.databases():
            if directory is None or os.path.normpath(directory) not in map(
                os.path.normpath, each.get("olcDbDirectory")
            ):
                continue
            suffixes = each.get("olcSuffix")
            # Access rules of its own might hide entries from us, so only an open database is known to be empty.
            if each.get("olcAccess") or not self.state.empty_suffixes.issuperset(map(str.lower, suffixes)):
                raise ModuleError(
                    f"database.directory: {directory} is in use by the database of {', '.join(suffixes)}, which "
                    "has entries, or access rules that may hide some; give another directory, or change the "
                    "suffix of that database yourself."
                )
            return each
        return None

    def _check_moved(self, entry: ConfigEntry, directory: str | None) -> None:
        have = entry.get("olcDbDirectory")
        if directory is not None and have and os.path.normpath(have[0]) != os.path.normpath(directory):
            raise ModuleError(
                f"database.directory: the database of {entry.get('olcSuffix')[0]} is in {have[0]}, and slapd "
                f"cannot move it to {directory} while it runs; leave directory out, or move it by hand."
            )

    def _new_database(self, options: Options, wants: list[DesiredAttribute]) -> ConfigOperation:
        backend, directory = options["backend"], options["directory"]
        if backend == "mdb" and directory is None:
            raise ModuleError(
                f"database.directory: there is no database with the suffix {options['suffix']} yet; "
                "to create one, say in which directory its files shall be."
            )
        fixed = {
            "objectClass": ("olcDatabaseConfig", f"olc{backend.capitalize()}Config"),
            "olcDatabase": (backend,),
        }
        return add_operation(f"olcDatabase={backend},{BASE}", fixed, self._checked(wants), directory)

    def _common(self, options: Options, entry: ConfigEntry | None, where: str) -> list[DesiredAttribute]:
        wants = []
        for option, attribute in (("rootdn", "olcRootDN"), ("access", "olcAccess"), ("limits", "olcLimits")):
            if options.get(option) is not None:
                wants.append(DesiredAttribute(attribute, texts(options[option]), f"{where}.{option}"))
        if options.get("rootpw") is not None:
            if not options.get("rootdn") and not (entry and entry.get("olcRootDN")):
                raise ModuleError(
                    f"{where}.rootpw: there is no rootdn that it could belong to; give rootdn as well."
                )
            stored = entry.get("olcRootPW") if entry else ()
            wants.append(
                DesiredAttribute("olcRootPW", (_rootpw(options["rootpw"], stored),), f"{where}.rootpw")
            )
        return wants + raw_attributes(options.get("attributes") or {}, f"{where}.attributes")

    def _single(self, option: str, name: str, options: Options) -> ConfigOperation | None:
        _check_dn(options.get("rootdn"), f"{option}.rootdn")
        for each in self.state.databases():
            if without_order(each.get("olcDatabase")[0]).lower() == name:
                return self._modify(each, self._common(options, each, option))
        if name != "monitor":
            return self._modify(
                ConfigEntry(f"olcDatabase={name},{BASE}", {}), self._common(options, None, option)
            )
        self._need_modules(["back_monitor"], unless_class="olcMonitorConfig")
        wants = self._checked(self._common(options, None, option))
        fixed = {"objectClass": ("olcDatabaseConfig", "olcMonitorConfig"), "olcDatabase": ("monitor",)}
        return add_operation(f"olcDatabase=monitor,{BASE}", fixed, wants)

    # Overlays

    def _overlay(self, options: Options, database: str, suffix: str) -> ConfigOperation | None:
        name = options["name"]
        where = f"database.overlays[{name}]"
        kind = overlay_kind(name, where)
        self._need_modules([kind.module], unless_class=kind.object_class)
        wants = self._checked(overlay_attributes(kind, options["options"] or {}, where))
        for each in self.state.below(database):
            if [without_order(value).lower() for value in each.get("olcOverlay")] == [name.lower()]:
                return modify_operation(each, wants, self.state.subschema)
        return add_operation(f"olcOverlay={name},{database}", overlay_fixed(kind), wants)


def _check_dn(value: str | None, option: str) -> None:
    if value is None:
        return
    try:
        names = parse_dn(value)
    except DnError as error:
        raise ModuleError(
            f"{option}: {value!r} is no DN ({error}); write it like dc=example,dc=org."
        ) from error
    if not names and option.endswith("suffix"):
        raise ModuleError(
            f"{option}: it is empty; give the DN at which the database begins, like dc=example,dc=org."
        )


def _rootpw(wanted: str, stored: t.Sequence[str]) -> str:
    """Return what olcRootPW shall hold: what is stored if that is the wanted password, else a new hash."""
    if not wanted:
        raise ModuleError("rootpw: the password is empty; give one, or leave rootpw out.")
    if is_hashed(wanted.encode()):
        return wanted
    if len(stored) == 1 and is_hashed(stored[0].encode()) and verify(stored[0].encode(), wanted.encode()):
        return stored[0]
    return ssha(wanted.encode()).decode()
