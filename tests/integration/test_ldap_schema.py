# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ldap_schema with a new slapd of each version for each test."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ldap
import pytest
from conftest import Runner
from slapd_server import ROOT, SlapdServer, versions_present

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.bundled import asterisk
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.parser import (
    emit_schema,
    parse_schema,
)

UPSTREAM = ROOT / ".cache" / "upstream"
ASTERISK = [{"name": "asterisk"}, {"name": "asterisk-pjsip"}]
DIRECTORY_STRING = "1.3.6.1.4.1.1466.115.121.1.15"
Load = Callable[..., dict[str, Any]]


@pytest.fixture(params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def slapd(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    with SlapdServer(request.param, log_level=0) as server:
        yield server


@pytest.fixture
def load(slapd: SlapdServer) -> Load:
    return functools.partial(Runner(slapd).both, "ldap_schema", as_root=False)


def schema_values(server: SlapdServer) -> dict[str, set[bytes]]:
    """The definitions in every schema entry, by the entry's DN."""
    found = server.connect().search_s("cn=schema,cn=config", ldap.SCOPE_ONELEVEL)
    kinds = ("olcAttributeTypes", "olcObjectClasses", "olcObjectIdentifier")
    return {dn: {value for kind in kinds for value in attributes.get(kind, [])} for dn, attributes in found}


def attribute(number: int, name: str, extra: str = f"SYNTAX {DIRECTORY_STRING}") -> str:
    return f"attributetype ( 1.3.6.1.4.1.32473.1.{number} NAME '{name}' {extra} )"


def object_class(number: int, name: str, may: str) -> str:
    return f"objectclass ( 1.3.6.1.4.1.32473.2.{number} NAME '{name}' SUP top AUXILIARY MAY ( {may} ) )"


def of_text(*statements: str, name: str = "example") -> list[dict[str, str]]:
    return [{"name": name, "content": "\n".join(statements) + "\n"}]


def test_the_bundled_schemas_are_loaded_once_and_survive_a_restart(slapd: SlapdServer, load: Load) -> None:
    first = load(schemas=ASTERISK)
    assert [(each["name"], each["action"]) for each in first["schemas"]] == [
        ("asterisk", "create"),
        ("asterisk-pjsip", "create"),
    ]
    slapd.restart()
    classes = b" ".join(
        slapd.connect().read_subschemasubentry_s("cn=Subschema", ["objectClasses"])["objectClasses"]
    )
    assert b"'AsteriskSIPUser'" in classes and b"'AsteriskPJSIPUser'" in classes
    assert load(schemas=ASTERISK)["changed"] is False


def test_a_person_can_be_both_kinds_of_phone(slapd: SlapdServer, load: Load) -> None:
    load(schemas=ASTERISK)
    connection = slapd.connect_root()
    connection.add_s(slapd.suffix, [("objectClass", [b"domain"]), ("dc", [b"example"])])
    classes = [b"inetOrgPerson", b"AsteriskSIPUser", b"AsteriskPJSIPUser", b"AsteriskVoiceMail"]
    values = {"cn": "x", "sn": "x", "uid": "x", "AstAccountHost": "dynamic", "AstPJSIPAors": "x"}
    values.update(AstContext="a", AstVoicemailMailbox="1", AstVoicemailPassword="1")
    entry = [("objectClass", classes), *((name, [value.encode()]) for name, value in values.items())]
    connection.add_s(f"uid=x,{slapd.suffix}", entry)
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        connection.modify_s(f"uid=x,{slapd.suffix}", [(ldap.MOD_ADD, "AstPJSIPAors", [b"y"])])


@pytest.mark.parametrize("form", ["asterisk.ldap-schema", "asterisk.ldif"])
def test_upstreams_files_load_in_both_forms_and_equal_the_bundled_schema(load: Load, form: str) -> None:
    if not (UPSTREAM / form).exists():
        pytest.skip("tools/debian_trees.sh upstream fetches these files")
    first = load(schemas=[{"name": "asterisk", "src": str(UPSTREAM / form)}])
    assert len(first["schemas"][0]["added"]) == 69 + 8
    for again in ("asterisk.ldap-schema", "asterisk.ldif"):
        assert load(schemas=[{"name": "asterisk", "src": str(UPSTREAM / again)}])["changed"] is False
    assert load(schemas=[{"name": "asterisk"}])["changed"] is False


def test_a_schema_that_another_entry_provides_is_not_loaded_twice(slapd: SlapdServer, load: Load) -> None:
    load(schemas=[{"name": "asterisk"}])
    before = schema_values(slapd)
    assert load(schemas=[*of_text(attribute(1, "one")), {"name": "asterisk"}])["changed"] is True
    result = load(schemas=[{"name": "telephones", "content": asterisk.text()}])
    assert result["changed"] is False
    assert set(schema_values(slapd)) - set(before) == {"cn={5}example,cn=schema,cn=config"}


def test_the_server_of_a_distributor_who_loaded_it_with_ldapadd_is_recognised(
    slapd: SlapdServer, load: Load
) -> None:
    load(schemas=of_text(attribute(1, "one"), object_class(1, "first", "one"), name="by-hand"))
    dn = "cn={4}by-hand,cn=schema,cn=config"
    assert dn in schema_values(slapd)
    rewritten = "ObjectClass (1.3.6.1.4.1.32473.2.1\n\tname 'FIRST' sup TOP auxiliary may one)"
    assert load(schemas=of_text(attribute(1, "ONE"), rewritten, name="By-Hand"))["changed"] is False


def shipped() -> list[Any]:
    cases = []
    for version in versions_present():
        for path in sorted(version.schema_directory.glob("*.schema")):
            # core is what slapd itself cannot start without; it is always loaded.
            if path.stem not in ("core", "cosine", "nis", "inetorgperson"):
                case = pytest.param(version, path, id=f"{version.name}-{path.stem}")
                cases.append(case)
    return cases


@pytest.mark.parametrize(("version", "path"), shipped())
def test_each_schema_of_the_distribution_loads_in_both_forms_once(version: Any, path: Path) -> None:
    for first, second in ((".schema", ".ldif"), (".ldif", ".schema")):
        one, other = path.with_suffix(first), path.with_suffix(second)
        if not one.exists():
            continue
        with SlapdServer(version, log_level=0) as server:
            load = functools.partial(Runner(server), "ldap_schema", as_root=False)
            needed = [{"name": "java", "src": str(path.with_name("java.schema"))}] * (path.stem == "corba")
            schemas = [*needed, {"name": path.stem, "src": str(one)}]
            result = load(schemas=schemas)
            assert result.get("changed") is True, result
            assert load(schemas=schemas)["changed"] is False
            if first == ".schema":
                check_drift(load, one)
            if other.exists():
                told = load(schemas=[{"name": path.stem, "src": str(other)}])
                changed = [name for each in told["schemas"] for name in each["updated"]]
                # Where the two forms differ, they differ in a description only.
                assert set(changed) <= {"dgMemberOf", "pwdCheckModule"}, told["diff"]
                assert not [name for each in told["schemas"] for name in each["added"]]
            server.restart()


def check_drift(load: Load, path: Path) -> None:
    """Edit the definition that stands last in a schema, and bring the schema back."""
    schema = parse_schema(path.read_text(), path.stem, path.name)
    *others, last = schema.definitions
    drifted = replace(last, fields={**last.fields, "DESC": ("drifted",)})
    edited = emit_schema(replace(schema, definitions=(*others, drifted)))
    for content, side in ((edited, "after"), (path.read_text(), "before")):
        result = load(schemas=[{"name": path.stem, "content": content}])
        assert [each["updated"] for each in result["schemas"]] == [[last.label]], result
        assert "DESC 'drifted'" in result["diff"][0][side]


def test_basic_schemas_in_the_other_form_are_already_there(slapd: SlapdServer, load: Load) -> None:
    directory = slapd.version.schema_directory
    names = ("core", "cosine", "nis", "inetorgperson")
    for form in ("ldif", "schema"):
        wanted = [{"name": name, "src": str(directory / f"{name}.{form}")} for name in names]
        assert load(schemas=wanted)["changed"] is False, form


def test_a_definition_edited_on_the_server_is_corrected_and_the_diff_shows_only_that(
    slapd: SlapdServer, load: Load
) -> None:
    load(schemas=ASTERISK)
    dn, values = next(
        (dn, values)
        for dn, values in schema_values(slapd).items()
        if dn.endswith("}asterisk,cn=schema,cn=config")
    )
    old = next(value for value in values if b"'AstExtension'" in value)
    new = old.replace(b"Asterisk Extension", b"drifted")
    changes = [(ldap.MOD_DELETE, "olcAttributeTypes", [old]), (ldap.MOD_ADD, "olcAttributeTypes", [new])]
    slapd.connect().modify_s(dn, changes)

    result = load(schemas=ASTERISK)

    assert result["schemas"] == [
        {"name": "asterisk", "dn": dn, "action": "change", "added": [], "updated": ["AstExtension"]}
    ]
    assert "drifted" in result["diff"][0]["before"] and "AstContext" not in result["diff"][0]["before"]
    assert old in schema_values(slapd)[dn]
    slapd.restart()
    assert load(schemas=ASTERISK)["changed"] is False


def test_a_new_attribute_and_its_class_come_into_use_at_once(slapd: SlapdServer, load: Load) -> None:
    load(schemas=of_text(attribute(1, "one"), object_class(1, "first", "one")))
    connection = slapd.connect_root()
    connection.add_s(
        slapd.suffix, [("objectClass", [b"domain", b"first"]), ("dc", [b"example"]), ("one", [b"1"])]
    )
    both = of_text(attribute(1, "one"), object_class(1, "first", "one $ two"), attribute(2, "two"))
    result = load(schemas=both)
    assert (result["schemas"][0]["added"], result["schemas"][0]["updated"]) == (["two"], ["first"])
    connection.modify_s(slapd.suffix, [(ldap.MOD_ADD, "two", [b"2"])])
    slapd.restart()
    found = slapd.connect_root().search_s(slapd.suffix, ldap.SCOPE_BASE)[0][1]
    assert (found["one"], found["two"]) == ([b"1"], [b"2"])


def test_a_changed_attribute_keeps_its_access_rule_and_its_index(slapd: SlapdServer, load: Load) -> None:
    load(schemas=of_text(attribute(1, "one", "SUP name"), object_class(1, "first", "one")))
    database = "olcDatabase={1}mdb,cn=config"
    rules = [b"to attrs=one by * none", b"to * by * read"]
    changes = [(ldap.MOD_REPLACE, "olcAccess", rules), (ldap.MOD_ADD, "olcDbIndex", [b"one eq"])]
    slapd.connect().modify_s(database, changes)
    entry = [("objectClass", [b"domain", b"first"]), ("dc", [b"example"]), ("one", [b"secret"])]
    slapd.connect_root().add_s(slapd.suffix, entry)

    changed = of_text(attribute(1, "one", "DESC 'changed' SUP name"), object_class(1, "first", "one $ sn"))
    assert load(schemas=changed)["schemas"][0]["updated"] == ["one", "first"]

    for _state in ("running", "started anew"):
        seen = slapd.connect_as("", "").search_s(slapd.suffix, ldap.SCOPE_BASE)
        assert "one" not in seen[0][1]
        found = slapd.connect_root().search_s(slapd.suffix, ldap.SCOPE_SUBTREE, "(one=secret)")
        assert [dn for dn, _values in found] == [slapd.suffix]
        slapd.restart()


def test_what_slapd_can_never_change_is_refused(slapd: SlapdServer, load: Load) -> None:
    of_class = object_class(1, "first", "sn").replace("AUXILIARY", "STRUCTURAL")
    rule = "ditcontentrule ( 1.3.6.1.4.1.32473.2.1 NAME 'rule' NOT {} )"
    syntax = "ldapsyntax ( 1.3.6.1.4.1.32473.3.1 DESC 'x' X-SUBST '{}' )"
    load(schemas=of_text(syntax.format(DIRECTORY_STRING), of_class, rule.format("sn")))
    for changed in (
        of_text(syntax.format("1.3.6.1.4.1.1466.115.121.1.26"), of_class, rule.format("sn")),
        of_text(syntax.format(DIRECTORY_STRING), of_class, rule.format("cn")),
    ):
        result = load(schemas=changed)
        assert result["failed"] and "slapd cannot change such a definition" in result["msg"]
    again = of_text(syntax.format(DIRECTORY_STRING).replace("'x'", "'y'"), of_class, rule.format("SN"))
    assert load(schemas=again)["changed"] is False


def test_slapd_starts_again_when_attribute_types_came_after_the_classes(
    slapd: SlapdServer, load: Load
) -> None:
    load(schemas=of_text(object_class(1, "first", "sn")))
    load(schemas=of_text(object_class(1, "first", "sn $ one"), attribute(1, "one")))
    slapd.restart()
    assert (
        load(schemas=of_text(object_class(1, "first", "sn $ one"), attribute(1, "one")))["changed"] is False
    )


def test_slapd_starts_again_after_a_definition_depends_on_a_later_one(slapd: SlapdServer, load: Load) -> None:
    load(schemas=of_text(attribute(1, "one"), attribute(2, "two")))
    changed = of_text(attribute(1, "one", "SUP three"), attribute(2, "two"), attribute(3, "three"))
    load(schemas=changed)
    slapd.restart()
    assert load(schemas=changed)["changed"] is False


def test_what_slapd_would_not_start_with_is_refused(slapd: SlapdServer, load: Load) -> None:
    load(schemas=of_text(object_class(1, "first", "sn"), name="a"))
    load(schemas=of_text(attribute(1, "one"), name="b"))
    before = schema_values(slapd)
    result = load(schemas=of_text(object_class(1, "first", "sn $ one"), name="a"))
    assert result["failed"] and "would not start again" in result["msg"]
    assert schema_values(slapd) == before


def test_a_removal_is_refused_with_the_way_out(slapd: SlapdServer, load: Load) -> None:
    load(schemas=of_text(attribute(1, "one"), attribute(2, "two")))
    before = schema_values(slapd)
    result = load(schemas=of_text(attribute(1, "one")))
    assert result["failed"]
    assert re.search(r"cn=\{4\}example.* two .*cannot remove.*keep_extra.*slapadd -n 0", result["msg"])
    assert schema_values(slapd) == before
    assert load(schemas=of_text(attribute(1, "one")), keep_extra=True)["changed"] is False


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("attributetype ( 1.2.3 NAME 'x'\n  SYNTAX 1.2\n", "line 2: the definition ends too early"),
        ("\natributetype ( 1.2.3 )", "line 2: 'atributetype' does not begin a statement"),
        (attribute(1, "one", "SUP nothing"), "line 1: attributetype one needs the attributetype 'nothing'"),
        (object_class(1, "first", "one"), "line 1: objectclass first needs the attributetype 'one'"),
        (attribute(1, "cn"), "attributetype cn has the OID 1.3.6.1.4.1.32473.1.1, but"),
        ("attributetype ( Nope:1 NAME 'x' SUP name )", "uses the OID 'Nope'"),
    ],
)
def test_the_error_for_an_invalid_schema_names_the_line_and_nothing_is_changed(
    slapd: SlapdServer, load: Load, content: str, told: str
) -> None:
    before = schema_values(slapd)
    result = load(schemas=[*of_text(attribute(9, "nine"), name="good"), *of_text(content, name="bad")])
    assert result["failed"] and told in result["msg"] and "content of schema bad" in result["msg"]
    assert schema_values(slapd) == before


def test_an_error_of_slapd_is_reported_in_its_own_words(slapd: SlapdServer) -> None:
    slapd.connect().modify_s("olcDatabase={0}config,cn=config", [(ldap.MOD_ADD, "olcReadOnly", [b"TRUE"])])
    before = schema_values(slapd)
    result = Runner(slapd)("ldap_schema", as_root=False, schemas=of_text(attribute(1, "one")))
    assert result["failed"] and "slapd refuses it" in result["msg"] and "nothing was changed" in result["msg"]
    assert schema_values(slapd) == before


def test_an_account_that_cannot_read_cn_config_is_refused_with_the_reason(slapd: SlapdServer) -> None:
    result = Runner(slapd)("ldap_schema", as_root=True, schemas=ASTERISK)
    assert result["failed"] and "manages cn=config" in result["msg"]


def test_without_a_server_check_mode_shows_everything_and_a_real_run_fails(tmp_path: Path) -> None:
    class Nowhere:
        uri = "ldapi://%2Fnowhere%2Fldapi"

    run = Runner(Nowhere())  # type: ignore[arg-type]
    shown = run("ldap_schema", check=True, as_root=False, schemas=ASTERISK)
    assert shown["changed"] and len(shown["schemas"]) == 2
    assert shown["diff"][1]["after"] == "asterisk-pjsip: 23 attribute types, 1 object class added\n"
    assert "assumes an empty directory" in str(shown["warnings"])
    real = run("ldap_schema", as_root=False, schemas=ASTERISK)
    assert real["failed"] and "cannot be reached" in real["msg"]


def test_a_missing_file_is_a_warning_in_check_mode(slapd: SlapdServer) -> None:
    run = functools.partial(Runner(slapd), "ldap_schema", as_root=False)
    schemas = [
        {"name": "to-come", "src": "/nowhere/to-come.schema"},
        *of_text(object_class(1, "first", "its")),
    ]
    shown = run(check=True, schemas=schemas)
    assert shown["changed"] and [each["name"] for each in shown["schemas"]] == ["to-come", "example"]
    assert "does not exist on the host yet" in str(shown["warnings"])
    real = run(schemas=schemas)
    assert real["failed"] and "/nowhere/to-come.schema" in real["msg"] and "cannot be read" in real["msg"]


def test_the_backup_restores_the_server(slapd: SlapdServer) -> None:
    run = Runner(slapd)
    backup = slapd.directory / "backup"
    before = schema_values(slapd)
    result = run("ldap_schema", as_root=False, schemas=ASTERISK, backup=str(backup))
    saved = Path(result["backup_file"])
    assert saved.stat().st_mode & 0o777 == 0o600 and backup.stat().st_mode & 0o777 == 0o700
    again = run("ldap_schema", as_root=False, schemas=ASTERISK, backup=str(backup))
    assert "backup_file" not in again and len(list(backup.iterdir())) == 1

    slapd.stop()
    shutil.rmtree(slapd.config_directory)
    slapd.config_directory.mkdir()
    slapd.load_config(saved.read_text())
    slapd.start()
    assert schema_values(slapd) == before
    assert slapd.connect_as(slapd.config_rootdn, slapd.config_rootpw).whoami_s()
