# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definitions in odd spellings: what slapd takes, the module reads, and as the same definition."""

from __future__ import annotations

from collections.abc import Iterator

import ldap
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies
from slapd_server import SlapdServer, versions_present

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.definition_checks import (
    check_definitions,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.oid_macros import resolve_macros
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import ATTRIBUTE_OF
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.server import Loaded, read_loaded
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.validation import check_uses
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.definition import (
    Definition,
    SchemaSyntaxError,
    parse_definition,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

OID = "1.3.6.1.4.1.32473.99"
STRING = "1.3.6.1.4.1.1466.115.121.1.15"

# Pieces of definitions, right and wrong ones; each text below is put together from some of them.
OIDS = (OID, "OLcfgAt:32473", "78", f"{OID}.", f"'{OID}'", "nowhere")
PIECES = {
    "attributetype": (
        *(
            "NAME 'odd'",
            "NAME ( 'odd' 'odder' )",
            "NAME ( )",
            "NAME 'o_d'",
            "NAME odd",
            "name'odd'",
            "NAME ''",
        ),
        *(
            "DESC 'x'",
            "DESC ''",
            "DESC x",
            "DESC 'a\n b'",
            r"DESC 'it\27s \5C'",
            "DESC '(' ",
            "DESC 'größer'",
        ),
        *("SUP name", "SUP 'name'", "SUP ( name )", "SUP ()", "SUP nowhere", "SUP modifiersName", "SUP"),
        *("EQUALITY caseIgnoreMatch", "EQUALITY 2.5.13.2", "EQUALITY nowhereMatch", "EQUALITY integerMatch"),
        *("ORDERING caseIgnoreOrderingMatch", "ORDERING caseIgnoreMatch", "SUBSTR caseIgnoreSubstringsMatch"),
        *(
            f"SYNTAX {STRING}",
            f"SYNTAX {STRING}{{32}}",
            f"SYNTAX '{STRING}{{7}}'",
            f"SYNTAX {STRING}{{}}",
            "SYNTAX 1.2.3",
        ),
        *("SINGLE-VALUE", "COLLECTIVE", "OBSOLETE", "NO-USER-MODIFICATION", "USAGE userApplications"),
        *("USAGE dSAOperation", "USAGE x", "X-A 'a'", "X-A ( 'a' 'b' )", "X-A ( )", "X-A a", "FOO", "{", "$"),
    ),
    "objectclass": (
        *(
            "NAME 'odd'",
            "NAME ( 'odd' 'odder' )",
            "NAME 'o_d'",
            "NAME 'cn'",
            "DESC 'x'",
            "OBSOLETE",
            "X-A 'a'",
        ),
        *(
            "SUP top",
            "SUP 'top'",
            "SUP ( top $ person )",
            "SUP ( 'top' )",
            "SUP dcObject",
            "SUP person",
            "SUP nowhere",
        ),
        *("ABSTRACT", "STRUCTURAL", "AUXILIARY", "SUP subentry", "SUP alias"),
        *(
            "MUST cn",
            "MUST ( cn $ sn )",
            "MUST(cn$sn)",
            "MUST ( cn $ cn )",
            "MUST nowhere",
            "MUST createTimestamp",
        ),
        *(
            "MAY cn",
            "MAY ( 2.5.4.3 )",
            "MAY ( CN $ sn $ description )",
            "MAY ( cn $ )",
            "MAY ( cn sn )",
            "MAY 'cn'",
        ),
    ),
}
# These crash slapd 2.4, 2.5 and 2.6, or are taken or refused by chance, so they are not sent: a name given twice,
# a class with the name of another one, a class without a name in its list, an empty list of OIDs.


@strategies.composite
def texts(draw: strategies.DrawFn, kind: str) -> str:
    pieces = draw(
        strategies.lists(strategies.sampled_from(PIECES[kind]), min_size=1, max_size=6, unique=True)
    )
    start = draw(
        strategies.sampled_from(["( ", "(", " (\t", ""])
        if draw(strategies.booleans())
        else strategies.just("( ")
    )
    oid = draw(strategies.sampled_from(OIDS) if draw(strategies.booleans()) else strategies.just(OID))
    glue = draw(strategies.sampled_from([" ", "  ", "\n ", "\t", ""]))
    end = draw(strategies.sampled_from([" )", ")", " ) text", " ) )", ""]))
    return start + oid + glue + glue.join(pieces) + end


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def server(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    with SlapdServer(request.param, log_level=0) as running:
        yield running


class Slapd:
    """Adds definitions to a schema entry of its own, and removes them."""

    def __init__(self, server: SlapdServer) -> None:
        self.connection = server.connect()
        found = self.connection.search_s("cn=schema,cn=config", ldap.SCOPE_ONELEVEL, "(cn=*odd)")
        if not found:
            first = {
                "olcAttributeTypes": "( 1.3.6.1.4.1.32473.1 SUP name )",
                "olcObjectClasses": "( 1.3.6.1.4.1.32473.2 )",
            }
            entry = [("objectClass", [b"olcSchemaConfig"]), ("cn", [b"odd"])]
            entry += [(name, [value.encode()]) for name, value in first.items()]
            self.connection.add_s("cn=odd,cn=schema,cn=config", entry)
            found = self.connection.search_s("cn=schema,cn=config", ldap.SCOPE_ONELEVEL, "(cn=*odd)")
        self.dn = found[0][0]

    def loaded(self) -> Loaded:
        rows = self.connection.search_s("cn=schema,cn=config", ldap.SCOPE_SUBTREE)
        rules = self.connection.search_s("cn=Subschema", ldap.SCOPE_BASE, attrlist=["matchingRules"])
        return read_loaded(rows, rules[0][1]["matchingRules"])

    def store(self, kind: str, text: str) -> str | None:
        """Add a definition and remove it; return what slapd stored, None if it refused."""
        attribute = ATTRIBUTE_OF[kind]
        try:
            self.connection.modify_s(self.dn, [(ldap.MOD_ADD, attribute, [text.encode()])])
        except ldap.SERVER_DOWN:
            raise
        except ldap.LDAPError:
            return None
        stored = self.connection.search_s(self.dn, ldap.SCOPE_BASE, attrlist=[attribute])[0][1][attribute][-1]
        self.connection.modify_s(self.dn, [(ldap.MOD_DELETE, attribute, [b"{1}"])])
        return str(stored.decode().partition("}")[2])


def told(kind: str, text: str, loaded: Loaded) -> Definition | None:
    """Return what the module reads, None if it refuses."""
    known = {key: (one, entry.order) for key, (one, entry) in loaded.by_identity.items()}
    try:
        definition = resolve_macros(parse_definition(kind, text), loaded.macros)
        check_uses([definition], known)
        check_definitions([definition], known, loaded.rules)
    except (SchemaSyntaxError, ModuleError):
        return None
    return definition


@pytest.mark.parametrize("kind", sorted(PIECES))
def test_the_module_and_slapd_agree(server: SlapdServer, kind: str) -> None:
    slapd = Slapd(server)
    loaded = slapd.loaded()

    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(texts(kind))
    @example(f"( {OID}NAME 'odd' {'SUP top' if kind == 'objectclass' else 'SUP name'} ) text")
    def agree(text: str) -> None:
        stored, read = slapd.store(kind, text), told(kind, text, loaded)
        if stored is not None:
            assert read is not None, "slapd takes what the module refuses"
            assert resolve_macros(parse_definition(kind, stored), loaded.macros).same(read), stored
        elif read is not None:
            # A spelling that slapd refuses, such as an OID in quotes, is written as slapd wants it.
            written = slapd.store(kind, read.text())
            assert written is not None, "slapd refuses what the module writes"
            assert parse_definition(kind, written).same(read)

    agree()
