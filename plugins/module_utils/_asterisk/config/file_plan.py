# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning changes to Asterisk's configuration files: the writes, the reloads they require, and the diff.

Private to the collection switchboard.pbx; it may change without notice.
These are pure functions that do not access the file system.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import posixpath
import typing as t

from ..._files import FileState
from ..._module import ModuleError
from ..language.merge import merge
from ..language.parser import Directive, Document, decode_config, encode_config, parse
from ..language.redaction import redact_pair
from ..language.resolver import LocatedProblem, included_files, includers, resolve, roots
from . import documented_options
from .file_effects import file_effects, transports_need_restart
from .lint import CREATING_OPTIONS, lint
from .overrides import overridden_options

# Files in the configuration directory that belong to other programs and use another syntax.
FOREIGN = ("ast_debug_tools.conf", "dbsep.conf")


@dataclasses.dataclass(frozen=True)
class DesiredFile:
    """The desired state of one file: either *content* or *sections*, or neither if *state* is absent."""

    name: str
    content: str | None = None
    sections: tuple[t.Mapping[str, t.Any], ...] | None = None
    state: str = "present"
    mode: int = 0o640
    parse: bool | None = None
    reload: tuple[str, ...] | None = None

    @property
    def is_parsed(self) -> bool:
        """Whether the file is in Asterisk's configuration language."""
        return is_config(self.name) if self.parse is None else self.parse


@dataclasses.dataclass(frozen=True)
class FileChange:
    """The states of one file before and after a change; None if the file does not exist."""

    name: str
    before: FileState | None
    after: FileState | None


@dataclasses.dataclass
class FilePlan:
    """The changes to make, the reloads they require, and the warnings and diffs to report."""

    changes: list[FileChange] = dataclasses.field(default_factory=list)
    reload: list[str] = dataclasses.field(default_factory=list)
    restart: bool = False
    warnings: list[str] = dataclasses.field(default_factory=list)
    diff: list[dict[str, str]] = dataclasses.field(default_factory=list)


def is_config(name: str) -> bool:
    """Return whether a file is in Asterisk's configuration language, judging by its name."""
    return name.endswith(".conf") and posixpath.basename(name) not in FOREIGN


def plan(
    desired: t.Sequence[DesiredFile],
    current: t.Mapping[str, FileState],
    directory: str,
    *,
    uid: int = -1,
    gid: int = -1,
    complete: bool = True,
    ldap_attributes: t.Collection[str] | None = None,
    known: documented_options.DocumentedOptions | None = None,
) -> FilePlan:
    """Return the plan from *current*, the files of *directory*, to *desired*; ModuleError if Asterisk would reject it.

    *uid* and *gid* are the desired owner and group, -1 to leave them unchanged. *complete* is false if the
    directory does not exist yet, so included files may be added later. The mapping in C(res_ldap.conf) is checked
    against *ldap_attributes*, the attribute types of the LDAP server, and options are checked against *known*,
    those in Asterisk's documentation.
    """
    _refuse_bad_names(desired)
    old = _documents({name: file.content for name, file in current.items()}, desired, directory)
    texts = {file.name: _text_of(file, current.get(file.name), old, directory) for file in desired}
    contents = {name: file.content for name, file in current.items() if name not in texts}
    contents.update({name: encode_config(text) for name, text in texts.items() if text is not None})
    new = _documents(contents, desired, directory)

    result = FilePlan()
    result.warnings += _warnings(desired, old, new, directory, complete=complete)
    result.warnings += overridden_options(
        {file.name: file.sections or () for file in desired}, new, directory
    )
    for file in desired:
        change = _change(file, texts[file.name], current.get(file.name), uid, gid)
        if change:
            result.changes.append(change)
    _add_effects(desired, old, new, directory, result)
    result.warnings += lint(new, set(texts), directory, ldap_attributes, known=known, contents=contents)
    return result


def _refuse_bad_names(desired: t.Sequence[DesiredFile]) -> None:
    seen: set[str] = set()
    for file in desired:
        name = file.name
        invalid = any(ord(char) < 32 for char in name) or name != posixpath.normpath(name)
        if not name or name.startswith("/") or name.split("/")[0] in ("..", ".") or invalid:
            cure = "write it relative to 'directory', such as pjsip.conf or pjsip.d/phones.conf"
            raise ModuleError(f"The file name {name!r} is not a plain path below the directory; {cure}.")
        if name in seen:
            raise ModuleError(f"The file {name} is listed twice in 'files'; combine both entries into one.")
        seen.add(name)
        if file.state == "present" and (file.content is None) == (file.sections is None):
            raise ModuleError(
                f"The file {name} needs either 'content' or 'sections'; set exactly one of them."
            )
        if file.state == "absent" and (file.content is not None or file.sections is not None):
            raise ModuleError(
                f"The file {name} has state=absent but also 'content' or 'sections'; remove one of them."
            )
        if file.sections is not None and not file.is_parsed:
            raise ModuleError(
                f"The file {name} is not in Asterisk's configuration language; use 'content', or set parse=true."
            )


def _text_of(
    file: DesiredFile, current: FileState | None, old: t.Mapping[str, Document], directory: str
) -> str | None:
    if file.state == "absent" or file.content is not None:
        return file.content
    document = parse(decode_config(current.content) if current else "", posixpath.join(directory, file.name))
    # A file may add to sections of the file that includes it, and inherit from them.
    top = min(roots(file.name, includers(old, directory)))
    return merge(
        document,
        file.sections or (),
        file.name,
        lambda document: resolve(top, {**old, file.name: document}, directory),
    )


def _documents(
    contents: t.Mapping[str, bytes], desired: t.Sequence[DesiredFile], directory: str
) -> dict[str, Document]:
    """Parse the relevant files: the desired ones, those that include others, and all files included."""
    documents: dict[str, Document] = {}
    waiting = [file.name for file in desired if file.is_parsed and file.name in contents]
    # Contexts that other files name are looked up in the dialplan.
    waiting += [name for name in ("extensions.conf", "users.conf", *CREATING_OPTIONS) if name in contents]
    # Only these can include others; parsing the rest of the directory would waste time.
    waiting += [
        name for name, content in contents.items() if is_config(name) and b"include" in content.lower()
    ]
    while waiting:
        name = waiting.pop()
        if name in documents:
            continue
        documents[name] = parse(decode_config(contents[name]), posixpath.join(directory, name))
        for line in documents[name].lines:
            if isinstance(line, Directive) and line.name != "exec":
                waiting += included_files(line.argument, directory, contents) or []
    return documents


def _warnings(
    desired: t.Sequence[DesiredFile],
    old: t.Mapping[str, Document],
    new: t.Mapping[str, Document],
    directory: str,
    *,
    complete: bool,
) -> list[str]:
    """Return warnings for problems that already existed and for missing files; ModuleError for all others."""
    warnings = []
    touched = {file.name for file in desired}
    merged = {file.name for file in desired if file.sections is not None}
    existing = {_fingerprint(located, old) for located in _problems(touched, old, directory)}
    for located in sorted(_problems(touched, new, directory)):
        file, problem = located
        sentence = (
            f"{posixpath.join(directory, file)}, line {problem.line}: {problem.reason}; {problem.cure}."
        )
        if _fingerprint(located, new) in existing and file not in touched - merged:
            # Problems that already existed in other files are not reported.
            warnings += [sentence] if file in touched else []
        elif "does not exist" in problem.reason and not complete:
            warnings.append(sentence)
        else:
            raise ModuleError(sentence)
    return warnings


def _fingerprint(located: LocatedProblem, documents: t.Mapping[str, Document]) -> tuple[str, str, str]:
    """Return an identity of a problem that survives the adding or removing of lines above it."""
    lines = documents[located.file].lines if located.file in documents else ()
    number = located.problem.line
    raw = lines[number - 1].raw if number <= len(lines) else ""
    return located.file, located.problem.reason, raw


def _problems(
    touched: t.Collection[str], documents: t.Mapping[str, Document], directory: str
) -> set[LocatedProblem]:
    """Return the problems of the files through which Asterisk reads *touched*, or that include one of them."""
    parents = includers(documents, directory)
    tops = set()
    for name in touched:
        if name in documents:
            tops |= roots(name, parents)
    tops |= {name for name in documents if _includes(documents[name], touched, directory)}
    return {located for top in sorted(tops) for located in resolve(top, documents, directory).problems}


def _includes(document: Document, touched: t.Collection[str], directory: str) -> bool:
    return any(
        isinstance(line, Directive)
        and line.name == "include"
        and included_files(line.argument, directory, touched)
        for line in document.lines
    )


def _change(
    file: DesiredFile, text: str | None, current: FileState | None, uid: int, gid: int
) -> FileChange | None:
    if text is None:
        return FileChange(file.name, current, None) if current else None
    after = FileState(encode_config(text), file.mode, uid, gid)
    if current is None:
        return FileChange(file.name, None, after)
    # An owner or group that does not exist yet cannot be compared.
    after = after._replace(
        uid=current.uid if uid == -1 else uid,
        gid=current.gid if gid == -1 else gid,
    )
    return None if after == current else FileChange(file.name, current, after)


def _add_effects(
    desired: t.Sequence[DesiredFile],
    old: t.Mapping[str, Document],
    new: t.Mapping[str, Document],
    directory: str,
    result: FilePlan,
) -> None:
    parents: dict[str, set[str]] = {}
    for documents in (old, new):
        for name, above in includers(documents, directory).items():
            parents.setdefault(name, set()).update(above)
    changed = [change.name for change in result.changes]
    tops = {name: roots(name, parents) for name in changed}
    given = {file.name: file.reload for file in desired if file.reload is not None}
    effects = file_effects(changed, tops, given)
    result.reload = effects.modules
    result.restart = effects.restart
    if any("pjsip.conf" in tops[name] for name in changed):
        result.restart = result.restart or transports_need_restart(old, new, directory)
    result.warnings += [
        f"{posixpath.join(directory, name)} changed, but it is not known which Asterisk module reads it; "
        f"set 'reload' of that file to its modules, or to an empty list if there are none."
        for name in effects.unknown
    ]
    for change in result.changes:
        result.diff.append(_difference(change, tops[change.name], directory))


def _difference(change: FileChange, tops: t.Collection[str], directory: str) -> dict[str, str]:
    path = posixpath.join(directory, change.name)
    before = decode_config(change.before.content) if change.before else ""
    after = decode_config(change.after.content) if change.after else ""
    mailboxes = any(fnmatch.fnmatchcase(top, "voicemail*.conf") for top in tops)
    shown_before, shown_after = redact_pair(before, after, change.name, mailboxes)
    return {
        "before_header": f"{path}{_attributes(change.before, change.after)}",
        "after_header": f"{path}{_attributes(change.after, change.before)}",
        "before": shown_before,
        "after": shown_after,
    }


def _attributes(file: FileState | None, other: FileState | None) -> str:
    if file is None:
        return " (absent)"
    if other is None or file[1:] == other[1:]:
        return ""
    return f" (mode {file.mode:04o}, owner {file.uid}, group {file.gid})"
