# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse and write schema files: statements as in slapd.conf(5), or the LDIF of an entry of cn=config.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ..._module import ModuleError
from ..config.values import without_order
from ..ldif.lines import numbered_lines
from ..syntax.definition import Definition, SchemaSyntaxError, parse_definition
from .oid_macros import Macro, expand, parse_macro, resolve_macros

MACRO = "objectidentifier"

# The attribute of cn=config for each kind (slapd-config(5)), in the order that slapd requires.
ATTRIBUTE_OF = {
    "ldapsyntax": "olcLdapSyntaxes",
    "attributetype": "olcAttributeTypes",
    "objectclass": "olcObjectClasses",
    "ditcontentrule": "olcDitContentRules",
}

# The beginning of each statement; like slapd, compare only these letters, which its own dsee.schema relies on.
_STATEMENTS = {
    MACRO: MACRO,
    "attribute": "attributetype",
    "objectclass": "objectclass",
    "ditcontentrule": "ditcontentrule",
    "ldapsyntax": "ldapsyntax",
}

# LDIF attributes: those of cn=config and those of a subschema entry (RFC 4512, 4.2).
_LDIF_ATTRIBUTES = {
    "olcobjectidentifier": MACRO,
    **{attribute.lower(): kind for kind, attribute in ATTRIBUTE_OF.items()},
    **{attribute[3:].lower(): kind for kind, attribute in ATTRIBUTE_OF.items()},
}

# What a server adds to its schema entry, also in the output of slapcat; not part of the schema.
_LDIF_IGNORED = re.compile(
    r"aci|(create|modify)timestamp|(creators|modifiers)name|entry(csn|uuid)|nsschemacsn|structuralobjectclass"
)

_LDIF_START = re.compile(r"^(version|dn)\s*:", re.I)


@dataclass(frozen=True)
class Schema:
    """The content of a schema file, in the order of the file."""

    name: str
    macros: tuple[Macro, ...]
    definitions: tuple[Definition, ...]

    def resolve(self, known: t.Mapping[str, str]) -> tuple[dict[str, str], tuple[Definition, ...]]:
        """Return its macros and its definitions with numeric OIDs; *known* are the macros of the server."""
        own: dict[str, str] = {}
        for macro in self.macros:
            try:
                oid = expand(macro.oid, {**known, **own})
            except KeyError as unknown:
                raise ModuleError(
                    f"{macro.location}: the objectidentifier {macro.name} builds on {unknown.args[0]!r}, "
                    "which is not defined before it; define it first (case matters), or write the number."
                ) from unknown
            if own.get(macro.name, oid) != oid:
                raise ModuleError(
                    f"{macro.location}: the objectidentifier {macro.name} is defined a second time "
                    f"as {oid}, before as {own[macro.name]}; remove one of the two."
                )
            own[macro.name] = oid
        definitions = tuple(resolve_macros(definition, {**known, **own}) for definition in self.definitions)
        _refuse_duplicates(definitions)
        return own, definitions


def _refuse_duplicates(definitions: t.Iterable[Definition]) -> None:
    seen: dict[tuple[str, str], Definition] = {}
    for definition in definitions:
        for key in definition.identities():
            if key in seen:
                raise ModuleError(
                    f"{definition.location}: {definition.kind} {definition.label} has the name or OID "
                    f"{key[1]!r} of {seen[key].label} ({seen[key].location}); change one of the two."
                )
            seen[key] = definition


def decode(data: bytes, source: str) -> str:
    """Decode a schema file, which must be UTF-8 except in comments; *source* names it in messages."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = data.split(b"\n")
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                if line.startswith(b"#"):
                    lines[number - 1] = b"#"
                    continue
                raise ModuleError(
                    f"{source}, line {number}: the text is not UTF-8 (byte 0x{line[error.start]:02x}); "
                    "convert the file, for example with iconv -f latin1 -t utf-8."
                ) from error
        return b"\n".join(lines).decode("utf-8-sig")


def parse_schema(text: str, name: str, source: str) -> Schema:
    """Parse a schema file, whose form is detected; *source* names it in messages. Raises ModuleError."""
    for character in text:
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise ModuleError(f"{source}: the text contains {character!r}; give a schema file in UTF-8.")
    if any(_LDIF_START.match(line) for line in text.splitlines()):
        statements = _ldif_statements(text, source)
    else:
        statements = _file_statements(text, source)
    macros: list[Macro] = []
    definitions: list[Definition] = []
    for kind, value, line in statements:
        location = f"{source}, line {line}"
        try:
            if kind == MACRO:
                macros.append(parse_macro(value, location))
            else:
                definitions.append(parse_definition(kind, value, location))
        except SchemaSyntaxError as error:
            raise ModuleError(
                f"{source}, line {line + error.line}: {error}, in the {kind} that begins on line {line}; "
                "correct the schema file (RFC 4512, section 4.1, gives the form)."
            ) from error
    if not definitions and not macros:
        raise ModuleError(
            f"{source}: the file contains no schema definition; give a file with attributetype or objectclass "
            "statements, or an LDIF with olcAttributeTypes or olcObjectClasses."
        )
    return Schema(name, tuple(macros), tuple(definitions))


def _file_statements(text: str, source: str) -> t.Iterator[tuple[str, str, int]]:
    """Yield kind, rest and line of each statement; a line that begins with a space continues the previous one."""
    for line, statement in _logical_lines(text):
        words = statement.split(None, 1)
        word = re.split(r"[(\s]", words[0], maxsplit=1)[0]
        kind = next((kind for begin, kind in _STATEMENTS.items() if word.lower().startswith(begin)), None)
        if kind is None:
            raise ModuleError(
                f"{source}, line {line}: {_short(words[0])} does not begin a statement; a schema file contains "
                "objectidentifier, attributetype, objectclass, ditcontentrule and ldapsyntax "
                "(lines that continue a definition begin with a space or tab)."
            )
        yield kind, statement.lstrip()[len(word) :], line


def _logical_lines(text: str) -> t.Iterator[tuple[int, str]]:
    """Yield each line, joined with its continuation lines, and its number, without comments and empty lines.

    Like slapd, join a line with the next one after a single backslash; unlike slapd, keep an empty line in quotes.
    """
    start, parts = 0, t.cast("list[str]", [])
    for number, line in enumerate([*re.split(r"\r?\n", text), ""], 1):
        if parts and _ends_in_backslash(parts[-1]):
            parts[-1] = parts[-1][:-1] + line
        elif parts and line[:1] in (" ", "\t"):
            parts.append(line)
        elif parts and not line and "\n".join(parts).count("'") % 2:
            parts.append(" ")
        else:
            if parts and not parts[0].startswith("#"):
                yield start, "\n".join(parts)
            start, parts = number, [line] if line.strip() else []
    if parts and not parts[0].startswith("#"):
        yield start, "\n".join(parts)


def _ends_in_backslash(line: str) -> bool:
    return line.endswith("\\") and not line.endswith("\\\\")


def _ldif_statements(text: str, source: str) -> t.Iterator[tuple[str, str, int]]:
    """Yield kind, value and line of each definition in the single entry of an LDIF (RFC 2849)."""
    entry = ""
    for line, name, raw in numbered_lines(text, source):
        location, attribute = f"{source}, line {line}", name.lower()
        if attribute in ("changetype", "add", "delete", "replace", "modify", "-"):
            raise ModuleError(
                f"{location}: the LDIF contains a change record; give the whole schema entry "
                "(dn: cn=NAME,cn=schema,cn=config), and the module determines the changes."
            )
        if _LDIF_IGNORED.fullmatch(attribute):
            continue
        if attribute not in (*_LDIF_ATTRIBUTES, "dn", "version", "objectclass", "cn"):
            raise ModuleError(
                f"{location}: {_short(name)} is not an attribute of a schema entry; remove the line."
            )
        try:
            value = raw.decode()
        except UnicodeDecodeError as error:
            raise ModuleError(f"{location}: the value of {name} is not UTF-8; convert it.") from error
        if attribute == "dn":
            if entry:
                raise ModuleError(
                    f"{location}: a second entry begins after {entry}; put each schema into a file of its own."
                )
            entry = value or "an entry without a name"
        elif attribute in _LDIF_ATTRIBUTES:
            yield _LDIF_ATTRIBUTES[attribute], without_order(value), line


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def emit_schema(schema: Schema) -> str:
    """Return a schema in the language of slapd.conf(5), which parse_schema() reads as the same schema."""
    lines = [f"objectidentifier {macro.name} {macro.oid}" for macro in schema.macros]
    for definition in schema.definitions:
        lines.append(statement_text(definition))
    return "\n".join(lines) + "\n"


def statement_text(definition: Definition) -> str:
    """Return a definition as a statement with one field per line."""
    return f"{definition.kind} {definition.text(separator=chr(10) + '  ')}"
