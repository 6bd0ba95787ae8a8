# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema language of RFC 4512, section 4.1: one definition read, written and compared by its meaning.

Private to the collection switchboard.pbx; it may change without notice.
What OpenLDAP accepts beyond the RFC (quoted OIDs, missing spaces, fields in any order) is accepted too.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..._module import ModuleError

# The forms of a field's value, after the productions of RFC 4512.
FLAG, WORD, TEXT, NAMES, OIDS = "flag", "word", "text", "names", "oids"

_COMMON = {"NAME": NAMES, "DESC": TEXT, "OBSOLETE": FLAG}

# Each kind of definition with its fields, in the order in which RFC 4512 writes them.
FIELDS: dict[str, dict[str, str]] = {
    "ldapsyntax": {"NAME": NAMES, "DESC": TEXT},
    "attributetype": {
        **_COMMON,
        "SUP": WORD,
        "EQUALITY": WORD,
        "ORDERING": WORD,
        "SUBSTR": WORD,
        "SYNTAX": WORD,
        "SINGLE-VALUE": FLAG,
        "COLLECTIVE": FLAG,
        "NO-USER-MODIFICATION": FLAG,
        "USAGE": WORD,
    },
    "objectclass": {
        **_COMMON,
        "SUP": OIDS,
        "ABSTRACT": FLAG,
        "STRUCTURAL": FLAG,
        "AUXILIARY": FLAG,
        "MUST": OIDS,
        "MAY": OIDS,
    },
    "ditcontentrule": {**_COMMON, "AUX": OIDS, "MUST": OIDS, "MAY": OIDS, "NOT": OIDS},
}

# The attributes of cn=config that hold each kind (slapd-config(5)), in the order in which slapd needs them.
ATTRIBUTE_OF = {
    "ldapsyntax": "olcLdapSyntaxes",
    "attributetype": "olcAttributeTypes",
    "objectclass": "olcObjectClasses",
    "ditcontentrule": "olcDitContentRules",
}

_TOKEN = re.compile(r"\s+|(?P<mark>[()$])|'(?P<quoted>[^']*)'|(?P<bare>[^\s()$']+)|(?P<stray>')")
_NUMERIC = re.compile(r"\d+(\.\d+)*\Z")
_MACRO = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]*)(?::(?P<rest>\d+(\.\d+)*))?\Z")
_LENGTH = re.compile(r"(?P<oid>[^{}]+)(?P<length>\{\d+\})?\Z")
_DESCRIPTOR = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


class SchemaSyntaxError(ValueError):
    """Why a text is no definition; *line* counts from the first line of that text, beginning with 0."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Definition:
    """One definition: its kind, its OID, and its fields by upper-case keyword; a flag has an empty value.

    *place* says where it was read, for messages; two definitions are compared with same().
    """

    kind: str
    oid: str
    fields: t.Mapping[str, tuple[str, ...]]
    place: str = field(default="", compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Its short names as written, the first being the one that slapd shows."""
        return self.fields.get("NAME", ())

    @property
    def label(self) -> str:
        """What to call it in a message."""
        return self.names[0] if self.names else self.oid

    def meaning(self) -> tuple[t.Any, ...]:
        """A value that is equal for definitions that mean the same, however they are written."""
        known = FIELDS[self.kind]
        meaning: dict[str, t.Any] = {}
        for keyword, values in self.fields.items():
            form = known.get(keyword, TEXT)
            if self.kind == "ldapsyntax" and keyword in known:
                # A syntax is known by its OID alone; what it is called is comment.
                continue
            if form == OIDS:
                meaning[keyword] = frozenset(value.lower() for value in values)
            elif form == TEXT:
                meaning[keyword] = values
            else:
                meaning[keyword] = tuple(value.lower() for value in values)
        if meaning.get("USAGE") == ("userapplications",):
            del meaning["USAGE"]
        if self.kind == "objectclass" and not {"ABSTRACT", "AUXILIARY"} & meaning.keys():
            meaning["STRUCTURAL"] = ()
        return self.kind, self.oid, tuple(sorted(meaning.items(), key=lambda pair: pair[0]))

    def same(self, other: Definition) -> bool:
        """Whether both mean the same: case, order of lists, spaces and defaults aside."""
        return self.meaning() == other.meaning()

    def references(self) -> t.Iterator[tuple[str, str]]:
        """The definitions it needs, each as kind and lower-case name or OID."""
        superior = self.kind if self.kind in ("attributetype", "objectclass") else ""
        for keyword, kind in (
            ("SUP", superior),
            ("AUX", "objectclass"),
            ("MUST", "attributetype"),
            ("MAY", "attributetype"),
            ("NOT", "attributetype"),
        ):
            for value in self.fields.get(keyword, ()):
                yield kind, value.lower()

    def identities(self) -> set[tuple[str, str]]:
        """All by which references() of another can mean this one."""
        names = () if self.kind == "ldapsyntax" else self.names
        return {(self.kind, name.lower()) for name in (self.oid, *names)}

    def text(self, break_with: str = " ") -> str:
        """The definition in the language of RFC 4512; *break_with* separates the fields."""
        known = FIELDS[self.kind]
        parts = [f"( {self.oid}"]
        for keyword in (*known, *(name for name in self.fields if name not in known)):
            if keyword in self.fields:
                parts.append(_field_text(keyword, self.fields[keyword], known.get(keyword, NAMES)))
        return break_with.join(parts) + " )"


def _field_text(keyword: str, values: tuple[str, ...], form: str) -> str:
    if form == FLAG:
        return keyword
    if form in (NAMES, TEXT):
        quoted = [f"'{escape(value)}'" for value in values]
        return f"{keyword} {quoted[0]}" if len(quoted) == 1 else f"{keyword} ( {' '.join(quoted)} )"
    return f"{keyword} {values[0]}" if len(values) == 1 else f"{keyword} ( {' $ '.join(values)} )"


def escape(text: str) -> str:
    """Write the two characters that a quoted string cannot hold as they are (RFC 4512, 1.4 and 4.1)."""
    return text.replace("\\", r"\5C").replace("'", r"\27")


def unescape(text: str) -> str:
    """Undo escape(); a backslash before anything else is left as it is."""
    return re.sub(r"\\(27|5[Cc])", lambda found: chr(int(found.group(1), 16)), text)


def expand(oid: str, macros: t.Mapping[str, str]) -> str:
    """Return the numeric form of an OID such as AstAttrType:7, which begins with a macro; raises KeyError."""
    if _NUMERIC.match(oid):
        return oid
    found = _MACRO.match(oid)
    if not found:
        raise KeyError(oid)
    root = macros[found.group("name")]
    return f"{root}.{found.group('rest')}" if found.group("rest") else root


class _Reader:
    """The tokens of one definition, taken one after the other."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        self._at = 0
        position = 0
        while position < len(text):
            # The pattern matches any character, so there is always a token.
            found = t.cast("re.Match[str]", _TOKEN.match(text, position))
            line = text.count("\n", 0, position)
            if found.group("stray"):
                raise SchemaSyntaxError("a quote is opened but not closed", line)
            if found.lastgroup:
                self._tokens.append((found.lastgroup, found.group(found.lastgroup), line))
            position = found.end()
        self.line = 0

    def peek(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            return "end", ""
        return self._tokens[self._at][:2]

    def take(self) -> tuple[str, str]:
        form, value = self.peek()
        if form == "end":
            raise SchemaSyntaxError(
                "the definition ends too early, a closing parenthesis is missing", self.line
            )
        self.line = self._tokens[self._at][2]
        self._at += 1
        return form, value

    def expect(self, mark: str, what: str) -> None:
        if self.take() != ("mark", mark):
            raise SchemaSyntaxError(f"{what} is expected", self.line)

    def one(self, keyword: str, quoted: bool) -> str:
        form, value = self.take()
        # OpenLDAP takes OIDs in quotes and names without; so do schema files that people have.
        if form not in ("quoted", "bare"):
            raise SchemaSyntaxError(f"{keyword} has no value", self.line)
        # A line that goes on joins with the one before in one space, the way slapd reads its files.
        return unescape(re.sub(r"\n[ \t]", " ", value)) if quoted else value

    def many(self, keyword: str, quoted: bool) -> tuple[str, ...]:
        if self.peek() != ("mark", "("):
            return (self.one(keyword, quoted),)
        self.take()
        values = []
        while self.peek() != ("mark", ")"):
            if self.peek() == ("mark", "$"):
                self.take()
                continue
            values.append(self.one(keyword, quoted))
        self.take()
        if not values:
            raise SchemaSyntaxError(f"the list of {keyword} is empty", self.line)
        return tuple(values)


def parse_definition(kind: str, text: str, place: str = "") -> Definition:
    """Read one definition, ``( OID NAME … )``; raises SchemaSyntaxError. The OID and SYNTAX may still hold macros."""
    reader = _Reader(text)
    reader.expect("(", "an opening parenthesis")
    form, oid = reader.take()
    if form == "mark" or oid.upper() in FIELDS[kind]:
        raise SchemaSyntaxError("the definition does not begin with an OID", reader.line)
    if not _NUMERIC.match(oid) and not _MACRO.match(oid):
        raise SchemaSyntaxError(f"{oid!r} is no OID", reader.line)
    fields: dict[str, tuple[str, ...]] = {}
    while reader.peek() != ("mark", ")"):
        form, word = reader.take()
        keyword = word.upper()
        if form != "bare" or (keyword not in FIELDS[kind] and not keyword.startswith("X-")):
            raise SchemaSyntaxError(
                f"{word!r} is no field of an {kind}; perhaps a parenthesis is wrong", reader.line
            )
        if keyword in fields:
            raise SchemaSyntaxError(f"{keyword} is given twice", reader.line)
        fields[keyword] = _read_field(reader, keyword, FIELDS[kind].get(keyword, NAMES))
    reader.take()
    if reader.peek()[0] != "end":
        reader.take()
        raise SchemaSyntaxError("there is more after the closing parenthesis", reader.line)
    return Definition(kind, oid, fields, place)


def _read_field(reader: _Reader, keyword: str, form: str) -> tuple[str, ...]:
    if form == FLAG:
        return ()
    if form == NAMES:
        values = reader.many(keyword, quoted=True)
        if keyword == "NAME":
            for value in values:
                if not _DESCRIPTOR.match(value):
                    raise SchemaSyntaxError(
                        f"{value!r} is no name: letters, digits and hyphens only", reader.line
                    )
        return values
    if form == OIDS:
        return reader.many(keyword, quoted=False)
    return (reader.one(keyword, quoted=form == TEXT),)


def resolved(definition: Definition, macros: t.Mapping[str, str]) -> Definition:
    """Return the definition with numeric OIDs only; a macro that is not known raises ModuleError."""
    fields = dict(definition.fields)
    try:
        oid = expand(definition.oid, macros)
        if "SYNTAX" in fields:
            found = _LENGTH.match(fields["SYNTAX"][0])
            if not found:
                raise KeyError(fields["SYNTAX"][0])
            fields["SYNTAX"] = (expand(found.group("oid"), macros) + (found.group("length") or ""),)
    except KeyError as unknown:
        raise ModuleError(
            f"{definition.place}: {definition.kind} {definition.label} uses the OID {unknown.args[0]!r}, "
            "which neither this schema nor the server defines; "
            "add an objectidentifier line for it (case matters), or write the number."
        ) from unknown
    return Definition(definition.kind, oid, fields, definition.place)
