# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolving a configuration into the sections Asterisk has after reading a file and everything it includes.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import posixpath
import typing as t

from .parser import Directive, Document, Option, Section
from .scanner import BLANKS, Problem

# C(ast_config.max_include_level) in Asterisk's C(main/config.c).
MAX_INCLUDE_LEVEL = 10


class Setting(t.NamedTuple):
    """An option of a section in Asterisk's memory; *object* is true if it was written with C(=>)."""

    name: str
    value: str
    object: bool
    file: str
    line: int


@dataclasses.dataclass
class Category:
    """A section in Asterisk's memory, whose options start with the inherited ones."""

    name: str
    template: bool
    file: str
    line: int
    settings: list[Setting] = dataclasses.field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """Return the values of all options called *name*, ignoring case, in order."""
        return [setting.value for setting in self.settings if setting.name.lower() == name.lower()]


class LocatedProblem(t.NamedTuple):
    """A problem and the file it is in."""

    file: str
    problem: Problem


@dataclasses.dataclass
class ResolvedConfig:
    """The sections and problems of a file and all files it includes.

    *complete* is false if the contents of an include are unknown, such as the output of C(#exec).
    """

    categories: list[Category] = dataclasses.field(default_factory=list)
    problems: list[LocatedProblem] = dataclasses.field(default_factory=list)
    files: list[str] = dataclasses.field(default_factory=list)
    complete: bool = True

    def find(self, name: str, templates: bool) -> Category | None:
        """Return the first section of that name, as Asterisk does; consider templates only if *templates*."""
        for category in self.categories:
            if category.name.lower() == name.lower() and (templates or not category.template):
                return category
        return None


def included_files(argument: str, directory: str, names: t.Iterable[str]) -> list[str] | None:
    """Return those of *names*, relative to *directory*, that an C(#include) matches; None if it is outside."""
    path = posixpath.normpath(posixpath.join(directory, argument))
    base = directory.rstrip("/") + "/"
    if not path.startswith(base):
        return None
    pattern = path[len(base) :]
    # As in glob(3), '*' does not match '/'.
    return sorted(
        name for name in names if name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)
    )


def resolve(name: str, documents: t.Mapping[str, Document], directory: str) -> ResolvedConfig:
    """Resolve the file *name*; *documents* are all files of *directory* by their relative names."""
    resolved = ResolvedConfig()
    _Reader(documents, directory, resolved).read(name, ())
    return resolved


class _Reader:
    def __init__(self, documents: t.Mapping[str, Document], directory: str, resolved: ResolvedConfig) -> None:
        self.documents = documents
        self.directory = directory
        self.resolved = resolved
        # The section in which an included file starts.
        self.current: Category | None = None

    def read(self, name: str, parents: tuple[str, ...]) -> None:
        self.resolved.files.append(name)
        document = self.documents[name]
        self.resolved.problems.extend(LocatedProblem(name, problem) for problem in document.problems)
        category = self.current
        reported = False
        for line in document.lines:
            if isinstance(line, Section):
                category = self._section(name, line) or category
                self.current = category
            elif isinstance(line, Directive):
                self._directive(name, line, parents)
            elif isinstance(line, Option):
                if category is not None:
                    _set(category, name, line)
                elif not reported and self.resolved.complete:
                    reason = "the option is before the first section, and Asterisk rejects the file"
                    self._problem(name, line.number, reason, "put a [section] above it")
                    reported = True

    def _problem(self, name: str, line: int, reason: str, cure: str) -> None:
        self.resolved.problems.append(LocatedProblem(name, Problem(line, reason, cure)))

    def _section(self, file: str, line: Section) -> Category | None:
        if line.append is None:
            target = Category(line.name, line.template, file, line.number)
            self._inherit(target, file, line)
            self.resolved.categories.append(target)
            return target
        # Anything after '+' is a filter; the usual one extends additions to templates.
        found = self.resolved.find(line.name, templates="TEMPLATES=" in line.append)
        if found is not None:
            self._inherit(found, file, line)
        elif self.resolved.complete:
            reason = f"[{line.name}](+) adds to a section that is not defined above it"
            cure = "define it first; if it is a template, write (+TEMPLATES=include)"
            self._problem(file, line.number, reason, cure)
        return found

    def _inherit(self, target: Category, file: str, line: Section) -> None:
        for base in line.bases:
            found = self.resolved.find(base, templates=True)
            if found is not None:
                target.settings.extend(found.settings)
            elif self.resolved.complete:
                reason = f"[{line.name}] inherits from '{base}', which is not defined above it"
                cure = "define it first, and write the names in parentheses without blanks"
                if base.strip(BLANKS) != base:
                    cure = f"write '{base.strip(BLANKS)}' without blanks around it"
                self._problem(file, line.number, reason, cure)

    def _directive(self, name: str, line: Directive, parents: tuple[str, ...]) -> None:
        if line.name == "exec":
            self.resolved.complete = False
            return
        found = included_files(line.argument, self.directory, self.documents)
        if found is None:
            self.resolved.complete = False
            return
        if not found and line.name == "include":
            reason = f"it includes '{line.argument}', which does not exist, and Asterisk rejects the file"
            self._problem(name, line.number, reason, "create the file, correct the name or write #tryinclude")
        lineage = (*parents, name)
        for child in found:
            if child in lineage or len(lineage) >= MAX_INCLUDE_LEVEL:
                reason = (
                    f"including '{child}' here is circular or nested deeper than {MAX_INCLUDE_LEVEL} levels"
                )
                self._problem(name, line.number, reason, "remove the include")
            else:
                self.read(child, lineage)


def _set(category: Category, file: str, line: Option) -> None:
    if line.operator == "+=":
        for index in range(len(category.settings) - 1, -1, -1):
            setting = category.settings[index]
            if setting.name == line.name:
                value = (setting.value + line.tail).strip(BLANKS)
                category.settings[index] = setting._replace(value=value)
                return
    setting = Setting(line.name, line.value, line.operator == "=>", file, line.number)
    category.settings.append(setting)


def includers(documents: t.Mapping[str, Document], directory: str) -> dict[str, set[str]]:
    """Return the includers of each file that others include."""
    result: dict[str, set[str]] = {}
    for name, document in documents.items():
        for line in document.lines:
            if isinstance(line, Directive) and line.name != "exec":
                for child in included_files(line.argument, directory, documents) or ():
                    result.setdefault(child, set()).add(name)
    return result


def roots(name: str, parents: t.Mapping[str, t.Collection[str]]) -> set[str]:
    """Return the files through which Asterisk reads *name*: its outermost includers, or itself if it has none."""
    found: set[str] = set()
    seen: set[str] = set()
    remaining = [name]
    while remaining:
        current = remaining.pop()
        if current in seen:
            continue
        seen.add(current)
        above = [parent for parent in parents.get(current, ()) if parent != current]
        if above:
            remaining.extend(above)
        else:
            found.add(current)
    # Circular includes have no outermost file.
    return found or {name}
