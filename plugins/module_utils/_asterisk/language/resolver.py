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
import re
import typing as t

from .parser import Directive, Document, Dropped, Option, Section
from .scanner import BLANKS, Problem

# C(ast_config.max_include_level) in Asterisk's C(main/config.c).
MAX_INCLUDE_LEVEL = 10
_CLASSES = {
    "digit": "0-9",
    "alpha": "a-zA-Z",
    "alnum": "0-9a-zA-Z",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
}


class Setting(t.NamedTuple):
    """An option of a section in Asterisk's memory; *object* is true if it was written with C(=>)."""

    name: str
    value: str
    object: bool
    file: str
    line: int
    inherited: bool = False


@dataclasses.dataclass
class Category:
    """A section in Asterisk's memory, whose options start with the inherited ones.

    *headers* are the file and line of its header, then those of its additions.
    """

    name: str
    headers: list[tuple[str, int]]
    template: bool = False
    settings: list[Setting] = dataclasses.field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """Return the values of all options called *name*, ignoring case, in order."""
        return [setting.value for setting in self.settings if fold(setting.name) == fold(name)]

    def passes(self, text: str) -> bool:
        """Return whether it passes the filter of an addition, such as C(type=^auth$&TEMPLATES=include)."""
        found = not self.template
        for expression in text.split("&") if text else ():
            name, _equal, value = (part.strip(BLANKS) for part in expression.partition("="))
            if name == "TEMPLATES" and value.lower() in ("include", "restrict"):
                found = self.template or value.lower() == "include"
            elif not value or not any(
                _search(name, s.name) and _search(value, s.value) for s in self.settings
            ):
                return False
        return found


def fold(name: str) -> str:
    """Return a name in lower case, as Asterisk compares names: only in ASCII."""
    return name.lower() if name.isascii() else re.sub("[A-Z]", lambda match: match[0].lower(), name)


def _search(pattern: str, text: str) -> bool:
    """Return whether a POSIX extended regular expression matches; an invalid one does not, as in Asterisk."""
    try:
        return bool(re.search(re.sub(r"\[:(\w+):\]", lambda m: _CLASSES.get(m[1], ""), pattern), text))
    except re.error:
        return False


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
            if fold(category.name) == fold(name) and (templates or not category.template):
                return category
        return None


def included_files(argument: str, directory: str, names: t.Iterable[str]) -> list[str] | None:
    """Return those of *names*, relative to *directory*, that an C(#include) matches; None if it is outside."""
    path = posixpath.normpath(posixpath.join(directory, argument))
    base = directory.rstrip("/") + "/"
    if not path.startswith(base):
        return None
    names = sorted(names)
    return [
        name for pattern in _without_braces(path[len(base) :]) for name in names if _is_matched(name, pattern)
    ]


def _without_braces(pattern: str) -> t.Iterator[str]:
    """Return the patterns that one with C({a,b}) stands for."""
    braces = re.search(r"\{([^{}]+)\}", pattern)
    if not braces:
        yield pattern
        return
    for part in braces[1].split(","):
        yield from _without_braces(pattern[: braces.start()] + part + pattern[braces.end() :])


def _is_matched(name: str, pattern: str) -> bool:
    """Return whether glob(3) finds a name: wildcards match neither '/' nor a leading dot."""
    pairs = list(zip(name.split("/"), pattern.split("/")))
    return name.count("/") == pattern.count("/") and all(
        fnmatch.fnmatchcase(part, wanted) and (part[:1] != "." or wanted[:1] == ".") for part, wanted in pairs
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
                category = self.current = self._section(name, line)
            elif isinstance(line, Directive):
                self._directive(name, line, parents)
            elif isinstance(line, (Option, Dropped)) and category is None and self.resolved.complete:
                if not reported:
                    reason = "the line is before the first section, and Asterisk rejects the file"
                    self._problem(name, line.number, reason, "put a [section] above it")
                    reported = True
            elif isinstance(line, Dropped):
                self.resolved.problems.append(LocatedProblem(name, line.problem))
            elif isinstance(line, Option) and category is not None:
                _set(category, name, line)

    def _problem(self, name: str, line: int, reason: str, cure: str) -> None:
        self.resolved.problems.append(LocatedProblem(name, Problem(line, reason, cure)))

    def _section(self, file: str, line: Section) -> Category:
        target = Category(line.name, [(file, line.number)])
        new = True
        for argument in line.arguments:
            if argument == "!":
                target.template = True
            elif not argument.startswith("+"):
                self._inherit(target, argument, file, line)
            else:
                found = self._extended(argument[1:], file, line)
                if found is not None and new:
                    found.template = found.template or target.template
                    found.headers += target.headers
                    found.settings += target.settings
                    new = False
                target = found or target
        if new:
            self.resolved.categories.append(target)
        return target

    def _extended(self, text: str, file: str, line: Section) -> Category | None:
        """Return the section that an addition with the filter *text* extends."""
        named = [one for one in self.resolved.categories if fold(one.name) == fold(line.name)]
        found = next((one for one in named if one.passes(text)), None)
        if found is None and self.resolved.complete:
            reason = f"[{line.name}](+) adds to a section that is not defined above it, and Asterisk rejects the file"
            cure = "define it first; if it is a template, write (+TEMPLATES=include)"
            if named and text:
                reason = f"no [{line.name}] above passes the filter after '+', and Asterisk rejects the file"
                cure = "correct the filter, or write (+)"
            self._problem(file, line.number, reason, cure)
        return found

    def _inherit(self, target: Category, base: str, file: str, line: Section) -> None:
        found = self.resolved.find(base, templates=True)
        if not base and self.resolved.categories:
            # An empty name matches any section.
            found = self.resolved.categories[0]
            reason = (
                f"[{line.name}] inherits from the first section of the file because of an empty name in ()"
            )
            self._problem(
                file, line.number, reason, "remove the parentheses, or write the name of a template"
            )
        elif found is None and self.resolved.complete:
            reason = f"[{line.name}] inherits from '{base}', which is not defined above it"
            cure = "define it first, and write the names in parentheses without blanks"
            if base.strip(BLANKS) != base:
                cure = f"write '{base.strip(BLANKS)}' without blanks around it"
            self._problem(file, line.number, reason, cure)
        if found is not None:
            target.settings += [setting._replace(inherited=True) for setting in found.settings]

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
            if child in lineage or len(lineage) > MAX_INCLUDE_LEVEL:
                reason = (
                    f"including '{child}' here is circular or nested deeper than {MAX_INCLUDE_LEVEL} levels"
                )
                self._problem(name, line.number, reason, "remove the include")
            else:
                self.read(child, lineage)


def _set(category: Category, file: str, line: Option) -> None:
    settings = category.settings
    last = (
        next((s for s in reversed(settings) if s.name == line.name), None) if line.operator == "+=" else None
    )
    if last is None:
        settings.append(Setting(line.name, line.value, line.operator == "=>", file, line.number))
        return
    # Of options with the same name and value, Asterisk continues the first.
    same = [fold(s.name) == fold(last.name) and fold(last.value) in ("", fold(s.value)) for s in settings]
    whole = (last.value + line.tail).strip(BLANKS)
    settings[same.index(True)] = last._replace(value=whole, inherited=False)


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
