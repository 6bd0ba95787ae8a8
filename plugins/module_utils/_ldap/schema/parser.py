# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schema files in their two forms: statements as in slapd.conf(5), and the LDIF of a cn=config entry.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
from dataclasses import dataclass

from ..._module import ModuleError
from .definition import ATTRIBUTE_OF, Definition, SchemaSyntaxError, expand, parse_definition, resolved

MACRO = "objectidentifier"

# How a statement begins; slapd compares no more letters than these, and its own dsee.schema needs that.
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

_NAME_OF_MACRO = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
_LDIF_START = re.compile(r"^(version|dn)\s*:", re.I)
_ORDER_PREFIX = re.compile(r"^\{-?\d+\}")


@dataclass(frozen=True)
class Macro:
    """An objectidentifier statement: a name for an OID, which may itself begin with a macro."""

    name: str
    oid: str
    place: str


@dataclass(frozen=True)
class Schema:
    """What a schema file defines, in the order of the file."""

    name: str
    macros: tuple[Macro, ...]
    definitions: tuple[Definition, ...]

    def resolve(self, known: t.Mapping[str, str]) -> tuple[dict[str, str], tuple[Definition, ...]]:
        """Return its own macros and its definitions with numeric OIDs; *known* are those of the server."""
        own: dict[str, str] = {}
        for macro in self.macros:
            try:
                oid = expand(macro.oid, {**known, **own})
            except KeyError as unknown:
                raise ModuleError(
                    f"{macro.place}: the objectidentifier {macro.name} builds on {unknown.args[0]!r}, "
                    "which is not defined before it; define that first (case matters), or write the number."
                ) from unknown
            if own.get(macro.name, oid) != oid:
                raise ModuleError(
                    f"{macro.place}: the objectidentifier {macro.name} is defined a second time "
                    f"as {oid}, before as {own[macro.name]}; remove one of the two."
                )
            own[macro.name] = oid
        definitions = tuple(resolved(definition, {**known, **own}) for definition in self.definitions)
        _refuse_duplicates(definitions)
        return own, definitions


def _refuse_duplicates(definitions: t.Iterable[Definition]) -> None:
    seen: dict[tuple[str, str], Definition] = {}
    for definition in definitions:
        for key in definition.identities():
            if key in seen:
                raise ModuleError(
                    f"{definition.place}: {definition.kind} {definition.label} has the name or OID "
                    f"{key[1]!r}, which {seen[key].label} ({seen[key].place}) has; change one of the two."
                )
            seen[key] = definition


def decode(data: bytes, source: str) -> str:
    """Return the text of a schema file, which must be UTF-8; *source* names it in the message."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ModuleError(
            f"{source}, line {line}: the text is not UTF-8 (byte 0x{data[error.start]:02x}); "
            "convert the file, for example with iconv -f latin1 -t utf-8."
        ) from error


def parse_schema(text: str, name: str, source: str) -> Schema:
    """Read a schema file of either form, told apart by its content; *source* names it in messages."""
    for character in text:
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise ModuleError(
                f"{source}: the text holds {character!r}, which is no text; give a schema file in UTF-8."
            )
    if any(_LDIF_START.match(line) for line in text.splitlines()):
        statements = _ldif_statements(text, source)
    else:
        statements = _file_statements(text, source)
    macros: list[Macro] = []
    definitions: list[Definition] = []
    for kind, value, line in statements:
        place = f"{source}, line {line}"
        try:
            if kind == MACRO:
                macros.append(parse_macro(value, place))
            else:
                definitions.append(parse_definition(kind, value, place))
        except SchemaSyntaxError as wrong:
            raise ModuleError(
                f"{source}, line {line + wrong.line}: {wrong}, in the {kind} that begins on line {line}; "
                "correct the schema file (RFC 4512, section 4.1, gives the form)."
            ) from wrong
    if not definitions and not macros:
        raise ModuleError(
            f"{source}: there is no schema definition in it; give a file with attributetype or objectclass "
            "statements, or an LDIF with olcAttributeTypes or olcObjectClasses."
        )
    return Schema(name, tuple(macros), tuple(definitions))


def parse_macro(text: str, place: str) -> Macro:
    """Read the two words of an objectidentifier statement; raises SchemaSyntaxError."""
    words = text.split()
    if len(words) != 2:
        raise SchemaSyntaxError(f"an objectidentifier has a name and an OID, here are {len(words)} words")
    if not _NAME_OF_MACRO.match(words[0]):
        raise SchemaSyntaxError(f"{words[0]!r} is no name for an objectidentifier")
    return Macro(words[0], words[1], place)


def without_order(value: str) -> str:
    """Return a value of cn=config without its ordering prefix, such as {3}."""
    return _ORDER_PREFIX.sub("", value, count=1)


def _file_statements(text: str, source: str) -> t.Iterator[tuple[str, str, int]]:
    """Each statement as kind, rest and line; a line that begins with a space goes on with the one before."""
    for line, statement in _logical_lines(text, "\n"):
        words = statement.split(None, 1)
        word = re.split(r"[(\s]", words[0], maxsplit=1)[0]
        kind = next((kind for begin, kind in _STATEMENTS.items() if word.lower().startswith(begin)), None)
        if kind is None:
            raise ModuleError(
                f"{source}, line {line}: {_short(words[0])} begins no statement of a schema file; "
                "expected is objectidentifier, attributetype, objectclass, ditcontentrule or ldapsyntax "
                "(a definition goes on only in lines that begin with a space or tab)."
            )
        yield kind, statement.lstrip()[len(word) :], line


def _logical_lines(text: str, glue: str) -> t.Iterator[tuple[int, str]]:
    """Join continued lines, leave out comments and empty ones; yields each with its first line's number."""
    start, parts = 0, t.cast("list[str]", [])
    for number, line in enumerate([*re.split(r"\r?\n", text), ""], 1):
        if parts and line[:1] in (" ", "\t"):
            parts.append(line if glue else line[1:])
            continue
        if parts and not parts[0].startswith("#"):
            yield start, glue.join(parts)
        start, parts = number, [line] if line.strip() else []


def _ldif_statements(text: str, source: str) -> t.Iterator[tuple[str, str, int]]:
    """Each schema value of the one entry of an LDIF (RFC 2849) as kind, value and line."""
    entry = ""
    for line, logical in _logical_lines(text, ""):
        place = f"{source}, line {line}"
        attribute, colon, rest = logical.partition(":")
        if not colon:
            raise ModuleError(
                f"{place}: {_short(logical)} is no line of an LDIF (attribute: value); perhaps it should "
                "begin with a space, for then it goes on with the line before."
            )
        attribute = attribute.strip().lower()
        if attribute in ("changetype", "add", "delete", "replace", "modify"):
            raise ModuleError(
                f"{place}: the LDIF holds a change record; give the whole schema entry "
                "(dn: cn=NAME,cn=schema,cn=config), and the module finds out what to change."
            )
        if attribute == "dn":
            if entry:
                raise ModuleError(
                    f"{place}: a second entry begins, after {entry}; give each schema a file of its own."
                )
            entry = rest.strip() or "an entry without a name"
        elif attribute in _LDIF_ATTRIBUTES:
            yield _LDIF_ATTRIBUTES[attribute], without_order(_ldif_value(rest, place)), line
        elif attribute not in ("version", "objectclass", "cn"):
            raise ModuleError(
                f"{place}: {_short(attribute)} is no attribute of a schema entry; remove the line."
            )


def _ldif_value(rest: str, place: str) -> str:
    if rest.startswith("<"):
        raise ModuleError(f"{place}: the value is in another file ({rest.strip()}); write it into this one.")
    if not rest.startswith(":"):
        return rest.strip()
    try:
        return base64.b64decode(rest[1:].strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ModuleError(f"{place}: the value is no base64 of UTF-8 text ({error}); correct it.") from error


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def emit_schema(schema: Schema) -> str:
    """Write a schema in the language of slapd.conf(5); parse_schema() of it gives the same schema."""
    lines = [f"objectidentifier {macro.name} {macro.oid}" for macro in schema.macros]
    for definition in schema.definitions:
        lines.append(statement_text(definition))
    return "\n".join(lines) + "\n"


def statement_text(definition: Definition) -> str:
    """Write one definition as a statement, a field a line."""
    return f"{definition.kind} {definition.text(break_with=chr(10) + '  ')}"
