# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which matching rules a server has, and to which syntaxes slapd lets an attribute type apply them.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..syntax.definition import Definition, SchemaSyntaxError, parse_definition

_RFC4517 = "1.3.6.1.4.1.1466.115.121.1."

# Slapd does not publish which syntaxes a rule takes besides its own; these are the same in 2.4, 2.5 and 2.6.
_STRINGS = tuple(_RFC4517 + number for number in ("11", "44", "50"))
_COMPATIBLE = {
    "caseignorematch": _STRINGS,
    "caseignoreorderingmatch": _STRINGS,
    "caseexactmatch": _STRINGS,
    "caseexactorderingmatch": _STRINGS,
    "certificateexactmatch": (_RFC4517 + "8",),
    "certificatelistexactmatch": (_RFC4517 + "9",),
    "attributecertificateexactmatch": ("1.3.6.1.4.1.4203.666.11.10.2.1",),
    "csnsidmatch": ("1.3.6.1.4.1.4203.666.11.2.1",),
    "integerfirstcomponentmatch": (_RFC4517 + "17",),
    "objectidentifierfirstcomponentmatch": tuple(
        _RFC4517 + number for number in ("3", "16", "30", "31", "35", "37", "54")
    ),
}

# Rules that slapd has but neither publishes nor uses in its own attribute types.
_HIDDEN = (
    b"( 1.3.6.1.4.1.4203.666.4.4 NAME 'directoryStringApproxMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    b"( 1.3.6.1.4.1.4203.666.4.5 NAME 'IA5StringApproxMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )",
    b"( 1.3.6.1.4.1.4203.666.11.2.5 NAME 'CSNSIDMatch' SYNTAX 1.3.6.1.4.1.4203.666.11.2.4 )",
    b"( 2.5.13.22 NAME 'presentationAddressMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.43 )",
    b"( 2.5.13.24 NAME 'protocolInformationMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.42 )",
    b"( 2.5.13.35 NAME 'certificateMatch' SYNTAX 1.3.6.1.1.15.2 )",
    b"( 2.5.13.39 NAME 'certificateListMatch' SYNTAX 1.3.6.1.1.15.6 )",
    b"( 2.5.13.45 NAME 'attributeCertificateExactMatch' SYNTAX 1.3.6.1.4.1.4203.666.11.10.2.2 )",
    b"( 2.5.13.46 NAME 'attributeCertificateMatch' SYNTAX 1.3.6.1.4.1.4203.666.11.10.2.3 )",
)

# The field that a rule can stand in follows from its name (RFC 4517, 4.2); the default is EQUALITY.
_FIELD_OF = {"orderingmatch": "ORDERING", "substringsmatch": "SUBSTR", "bitandmatch": "", "bitormatch": ""}


class Rule(t.NamedTuple):
    """The field of an attribute type that takes this rule, and the syntaxes it applies to."""

    field: str
    syntaxes: frozenset[str]


Rules = t.Mapping[str, Rule]


def read_rules(published: t.Iterable[bytes], loaded: t.Iterable[Definition]) -> dict[str, Rule]:
    """Return the rules by lower-case name and OID: *published* ones, and hidden ones that *loaded* types use.

    Without published rules, none is known.
    """
    texts = list(published)
    if not texts:
        return {}
    rules: dict[str, Rule] = {}
    for text in (*texts, *_HIDDEN):
        try:
            definition = parse_definition("matchingrule", text.decode("utf-8", "replace"))
        except SchemaSyntaxError:
            continue
        names = [name.lower() for name in definition.names]
        compatible = (oid for name in names for oid in _COMPATIBLE.get(name, ()))
        rule = Rule(_field_of(names), frozenset((definition.syntax, *compatible)))
        rules.update(dict.fromkeys((definition.oid, *names), rule))
    for each in loaded:
        for keyword in ("EQUALITY", "ORDERING"):
            for name in map(str.lower, each.fields.get(keyword, ())):
                known = rules.get(name, Rule(keyword, frozenset()))
                rules[name] = known._replace(syntaxes=known.syntaxes | {each.syntax})
    return rules


def _field_of(names: t.Iterable[str]) -> str:
    for name in names:
        for ending, keyword in _FIELD_OF.items():
            if name.endswith(ending):
                return keyword
    return "EQUALITY"
