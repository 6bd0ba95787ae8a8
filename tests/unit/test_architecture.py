# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of module_utils import in one direction, stay small, and are tested file by file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE_UTILS = ROOT / "plugins/module_utils"
MIRROR = Path(__file__).parent / "plugins/module_utils"

# The packages that each package may import, besides itself, _module.py and _files.py.
ALLOWED = {
    "_ldap/syntax": set(),
    "_ldap/ldif": {"_ldap/syntax"},
    "_ldap/client": {"_ldap/syntax"},
    "_ldap/sync": {"_ldap/ldif", "_ldap/client", "_ldap/syntax"},
    "_ldap/users": {"_ldap/sync", "_ldap/ldif", "_ldap/client", "_ldap/syntax"},
    "_ldap/config": {"_ldap/ldif", "_ldap/client", "_ldap/syntax"},
    # A schema is tried on a copy of cn=config, and cn=config is saved, before it changes.
    "_ldap/schema": {"_ldap/config", "_ldap/ldif", "_ldap/client", "_ldap/syntax"},
    "_asterisk/language": set(),
    "_asterisk/config": {"_asterisk/language"},
    "_asterisk/runtime": {"_asterisk/config", "_asterisk/language"},
    "_asterisk/build": set(),
    "_festival": set(),
    "_phone": set(),
    # The variables of all roles, for which the packages of the modules have rules already.
    "_roles": {"_asterisk/config", "_festival"},
}


def package_of(path: Path) -> str:
    """Return the package of a file: two folders in _ldap and _asterisk, otherwise one."""
    parts = path.relative_to(MODULE_UTILS).parts
    depth = 2 if parts[0] in ("_ldap", "_asterisk") else 1
    return "/".join(parts[:depth])


def imported_packages(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1]
            modules = [node.module] if node.module else [name.name for name in node.names]
            for module in modules:
                target = base / Path(*module.split("."))
                if target.relative_to(MODULE_UTILS).parts[0] not in ("_module", "_files"):
                    found.add(package_of(target / "x"))
    return found


SOURCES = sorted(path for path in MODULE_UTILS.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_a_file_imports_only_allowed_packages(path: Path) -> None:
    package = package_of(path)
    if package in ALLOWED:
        assert imported_packages(path) - {package} <= ALLOWED[package]


def test_every_package_is_listed() -> None:
    folders = {package_of(path) for path in SOURCES if path.parent != MODULE_UTILS}
    assert folders == ALLOWED.keys()


@pytest.mark.parametrize("folder", sorted({path.parent for path in SOURCES}), ids=lambda folder: folder.name)
def test_a_folder_is_small_enough_to_see_at_a_glance(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= 12


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_a_file_is_short_enough_to_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_a_file_with_logic_has_a_test_of_the_same_name(path: Path) -> None:
    relative = path.relative_to(MODULE_UTILS)
    if has_logic(path):
        assert (MIRROR / relative.parent / f"test_{path.stem.lstrip('_')}.py").exists()


def has_logic(path: Path) -> bool:
    """Return whether a file has a function with a branch."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    branches = (ast.If, ast.For, ast.While, ast.IfExp, ast.Try)
    return any(isinstance(node, branches) for function in functions for node in ast.walk(function))
