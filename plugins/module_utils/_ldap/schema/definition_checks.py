# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks that slapd makes on a definition when it loads it: all of them, before anything is written.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import re
import typing as t

from ..._module import ModuleError
from ..syntax.definition import Definition
from .rule_syntaxes import Rules

Known = t.Mapping[t.Tuple[str, str], t.Tuple[Definition, int]]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
_CLASS_KINDS = ("ABSTRACT", "STRUCTURAL", "AUXILIARY")


def check_definitions(changed: t.Sequence[Definition], known: Known, rules: Rules) -> None:
    """Raise ModuleError for the first definition that slapd would refuse.

    *known*: all definitions, the changed ones among them; every reference is in it. *rules*: none if unknown.
    """
    for definition in changed:
        reason = next(_Check(known, rules).reasons(definition), None)
        if reason:
            raise ModuleError(f"{definition.location}: {definition.kind} {definition.label} {reason}.")


def dependents(changed: t.Sequence[Definition], known: Known) -> list[Definition]:
    """Return the known definitions that are derived from changed ones, without the changed ones."""
    given = {id(each) for each in changed}
    result: dict[int, Definition] = {}
    identities = {identity for each in changed for identity in each.identities()}
    while identities:
        found = {
            id(each): each
            for each, _order in known.values()
            if id(each) not in given | result.keys() and not identities.isdisjoint(each.references())
        }
        result.update(found)
        identities = {identity for each in found.values() for identity in each.identities()}
    return list(result.values())


class _Check:
    def __init__(self, known: Known, rules: Rules) -> None:
        self.known = known
        self.rules = rules

    def reasons(self, definition: Definition) -> t.Iterator[str]:
        """Yield why slapd would refuse a definition."""
        if definition.kind != "ldapsyntax":
            yield from _of_names(definition)
        if definition in self._ancestors(definition):
            yield "is derived from itself by its SUP; correct one of the definitions in that chain"
            return
        of_kind = {
            "ldapsyntax": self._of_syntax,
            "attributetype": self._of_type,
            "objectclass": self._of_class,
            "ditcontentrule": self._of_content_rule,
        }
        yield from of_kind[definition.kind](definition)

    def _ancestors(self, definition: Definition) -> list[Definition]:
        """The definitions it is derived from; itself among them if it is part of a cycle."""
        found: list[Definition] = []
        queue = [definition]
        while queue:
            each = queue.pop(0)
            for name in each.fields.get("SUP", ()):
                above = self.known.get((definition.kind, name.lower()))
                if above and above[0] not in found:
                    found.append(above[0])
                    queue.append(above[0])
        return found

    def _of_syntax(self, definition: Definition) -> t.Iterator[str]:
        if len(definition.fields.get("X-SUBST", ("",))) != 1:
            yield "gives several syntaxes in X-SUBST; give one"

    def _of_type(self, definition: Definition) -> t.Iterator[str]:
        fields = definition.fields
        usage = fields.get("USAGE", ("",))[0]
        if _is_operational(definition):
            yield (
                f"has USAGE {usage}, but slapd takes new attribute types for user applications only; "
                "remove USAGE and NO-USER-MODIFICATION"
            )
        if "NO-USER-MODIFICATION" in fields:
            yield "is NO-USER-MODIFICATION, which slapd allows its own attribute types only; remove the word"
        if "COLLECTIVE" in fields and "SINGLE-VALUE" in fields:
            yield "is COLLECTIVE and SINGLE-VALUE, which exclude each other; remove one of the two"
        if not {"SUP", "SYNTAX"} & fields.keys():
            yield "has neither SUP nor SYNTAX; add one of the two"
        above = self._ancestors(definition)
        for superior in above[:1]:
            if _is_operational(superior):
                yield f"is derived from {superior.label}, an operational attribute; choose another SUP"
            if "OBSOLETE" in superior.fields and "OBSOLETE" not in fields:
                yield f"is derived from {superior.label}, which is OBSOLETE; choose another SUP, or add OBSOLETE"
        yield from self._of_rules([definition, *above])

    def _of_rules(self, chain: t.Sequence[Definition]) -> t.Iterator[str]:
        """Check the rules of the first type in a chain of superiors."""
        definition = chain[0]
        syntax = next((each.syntax for each in chain if each.syntax), "")
        equality = next((each.fields["EQUALITY"][0] for each in chain if "EQUALITY" in each.fields), "")
        for keyword in ("EQUALITY", "ORDERING", "SUBSTR"):
            for name in definition.fields.get(keyword, ()):
                if keyword != "EQUALITY" and not equality:
                    yield f"has {keyword} but no EQUALITY, not even an inherited one; add EQUALITY"
                if not self.rules:
                    continue
                rule = self.rules.get(name.lower())
                if rule is None:
                    yield f"has {keyword} {name}, a matching rule that this slapd does not have; choose another"
                    continue
                if rule.field != keyword:
                    yield f"has {keyword} {name}, a matching rule for {rule.field or 'searches'}; choose another"
                # The syntax of a substring rule is that of its assertions, so slapd looks at EQUALITY instead.
                applied = self.rules.get(equality.lower()) if keyword == "SUBSTR" else rule
                if applied and syntax and syntax not in applied.syntaxes:
                    yield f"has {keyword} {name}, which does not apply to the syntax {syntax}; change one of the two"

    def _of_class(self, definition: Definition) -> t.Iterator[str]:
        kinds = [kind for kind in _CLASS_KINDS if kind in definition.fields]
        if len(kinds) > 1:
            yield f"is {' and '.join(kinds)}, which exclude each other; keep one"
        own = _class_kind(definition)
        for superior in self._ancestors(definition):
            kind = _class_kind(superior)
            if kind not in ("ABSTRACT", own):
                yield (
                    f"is {own} but derived from {superior.label}, which is {kind}; "
                    f"make it {kind}, or choose another SUP"
                )
            if "OBSOLETE" in superior.fields and "OBSOLETE" not in definition.fields:
                yield f"is derived from {superior.label}, which is OBSOLETE; choose another SUP, or add OBSOLETE"
        for each in (definition, *self._ancestors(definition)):
            yield from self._of_operational(each)

    def _of_content_rule(self, definition: Definition) -> t.Iterator[str]:
        of_class = self.known.get(("objectclass", definition.oid))
        if of_class and _class_kind(of_class[0]) != "STRUCTURAL":
            yield f"is for {of_class[0].label}, which is {_class_kind(of_class[0])}; give the OID of a structural class"
        for name in definition.fields.get("AUX", ()):
            auxiliary = self.known.get(("objectclass", name.lower()))
            if auxiliary and _class_kind(auxiliary[0]) != "AUXILIARY":
                yield f"lists {name} in AUX, which is {_class_kind(auxiliary[0])}; list auxiliary classes only"
        seen: set[int] = set()
        for name in self._attributes(definition):
            found = self.known.get(("attributetype", name.lower()))
            if found and id(found[0]) in seen:
                yield f"lists the attribute {name} twice; remove one of the two"
            seen |= {id(found[0])} if found else set()
        yield from self._of_operational(definition)

    def _of_operational(self, definition: Definition) -> t.Iterator[str]:
        for name in self._attributes(definition):
            found = self.known.get(("attributetype", name.lower()))
            if found and _is_operational(found[0]):
                yield f"contains {name}, an operational attribute, which entries have without it; remove it"

    def _attributes(self, definition: Definition) -> list[str]:
        return [name for keyword in ("MUST", "MAY", "NOT") for name in definition.fields.get(keyword, ())]


def _of_names(definition: Definition) -> t.Iterator[str]:
    seen = set()
    for name in definition.names:
        if not _NAME.match(name):
            yield f"has the name {name!r}, which slapd refuses; use letters, digits and hyphens, a letter first"
        if name.lower() in seen:
            yield f"has the name {name!r} twice; remove one of the two"
        seen.add(name.lower())


def _is_operational(definition: Definition) -> bool:
    return definition.fields.get("USAGE", ("userApplications",))[0].lower() != "userapplications"


def _class_kind(definition: Definition) -> str:
    return next((kind for kind in _CLASS_KINDS if kind in definition.fields), "STRUCTURAL")
