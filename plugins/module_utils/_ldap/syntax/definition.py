# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema language of RFC 4512, section 4.1: parse, write and compare definitions.

Private to the collection switchboard.pbx; it may change without notice.
The parser accepts what OpenLDAP accepts: quoted OIDs, missing spaces, empty lists, fields in any order, text after the
definition. ldap.schema of python-ldap is not used: it ignores unknown fields, and reports no line.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

# The forms of a field's value, after the productions of RFC 4512.
FLAG, WORD, TEXT, NAMES, OIDS = "flag", "word", "text", "names", "oids"

_COMMON = {"NAME": NAMES, "DESC": TEXT, "OBSOLETE": FLAG}

# The fields of each kind of definition, in the order of RFC 4512.
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
    "matchingrule": {**_COMMON, "SYNTAX": WORD},
}

# The marks and words of OpenLDAP's parser; a brace ends a word, because a length may follow it.
_SPACES = re.compile(r"[ \t\n]*")
_QUOTED = re.compile(r"'([^']*)'")
_WORD = re.compile(r"[^ \t\n()$'{]+")
_OID = re.compile(r"[0-9][0-9.]*")
_NUMERIC = re.compile(r"[0-9]+(\.[0-9]+)*\Z")
_LENGTH = re.compile(r"\{([0-9]*)\}")


class SchemaSyntaxError(ValueError):
    """The reason why a text is not a valid definition; *line* is its line in that text, counted from 0."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Definition:
    """A definition: its kind, its OID, and its fields by upper-case keyword; a flag has an empty value.

    *location* is the file and line, for messages. *unread* is the text of a definition on a server that cannot be
    parsed; it has no field but its names. Use same() to compare definitions.
    """

    kind: str
    oid: str
    fields: t.Mapping[str, tuple[str, ...]]
    location: str = field(default="", compare=False)
    unread: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The short names as written; slapd displays the first one."""
        return self.fields.get("NAME", ())

    @property
    def label(self) -> str:
        """The name for messages."""
        return self.names[0] if self.names else self.oid

    def comparison_key(self) -> tuple[t.Any, ...]:
        """Return a value that is equal for equivalent definitions, however they are written."""
        known = FIELDS[self.kind]
        key: dict[str, t.Any] = {}
        for keyword, values in self.fields.items():
            form = known.get(keyword, TEXT)
            if self.kind == "ldapsyntax" and keyword in known:
                # Only the OID identifies a syntax; its name is a comment.
                continue
            if form == OIDS:
                key[keyword] = frozenset(value.lower() for value in values)
            elif form == TEXT:
                key[keyword] = values
            else:
                key[keyword] = tuple(value.lower() for value in values)
        if key.get("USAGE") == ("userapplications",):
            del key["USAGE"]
        if self.kind == "objectclass" and not {"ABSTRACT", "AUXILIARY"} & key.keys():
            key["STRUCTURAL"] = ()
        return self.kind, self.oid, self.unread, tuple(sorted(key.items(), key=lambda pair: pair[0]))

    def same(self, other: Definition) -> bool:
        """Return whether both are equivalent, ignoring case, the order of lists, spaces and defaults."""
        return self.comparison_key() == other.comparison_key()

    @property
    def syntax(self) -> str:
        """The OID of the syntax, without the length."""
        return self.fields.get("SYNTAX", ("",))[0].partition("{")[0]

    def references(self) -> t.Iterator[tuple[str, str]]:
        """Yield the kind and the lower-case name or OID of each definition that this one depends on."""
        if self.kind == "ditcontentrule":
            yield "objectclass", self.oid
        if self.syntax:
            yield "ldapsyntax", self.syntax
        superior = self.kind if self.kind in ("attributetype", "objectclass") else ""
        for keyword, kind in (
            ("SUP", superior),
            ("X-SUBST", "ldapsyntax"),
            ("AUX", "objectclass"),
            ("MUST", "attributetype"),
            ("MAY", "attributetype"),
            ("NOT", "attributetype"),
        ):
            for value in self.fields.get(keyword, ()):
                yield kind, value.lower()

    def identities(self) -> set[tuple[str, str]]:
        """Return the kind and each lower-case name or OID under which other definitions can refer to this one."""
        names = () if self.kind == "ldapsyntax" else self.names
        return {(self.kind, name.lower()) for name in (self.oid, *names)}

    def text(self, separator: str = " ") -> str:
        """Return the definition in the language of RFC 4512; *separator* separates the fields."""
        if self.unread:
            return self.unread
        known = FIELDS[self.kind]
        parts = [f"( {self.oid}"]
        for keyword in (*known, *(name for name in self.fields if name not in known)):
            if keyword in self.fields:
                parts.append(_field_text(keyword, self.fields[keyword], known.get(keyword, NAMES)))
        return separator.join(parts) + " )"


def _field_text(keyword: str, values: tuple[str, ...], form: str) -> str:
    if form == FLAG:
        return keyword
    if form in (NAMES, TEXT):
        quoted = [f"'{escape(value)}'" for value in values]
        return f"{keyword} {quoted[0]}" if len(quoted) == 1 else f"{keyword} ( {' '.join(quoted)} )"
    return f"{keyword} {values[0]}" if len(values) == 1 else f"{keyword} ( {' $ '.join(values)} )"


def escape(text: str) -> str:
    """Escape the two characters that a quoted string cannot contain (RFC 4512, 1.4 and 4.1)."""
    return text.replace("\\", r"\5C").replace("'", r"\27")


def unescape(text: str) -> str:
    """Undo escape(); other backslashes are kept."""
    return re.sub(r"\\(27|5[Cc])", lambda found: chr(int(found.group(1), 16)), text)


class _Reader:
    """The tokens of a definition, consumed one by one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def line(self) -> int:
        return self._text.count("\n", 0, self._at)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def accept(self, mark: str) -> bool:
        self.match(_SPACES)
        found = self._text.startswith(mark, self._at)
        self._at += len(mark) if found else 0
        return found

    def take(self) -> tuple[str, str]:
        self.match(_SPACES)
        mark = self._text[self._at : self._at + 1]
        if not mark:
            raise SchemaSyntaxError(
                "the definition ends too early; a closing parenthesis is missing", self._last_line()
            )
        quoted = self.match(_QUOTED)
        if quoted:
            return "quoted", quoted.group(1)
        if mark == "'":
            raise SchemaSyntaxError("a quote is opened but not closed", self.line)
        word = self.match(_WORD)
        if word:
            return "bare", word.group()
        self._at += 1
        return "mark", mark

    def _last_line(self) -> int:
        return self._text.rstrip().count("\n")

    def oid(self) -> str:
        self.match(_SPACES)
        found = self.match(_OID)
        form, oid = ("bare", found.group()) if found else self.take()
        if form != "bare":
            raise SchemaSyntaxError("the definition does not begin with an OID", self.line)
        if found and not _NUMERIC.match(oid):
            raise SchemaSyntaxError(f"{oid!r} is not an OID", self.line)
        return oid

    def value(self, keyword: str, quoted: bool) -> str:
        form, value = self.take()
        # Files for other servers contain OIDs with quotes and names without.
        if form not in ("quoted", "bare"):
            raise SchemaSyntaxError(f"{keyword} has no value", self.line)
        # Like slapd, join a continuation line with one space.
        return unescape(re.sub(r"\n[ \t]", " ", value)) if quoted else value

    def values(self, keyword: str, quoted: bool) -> tuple[str, ...]:
        if not self.accept("("):
            return (self.value(keyword, quoted),)
        found = []
        while not self.accept(")"):
            if not self.accept("$"):
                found.append(self.value(keyword, quoted))
        return tuple(found)

    def syntax(self) -> str:
        """A syntax and its length, such as 1.2.3{64}; in files for other servers, in quotes."""
        quoted = self.accept("'")
        oid = self.oid()
        found = self.match(_LENGTH)
        if quoted and not self.accept("'"):
            raise SchemaSyntaxError("a quote is opened but not closed", self.line)
        length = int(found.group(1) or 0) if found else 0
        return f"{oid}{{{length}}}" if length else oid


def parse_definition(kind: str, text: str, location: str = "") -> Definition:
    """Parse a definition, ``( OID NAME … )``, whose OID and SYNTAX may contain macros. Raises SchemaSyntaxError."""
    reader = _Reader(text)
    if not reader.accept("("):
        reader.take()
        raise SchemaSyntaxError("an opening parenthesis is expected", reader.line)
    oid = reader.oid()
    if oid.upper() in FIELDS[kind]:
        raise SchemaSyntaxError("the definition does not begin with an OID", reader.line)
    fields: dict[str, tuple[str, ...]] = {}
    while not reader.accept(")"):
        form, word = reader.take()
        keyword = word.upper()
        if form != "bare" or (keyword not in FIELDS[kind] and not keyword.startswith("X-")):
            raise SchemaSyntaxError(
                f"{word!r} is not a field of an {kind}; check the parentheses", reader.line
            )
        if keyword in fields and keyword in FIELDS[kind]:
            raise SchemaSyntaxError(f"{keyword} is given twice", reader.line)
        fields[keyword] = fields.get(keyword, ()) + _read_field(
            reader, keyword, FIELDS[kind].get(keyword, NAMES)
        )
    # An empty list means the same as none; an empty value is the mark of a flag.
    present = {
        keyword: values
        for keyword, values in fields.items()
        if values or FIELDS[kind].get(keyword, NAMES) == FLAG
    }
    return Definition(kind, oid, present, location)


def _read_field(reader: _Reader, keyword: str, form: str) -> tuple[str, ...]:
    if form == FLAG:
        return ()
    if form in (NAMES, OIDS):
        return reader.values(keyword, quoted=form == NAMES)
    if keyword == "SYNTAX":
        return (reader.syntax(),)
    return (reader.value(keyword, quoted=form == TEXT),)
