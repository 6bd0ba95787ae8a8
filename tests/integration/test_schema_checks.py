# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What slapd refuses in a schema, ldap_schema refuses before it writes anything, in check mode too."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import ldap
import pytest
from conftest import Runner
from slapd_server import SlapdServer, versions_present

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import parse_schema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.planner import plan_schemas
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.server import read_loaded
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

ARC = "1.3.6.1.4.1.32473"
STRING = "1.3.6.1.4.1.1466.115.121.1.15"
GOOD = f"attributetype ( {ARC}.1.99 NAME 'good' SUP name )"

# What slapd checks (at_add, oc_add, cr_add, syn_add, parse_oidm of its source); each line is one schema.
REFUSED = {
    "auxiliary below structural": f"objectclass ( {ARC}.2.1 NAME 'x' SUP person AUXILIARY )",
    "structural below auxiliary": f"objectclass ( {ARC}.2.1 NAME 'x' SUP dcObject )",
    "abstract below structural": f"objectclass ( {ARC}.2.1 NAME 'x' SUP person ABSTRACT )",
    "two kinds": f"objectclass ( {ARC}.2.1 NAME 'x' AUXILIARY STRUCTURAL )",
    "unknown superior class": f"objectclass ( {ARC}.2.1 NAME 'x' SUP nowhere )",
    "unknown attribute": f"objectclass ( {ARC}.2.1 NAME 'x' MAY nowhere )",
    "operational attribute": f"objectclass ( {ARC}.2.1 NAME 'x' MAY createTimestamp )",
    "superior with operational attributes": f"objectclass ( {ARC}.2.1 NAME 'x' SUP subentry )",
    "underscore in a class": f"objectclass ( {ARC}.2.1 NAME 'x_y' )",
    "class in a cycle": f"objectclass ( {ARC}.2.1 NAME 'x' SUP x )",
    "unknown syntax": f"attributetype ( {ARC}.1.1 NAME 'x' SYNTAX 1.2.3.4 )",
    "unknown rule": f"attributetype ( {ARC}.1.1 NAME 'x' EQUALITY nowhereMatch SYNTAX {STRING} )",
    "rule in the wrong field": f"attributetype ( {ARC}.1.1 NAME 'x' SUP name ORDERING caseIgnoreMatch )",
    "rule for another syntax": f"attributetype ( {ARC}.1.1 NAME 'x' EQUALITY integerMatch SYNTAX {STRING} )",
    "ordering without equality": f"attributetype ( {ARC}.1.1 ORDERING caseIgnoreOrderingMatch SYNTAX {STRING} )",
    "substrings without equality": f"attributetype ( {ARC}.1.1 SUBSTR caseIgnoreSubstringsMatch SYNTAX {STRING} )",
    "neither SUP nor SYNTAX": f"attributetype ( {ARC}.1.1 NAME 'x' )",
    "underscore in a type": f"attributetype ( {ARC}.1.1 NAME 'x_y' SUP name )",
    "digit first": f"attributetype ( {ARC}.1.1 NAME '1x' SUP name )",
    "bad usage": f"attributetype ( {ARC}.1.1 NAME 'x' SUP name USAGE nonsense )",
    "usage of slapd": f"attributetype ( {ARC}.1.1 NAME 'x' SYNTAX {STRING} USAGE directoryOperation )",
    "not modifiable": f"attributetype ( {ARC}.1.1 NAME 'x' SYNTAX {STRING} NO-USER-MODIFICATION )",
    "collective and single": f"attributetype ( {ARC}.1.1 NAME 'x' SYNTAX {STRING} COLLECTIVE SINGLE-VALUE )",
    "operational superior": f"attributetype ( {ARC}.1.1 NAME 'x' SUP createTimestamp )",
    "unknown superior": f"attributetype ( {ARC}.1.1 NAME 'x' SUP nowhere )",
    "type in a cycle": f"attributetype ( {ARC}.1.1 NAME 'x' SUP x )",
    "a name that is taken": f"attributetype ( {ARC}.1.1 NAME ( 'x' 'cn' ) SUP name )",
    "an OID that is taken": "attributetype ( 2.5.4.3 NAME 'x' SUP name )",
    "rule for an auxiliary class": "ditcontentrule ( 1.3.6.1.4.1.1466.344 NAME 'x' )",
    "rule for an unknown class": f"ditcontentrule ( {ARC}.2.77 NAME 'x' )",
    "rule with a structural class": "ditcontentrule ( 2.5.6.6 NAME 'x' AUX organization )",
    "rule with an attribute twice": "ditcontentrule ( 2.5.6.6 NAME 'x' MUST cn MAY cn )",
    "rule with an operational attribute": "ditcontentrule ( 2.5.6.6 NAME 'x' MAY createTimestamp )",
    "unknown substitute": f"ldapsyntax ( {ARC}.3.1 X-SUBST '1.2.3.4' )",
    "two substitutes": f"ldapsyntax ( {ARC}.3.1 X-SUBST ( '{STRING}' '{STRING}' ) )",
    "unknown macro": "attributetype ( Nowhere:1 NAME 'x' SUP name )",
    "macro on an unknown one": "objectidentifier Here Nowhere:1",
}
# These end slapd with a crash, so they are not sent to it.
CRASHING = {
    "a name twice": f"attributetype ( {ARC}.1.1 NAME ( 'x' 'X' ) SUP name )",
    "the name of another class": f"objectclass ( {ARC}.2.1 NAME 'person' )",
    "a macro that begins with a digit": "objectidentifier 1x 1.2.3",
}


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def slapd(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    with SlapdServer(request.param, log_level=0) as server:
        yield server


def names_of(server: SlapdServer) -> set[str]:
    return {dn for dn, _attributes in server.connect().search_s("cn=schema,cn=config", ldap.SCOPE_ONELEVEL)}


def takes(server: SlapdServer, text: str) -> bool:
    """Whether slapd itself takes a statement."""
    attributes = {
        "attributetype": "olcAttributeTypes",
        "objectclass": "olcObjectClasses",
        "ldapsyntax": "olcLdapSyntaxes",
    }
    attributes.update(ditcontentrule="olcDitContentRules", objectidentifier="olcObjectIdentifier")
    kind, _space, value = text.partition(" ")
    entry = [("objectClass", [b"olcSchemaConfig"]), ("cn", [b"bad"]), (attributes[kind], [value.encode()])]
    try:
        server.connect().add_s("cn=bad,cn=schema,cn=config", entry)
    except ldap.LDAPError:
        return False
    return True


@pytest.mark.parametrize("case", [*REFUSED, *CRASHING])
def test_what_slapd_refuses_is_found_by_the_plan(slapd: SlapdServer, case: str) -> None:
    text = {**REFUSED, **CRASHING}[case]
    if case in REFUSED:
        assert not takes(slapd, text)
    connection = slapd.connect()
    rows = connection.search_s("cn=schema,cn=config", ldap.SCOPE_SUBTREE)
    rules = connection.search_s("cn=Subschema", ldap.SCOPE_BASE, attrlist=["matchingRules"])[0][1]
    with pytest.raises(ModuleError) as caught:
        plan_schemas([parse_schema(text, "bad", "bad.schema")], read_loaded(rows, rules["matchingRules"]))
    assert re.fullmatch(r"bad\.schema, line 1: .*; .*[.]", str(caught.value)), caught.value


def test_what_slapd_refuses_is_found_before_anything_is_written(slapd: SlapdServer) -> None:
    before = names_of(slapd)
    for case in ("auxiliary below structural", "unknown rule", "bad usage"):
        schemas = [{"name": "good", "content": GOOD}, {"name": "bad", "content": REFUSED[case]}]
        assert Runner(slapd).both("ldap_schema", as_root=False, schemas=schemas)["failed"]
    assert names_of(slapd) == before


def test_new_schemas_in_the_wrong_order_are_sorted_and_slapd_starts_again(slapd: SlapdServer) -> None:
    one = f"objectclass ( {ARC}.2.1 NAME 'first' SUP top AUXILIARY MAY second )"
    two = "objectidentifier Second Third:1\nattributetype ( Second:1 NAME 'second' SUP name )"
    three = f"objectidentifier Third {ARC}.7"
    schemas = [{"name": name, "content": text} for name, text in (("c1", one), ("c2", two), ("c3", three))]
    run = Runner(slapd)
    result = run.both("ldap_schema", as_root=False, schemas=schemas)
    assert [each["name"] for each in result["schemas"]] == ["c3", "c2", "c1"], result
    slapd.restart()
    assert run.both("ldap_schema", as_root=False, schemas=schemas)["changed"] is False


def test_schemas_that_need_each_other_are_named(slapd: SlapdServer) -> None:
    one = f"attributetype ( {ARC}.8.1 NAME 'm' SUP n )"
    two = f"attributetype ( {ARC}.8.2 NAME 'n' SYNTAX {STRING} )\nattributetype ( {ARC}.8.3 NAME 'o' SUP m )"
    schemas = [{"name": "ring1", "content": one}, {"name": "ring2", "content": two}]
    result = Runner(slapd).both("ldap_schema", as_root=False, schemas=schemas)
    assert (
        result["failed"] and "(ring1, ring2)" in result["msg"] and "put them into one schema" in result["msg"]
    )


def test_what_stands_in_cn_config_and_cannot_be_read_does_not_block_other_schemas(slapd: SlapdServer) -> None:
    odd = b"( OLcfgAt:9.x NAME 'odd-oid' SUP name )"
    entry = [("objectClass", [b"olcSchemaConfig"]), ("cn", [b"odd"]), ("olcAttributeTypes", [odd])]
    slapd.connect().add_s("cn=odd,cn=schema,cn=config", entry)
    run = Runner(slapd)
    schemas = [{"name": "fine", "content": f"attributetype ( {ARC}.9.1 NAME 'fine' SUP odd-oid )"}]
    assert run.both("ldap_schema", as_root=False, schemas=schemas)["changed"] is True
    assert run.both("ldap_schema", as_root=False, schemas=schemas)["changed"] is False


def test_a_schema_that_is_not_utf_8_on_the_server_can_be_corrected(tmp_path: Path) -> None:
    for version in versions_present():
        server = SlapdServer(version, log_level=0)
        try:
            latin = base64.b64encode(
                f"( {ARC}.1.5 NAME 'old' DESC 'Größe' SUP name )".encode("latin-1")
            ).decode()
            text = "dn: cn=latin,cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: latin\nolcAttributeTypes:: "
            source = server.directory / "latin.ldif"
            source.write_text(text + latin + "\n")
            done = server.run("slapadd", "-n", "0", "-F", str(server.config_directory), "-l", str(source))
            if done.returncode:
                continue
            server.start()
            schemas = [
                {"name": "latin", "content": f"attributetype ( {ARC}.1.5 NAME 'old' DESC 'Größe' SUP name )"}
            ]
            run = Runner(server)
            assert run.both("ldap_schema", as_root=False, schemas=schemas).get("changed") is True, version
            assert run.both("ldap_schema", as_root=False, schemas=schemas)["changed"] is False
        finally:
            server.remove()
