# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema language of RFC 4512, section 4.1: parse, write and compare definitions.

Private to the collection switchboard.pbx; it may change without notice.
Like OpenLDAP, the parser accepts quoted OIDs, missing spaces and fields in any order. ldap.schema of python-ldap is not
used: it ignores unknown fields and text after the definition, and reports no line.
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
}

_TOKEN = re.compile(r"\s+|(?P<mark>[()$])|'(?P<quoted>[^']*)'|(?P<bare>[^\s()$']+)|(?P<stray>')")
_NUMERIC = re.compile(r"\d+(\.\d+)*\Z")
_MACRO = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?::\d+(\.\d+)*)?\Z")
_DESCRIPTOR = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


class SchemaSyntaxError(ValueError):
    """The reason why a text is not a valid definition; *line* is its line in that text, counted from 0."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Definition:
    """A definition: its kind, its OID, and its fields by upper-case keyword; a flag has an empty value.

    *location* is the file and line, for messages. Use same() to compare definitions.
    """

    kind: str
    oid: str
    fields: t.Mapping[str, tuple[str, ...]]
    location: str = field(default="", compare=False)

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
        return self.kind, self.oid, tuple(sorted(key.items(), key=lambda pair: pair[0]))

    def same(self, other: Definition) -> bool:
        """Return whether both are equivalent, ignoring case, the order of lists, spaces and defaults."""
        return self.comparison_key() == other.comparison_key()

    def references(self) -> t.Iterator[tuple[str, str]]:
        """Yield the kind and the lower-case name or OID of each definition that this one depends on."""
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
        """Return the kind and each lower-case name or OID under which other definitions can refer to this one."""
        names = () if self.kind == "ldapsyntax" else self.names
        return {(self.kind, name.lower()) for name in (self.oid, *names)}

    def text(self, separator: str = " ") -> str:
        """Return the definition in the language of RFC 4512; *separator* separates the fields."""
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
                "the definition ends too early; a closing parenthesis is missing", self.line
            )
        self.line = self._tokens[self._at][2]
        self._at += 1
        return form, value

    def expect(self, mark: str, name: str) -> None:
        if self.take() != ("mark", mark):
            raise SchemaSyntaxError(f"{name} is expected", self.line)

    def value(self, keyword: str, quoted: bool) -> str:
        form, value = self.take()
        # OpenLDAP accepts OIDs with quotes and names without; existing schema files contain both.
        if form not in ("quoted", "bare"):
            raise SchemaSyntaxError(f"{keyword} has no value", self.line)
        # Like slapd, join a continuation line with one space.
        return unescape(re.sub(r"\n[ \t]", " ", value)) if quoted else value

    def values(self, keyword: str, quoted: bool) -> tuple[str, ...]:
        if self.peek() != ("mark", "("):
            return (self.value(keyword, quoted),)
        self.take()
        found = []
        while self.peek() != ("mark", ")"):
            if self.peek() == ("mark", "$"):
                self.take()
                continue
            found.append(self.value(keyword, quoted))
        self.take()
        if not found:
            raise SchemaSyntaxError(f"the list of {keyword} is empty", self.line)
        return tuple(found)


def parse_definition(kind: str, text: str, location: str = "") -> Definition:
    """Parse a definition, ``( OID NAME … )``, whose OID and SYNTAX may contain macros. Raises SchemaSyntaxError."""
    reader = _Reader(text)
    reader.expect("(", "an opening parenthesis")
    form, oid = reader.take()
    if form == "mark" or oid.upper() in FIELDS[kind]:
        raise SchemaSyntaxError("the definition does not begin with an OID", reader.line)
    if not _NUMERIC.match(oid) and not _MACRO.match(oid):
        raise SchemaSyntaxError(f"{oid!r} is not an OID", reader.line)
    fields: dict[str, tuple[str, ...]] = {}
    while reader.peek() != ("mark", ")"):
        form, word = reader.take()
        keyword = word.upper()
        if form != "bare" or (keyword not in FIELDS[kind] and not keyword.startswith("X-")):
            raise SchemaSyntaxError(
                f"{word!r} is not a field of an {kind}; check the parentheses", reader.line
            )
        if keyword in fields:
            raise SchemaSyntaxError(f"{keyword} is given twice", reader.line)
        fields[keyword] = _read_field(reader, keyword, FIELDS[kind].get(keyword, NAMES))
    reader.take()
    if reader.peek()[0] != "end":
        reader.take()
        raise SchemaSyntaxError("there is text after the closing parenthesis", reader.line)
    return Definition(kind, oid, fields, location)


def _read_field(reader: _Reader, keyword: str, form: str) -> tuple[str, ...]:
    if form == FLAG:
        return ()
    if form == NAMES:
        values = reader.values(keyword, quoted=True)
        if keyword == "NAME":
            for value in values:
                if not _DESCRIPTOR.match(value):
                    raise SchemaSyntaxError(
                        f"{value!r} is not a valid name; use letters, digits and hyphens", reader.line
                    )
        return values
    if form == OIDS:
        return reader.values(keyword, quoted=False)
    return (reader.value(keyword, quoted=form == TEXT),)
