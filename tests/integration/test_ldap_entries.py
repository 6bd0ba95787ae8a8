# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_entries with a real slapd: its effect on the directory and its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ldap
import pytest
from conftest import Runner, entries_of
from slapd_server import SlapdServer

SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
BASE = [
    {"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}},
    {"dn": PEOPLE, "attributes": {"objectClass": "organizationalUnit"}},
]


def person(number: int, **attributes: Any) -> dict[str, Any]:
    uid = f"u{number:04d}"
    given = {"objectClass": ["inetOrgPerson"], "cn": f"User {number}", "sn": "User", "uid": uid, **attributes}
    return {"dn": f"uid={uid},{PEOPLE}", "attributes": given}


@pytest.fixture
def tree(run: Runner) -> Runner:
    result = run("ldap_entries", entries=BASE)
    assert result["changed"], result
    return run


def operations_logged(server: SlapdServer, kind: str) -> int:
    return server.log.read_text(errors="replace").count(f" {kind} dn=")


def test_units_are_created_parents_first_and_a_second_run_changes_nothing(run: Runner) -> None:
    result = run.both("ldap_entries", entries=list(reversed(BASE)))
    assert result["counts"] == {"added": 2, "modified": 0, "renamed": 0, "deleted": 0, "unchanged": 0}
    assert entries_of(run.server)[PEOPLE] == {"objectClass": [b"organizationalUnit"], "ou": [b"people"]}
    again = run.both("ldap_entries", entries=BASE)
    assert not again["changed"]
    assert again["counts"]["unchanged"] == 2


def test_case_order_spaces_and_attribute_spelling_are_no_change(tree: Runner) -> None:
    tree(
        "ldap_entries",
        entries=[person(1, mail=["a@example.org", "b@example.org"], telephoneNumber="+1 555-1")],
    )
    other = {
        "dn": f"UID=U0001, OU=People,{SUFFIX.upper()}",
        "attributes": {
            "OBJECTCLASS": "INETORGPERSON",
            "commonName": "user  1",
            "surname": "USER",
            "mail": ["B@example.org", "a@EXAMPLE.org"],
            "telephonenumber": "+15551",
        },
    }
    assert not tree.both("ldap_entries", entries=[other])["changed"]


@pytest.mark.parametrize("count", [300, 700])
def test_one_changed_among_many_is_one_modify(tree: Runner, count: int) -> None:
    people = [person(number) for number in range(count)]
    tree("ldap_entries", entries=people)
    before = operations_logged(tree.server, "MOD")
    people[77]["attributes"]["sn"] = "Other"
    result = tree.both("ldap_entries", entries=people)
    assert result["counts"]["modified"] == 1
    assert result["changes"] == [{"dn": people[77]["dn"], "action": "modified", "attributes": ["sn"]}]
    assert operations_logged(tree.server, "MOD") - before == 1
    assert entries_of(tree.server)[people[77]["dn"]]["sn"] == [b"Other"]


def test_an_attribute_that_only_late_entries_have_is_compared_all_the_same(tree: Runner) -> None:
    people = [person(number) for number in range(700)]
    people[690]["attributes"]["description"] = "before"
    tree("ldap_entries", entries=people)
    assert not tree.both("ldap_entries", entries=people)["changed"]
    people[690]["attributes"]["description"] = "after"
    assert tree.both("ldap_entries", entries=people)["counts"]["modified"] == 1
    assert entries_of(tree.server)[people[690]["dn"]]["description"] == [b"after"]


def test_one_bad_entry_in_a_thousand_stores_nothing_and_is_named(tree: Runner) -> None:
    people = [person(number) for number in range(1000)]
    # The schema alone does not show this error.
    people[500]["attributes"].update(objectClass=["inetOrgPerson", "organizationalUnit"], ou="x")
    result = tree("ldap_entries", entries=people)
    assert result["failed"]
    assert people[500]["dn"] in result["msg"]
    assert "structural" in result["msg"], result["msg"]
    if tree.server.version.name == "2.4":
        assert result["atomic"] is False
        assert len(entries_of(tree.server)) == 2 + result["done"]
    else:
        assert len(entries_of(tree.server)) == 2


def test_what_the_schema_does_not_know_is_named_before_anything_changes(tree: Runner) -> None:
    result = tree.both("ldap_entries", entries=[person(1), person(2, telefoneNumber="1")])
    assert result["failed"]
    assert "'telefoneNumber'" in result["msg"]
    assert "'telephoneNumber'" in result["msg"]
    assert "uid=u0002" in result["msg"]
    result = tree.both("ldap_entries", entries=[person(1, objectClass="inetOrgPersn")])
    assert "'inetOrgPersn'" in result["msg"]
    assert "'inetOrgPerson'" in result["msg"]
    assert len(entries_of(tree.server)) == 2


def test_a_clear_password_is_hashed_once_and_never_shown(tree: Runner) -> None:
    entries = [person(1, userPassword="s3cret-one")]
    tree.both("ldap_entries", entries=entries)
    stored = entries_of(tree.server)[entries[0]["dn"]]["userPassword"]
    assert stored[0].startswith(b"{SSHA}")
    tree.server.connect_as(entries[0]["dn"], "s3cret-one").unbind_s()
    assert not tree.both("ldap_entries", entries=entries)["changed"]
    changed = tree.both("ldap_entries", entries=[person(1, userPassword="s3cret-two")])
    assert changed["changes"][0]["attributes"] == ["userPassword"]
    tree.server.connect_as(entries[0]["dn"], "s3cret-two").unbind_s()
    everything = "".join(tree.printed)
    for secret in ("s3cret-one", "s3cret-two", tree.server.rootpw, stored[0].decode()):
        assert secret not in everything


def test_exact_removes_other_attributes_and_present_keeps_them(tree: Runner) -> None:
    tree("ldap_entries", entries=[person(1, mail="a@example.org", title="x")])
    assert not tree.both("ldap_entries", entries=[person(1)])["changed"]
    assert tree.both("ldap_entries", entries=[person(1, mail=[])])["changed"]
    result = tree.both("ldap_entries", entries=[person(1)], state="exact")
    assert result["changes"][0]["attributes"] == ["title"]
    assert sorted(entries_of(tree.server)[person(1)["dn"]]) == ["cn", "objectClass", "sn", "uid"]


def test_values_are_added_deleted_and_set_once(tree: Runner) -> None:
    tree("ldap_entries", entries=[person(1, mail=["a@x.org", "b@x.org"])])
    steps = {"dn": person(1)["dn"], "add": {"mail": "c@x.org"}, "delete": {"mail": "A@x.org"}}
    steps["set_if_absent"] = {"mail": "no@x.org", "title": "first"}
    tree.both("ldap_entries", entries=[steps])
    stored = entries_of(tree.server)[person(1)["dn"]]
    assert sorted(stored["mail"]) == [b"b@x.org", b"c@x.org"]
    assert stored["title"] == [b"first"]
    assert not tree.both("ldap_entries", entries=[steps])["changed"]


def test_absent_entries_go_children_first(tree: Runner) -> None:
    tree("ldap_entries", entries=[person(number) for number in range(3)])
    refused = tree("ldap_entries", entries=[{"dn": PEOPLE}], state="absent")
    assert refused["failed"]
    assert PEOPLE in refused["msg"]
    assert len(entries_of(tree.server)) == 5
    result = tree.both("ldap_entries", entries=[{"dn": PEOPLE}], state="absent", recursive=True)
    assert result["counts"]["deleted"] == 4
    assert list(entries_of(tree.server)) == [SUFFIX]
    assert not tree.both("ldap_entries", entries=[{"dn": PEOPLE}], state="absent", recursive=True)["changed"]


def test_an_entry_is_renamed_with_what_it_holds(tree: Runner) -> None:
    tree("ldap_entries", entries=[person(1, title="kept")])
    renamed = {**person(2), "rename_from": person(1)["dn"]}
    result = tree.both("ldap_entries", entries=[renamed])
    assert result["counts"]["renamed"] == 1
    stored = entries_of(tree.server)
    assert person(1)["dn"] not in stored
    assert stored[person(2)["dn"]]["title"] == [b"kept"]
    assert stored[person(2)["dn"]]["uid"] == [b"u0002"]
    assert not tree.both("ldap_entries", entries=[renamed])["changed"]


def test_prune_deletes_undesired_entries_up_to_its_limit(tree: Runner) -> None:
    tree("ldap_entries", entries=[person(number) for number in range(10)])
    wanted = [person(number) for number in range(5)]
    options = {"entries": wanted, "prune": {"base": PEOPLE, "filter": "(objectClass=inetOrgPerson)"}}
    refused = tree.both("ldap_entries", **options)
    assert refused["failed"]
    assert "prune would delete 5 of 10" in refused["msg"]
    assert len(entries_of(tree.server)) == 12
    result = tree.both("ldap_entries", **options, prune_limit="5")
    assert result["counts"]["deleted"] == 5
    assert len(entries_of(tree.server)) == 7


LDIF = """version: 1
# people
dn: uid=anna,{people}
objectClass: inetOrgPerson
cn:: QW5uYSDDhHJtZWw=
sn: Ärmel
uid: anna
description: a line that is
  folded

dn: uid=bob,{people}
objectClass: inetOrgPerson
cn: Bob
sn: B
"""
CHANGES = """dn: uid=anna,{people}
changetype: modify
replace: sn
sn: Armel
-
add: mail
mail: anna@example.org
-
delete: description

dn: uid=bob,{people}
changetype: modrdn
newrdn: uid=robert
deleteoldrdn: 1

dn: uid=nobody,{people}
changetype: delete
"""


def test_ldif_content_and_change_records_are_states(tree: Runner, tmp_path: Path) -> None:
    content = LDIF.format(people=PEOPLE)
    assert tree.both("ldap_entries", content=content)["counts"]["added"] == 2
    stored = entries_of(tree.server)[f"uid=anna,{PEOPLE}"]
    assert stored["cn"] == ["Anna Ärmel".encode()]
    assert stored["description"] == [b"a line that is folded"]
    assert not tree.both("ldap_entries", content=content)["changed"]
    source = tmp_path / "changes.ldif"
    source.write_text(CHANGES.format(people=PEOPLE))
    tree.both("ldap_entries", src=str(source))
    after = entries_of(tree.server)
    assert after[f"uid=anna,{PEOPLE}"]["sn"] == [b"Armel"]
    assert "description" not in after[f"uid=anna,{PEOPLE}"]
    assert f"uid=robert,{PEOPLE}" in after
    assert f"uid=bob,{PEOPLE}" not in after
    assert not tree.both("ldap_entries", src=str(source))["changed"]


def test_the_error_for_invalid_ldif_names_file_and_line(tree: Runner, tmp_path: Path) -> None:
    source = tmp_path / "broken.ldif"
    source.write_text(f"dn: uid=x,{PEOPLE}\nobjectClass: person\ncn: x\n folded\nsn x\n")
    result = tree.both("ldap_entries", src=str(source))
    assert result["msg"].startswith(f"{source}, line 5: ")
    assert len(entries_of(tree.server)) == 2


def test_a_size_limit_never_makes_an_entry_absent(tree: Runner) -> None:
    people = [person(number) for number in range(700)]
    tree("ldap_entries", entries=people)
    # SASL EXTERNAL reads at most 500 entries in a search here.
    result = tree("ldap_entries", entries=people, as_root=False, check=True)
    assert result["counts"]["unchanged"] == 700, result


def test_an_unreachable_directory_is_a_warning_in_check_mode(run: Runner) -> None:
    options = {"entries": BASE, "server_uri": "ldap://127.0.0.1:1"}
    result = run("ldap_entries", **options)
    assert result["failed"]
    assert "ldap://127.0.0.1:1 cannot be reached" in result["msg"]
    planned = run("ldap_entries", check=True, **options)
    assert planned["counts"]["added"] == 2
    assert "cannot be reached" in str(planned["warnings"])


def test_atomic_is_reported_and_can_be_required(run: Runner) -> None:
    result = run("ldap_entries", entries=BASE, atomic="required")
    if run.server.version.name == "2.4":
        assert "has no transactions" in result["msg"]
        assert entries_of(run.server) == {}
        assert run("ldap_entries", entries=BASE)["atomic"] is False
    else:
        assert result["atomic"] is True
        assert result["batches"] == 1


@pytest.mark.parametrize(
    "extra",
    [
        {"add": {"description": "x"}},
        {"delete": {"description": "x"}},
        {"set_if_absent": {"description": "x"}},
        {"set_if_absent": {"userPassword": "s3cret"}, "attributes": {}},
        {"add": {"userPassword": "s3cret"}, "attributes": {}},
        {"attributes": {"USERPASSWORD;lang-de": "s3cret"}},
        {"attributes": {"2.5.4.35": "s3cret"}},
        {"state": "exact"},
    ],
    ids=str,
)
def test_a_password_is_hashed_however_its_entry_is_created(tree: Runner, extra: dict[str, Any]) -> None:
    entry = person(1)
    given = extra.get("attributes", {"userPassword": "s3cret"})
    entry = {**entry, **extra, "attributes": {**entry["attributes"], **given}}
    tree.both("ldap_entries", entries=[entry])
    if not any(";" in name for name in given):
        tree.server.connect_as(entry["dn"], "s3cret").unbind_s()
    assert "s3cret" not in str(entries_of(tree.server)[entry["dn"]])
    assert not tree.both("ldap_entries", entries=[entry])["changed"]


def test_a_password_is_hashed_in_an_entry_that_ldif_adds_and_modifies(tree: Runner) -> None:
    dn = person(1)["dn"]
    text = (
        f"dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: a\nsn: a\nuid: u0001\n"
        f"userPassword: s3cret\n\ndn: {dn}\nchangetype: modify\nadd: mail\nmail: a@example.org\n"
    )
    tree.both("ldap_entries", content=text)
    tree.server.connect_as(dn, "s3cret").unbind_s()
    assert not tree.both("ldap_entries", content=text)["changed"]


def test_required_atomicity_holds_for_everything_whatever_the_batch_size(tree: Runner) -> None:
    people = [person(number) for number in range(30)]
    # Not an error that the schema shows: the server alone knows that these classes exclude each other.
    people[26]["attributes"]["objectClass"] = ["inetOrgPerson", "organizationalUnit"]
    people[26]["attributes"]["ou"] = "x"
    result = tree("ldap_entries", entries=people, atomic="required", batch_size=10)
    assert result["failed"]
    assert len(entries_of(tree.server)) == 2
    if tree.server.version.name != "2.4":
        assert people[26]["dn"] in result["msg"] and "Nothing was stored" in result["msg"], result["msg"]
        result = tree("ldap_entries", entries=people[:26], atomic="required", batch_size=10)
        assert result["atomic"] and result["batches"] == 1


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        *((name, "") for name in ("description", "telephoneNumber", "mail", "x121Address", "labeledURI")),
        *((name, "") for name in ("uidNumber", "userPassword", "jpegPhoto", "manager", "seeAlso")),
        *(("uidNumber", value) for value in ("x", "1.5", "-1", "12")),
        ("displayName", ["a", "b"]),
        ("mail", ["a", "b"]),
        ("sn", []),
        ("cn", []),
        ("title", []),
    ],
)
@pytest.mark.parametrize("stored", [False, True], ids=["new", "stored"])
def test_check_mode_refuses_what_the_server_refuses(
    tree: Runner, attribute: str, value: Any, stored: bool
) -> None:
    posix = {"uidNumber": "1", "gidNumber": "1", "homeDirectory": "/"}
    good = person(1, **{**posix, "objectClass": ["inetOrgPerson", "posixAccount"]})
    if stored:
        tree("ldap_entries", entries=[good])
    bad = {**good, "attributes": {**good["attributes"], attribute: value}}
    planned = tree("ldap_entries", entries=[bad], check=True)
    result = tree("ldap_entries", entries=[bad])
    assert bool(planned.get("failed")) == bool(result.get("failed")), (planned, result)
    # What the module refuses by itself, slapd refuses as well.
    values = value if isinstance(value, list) else [value]
    change = [(ldap.MOD_REPLACE, attribute, [each.encode() for each in values] or None)]
    tree("ldap_entries", entries=[good])
    try:
        tree.server.connect_root().modify_s(good["dn"], change)
    except ldap.LDAPError:
        assert result.get("failed")
    else:
        assert not result.get("failed"), result
