# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs for slapd is applied, and a second run of ldap_entries changes nothing, however values are written."""

from __future__ import annotations

from typing import Any

import ldap
import pytest
from conftest import Runner, entries_of
from ldap.controls.simple import ManageDSAITControl
from slapd_server import BASE_LDIF, PEOPLE, SUFFIX, SlapdServer


@pytest.fixture
def people(run: Runner) -> Runner:
    assert run("ldap_entries", content=BASE_LDIF)["changed"]
    return run


def person(name: str, **attributes: Any) -> dict[str, Any]:
    return {"dn": f"cn={name},{PEOPLE}", "attributes": {"objectClass": "person", "sn": name, **attributes}}


def apply(run: Runner, *entries: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Apply the entries, in check mode and for real; a second run must change nothing."""
    result = run.both("ldap_entries", entries=list(entries), **options)
    assert not result.get("failed"), result
    again = run("ldap_entries", entries=list(entries), **options)
    assert again.get("changed") is False, again
    return result


def read(slapd: SlapdServer, dn: str, *names: str) -> dict[str, list[bytes]]:
    handle = slapd.connect_root()
    manage = [ManageDSAITControl(True)]
    found: dict[str, list[bytes]] = handle.search_ext_s(
        dn, ldap.SCOPE_BASE, attrlist=names or None, serverctrls=manage
    )[0][1]
    return found


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [("Strauß", "Strauss"), ("σ", "ς"), ("ı", "i"), ("ℌ", "h"), ("Ⅳ", "iv"), ("a\tb", "a b")],
)
def test_a_value_that_differs_for_slapd_is_applied(
    people: Runner, slapd: SlapdServer, stored: str, wanted: str
) -> None:
    apply(people, person("one", sn=stored))
    assert apply(people, person("one", sn=wanted))["changed"]
    assert read(slapd, f"cn=one,{PEOPLE}")["sn"] == [wanted.encode()]


@pytest.mark.parametrize(("one", "other"), [("Strauß", "Strauss"), ("σ", "ς")])
def test_names_that_differ_for_slapd_are_two_entries_and_prune_tells_them_apart(
    people: Runner, slapd: SlapdServer, one: str, other: str
) -> None:
    apply(people, person(one), person(other))
    assert {f"cn={one},{PEOPLE}", f"cn={other},{PEOPLE}"} <= entries_of(slapd).keys()
    prune = {"base": PEOPLE, "filter": "(objectClass=person)"}
    assert apply(people, person(one), prune=prune, prune_limit="1")["counts"]["deleted"] == 1
    assert f"cn={other},{PEOPLE}" not in entries_of(slapd)


@pytest.mark.parametrize(
    "see_also",
    [
        'cn="Roe, Jane",dc=x',
        'cn="a;b";dc=x',
        "cn=a;ou=b,dc=x",
        "2.5.4.3 = A , DC = x",
        "sn=b + cn=a,dc=x",
        "cn=a,\n  dc=x\n",
        "cn=M\\C3\\BCller,dc=x",
        "",
    ],
)
def test_a_dn_in_a_value_may_be_written_in_any_form(people: Runner, see_also: str) -> None:
    apply(people, person("one", seeAlso=see_also))


def test_an_entry_whose_dn_has_a_semicolon_is_refused_before_anything_is_changed(
    people: Runner, slapd: SlapdServer
) -> None:
    entries = [person("one"), {**person("a"), "dn": f"cn=a;ou=b,{PEOPLE}"}]
    for check in (True, False):
        result = people("ldap_entries", entries=entries, check=check)
        assert result["failed"] and "';' does not separate names (RFC 4514), write ','" in result["msg"]
    assert f"cn=one,{PEOPLE}" not in entries_of(slapd)


@pytest.mark.parametrize("other", ["absent", "exact"])
def test_an_operational_attribute_is_compared_beside_an_absent_or_exact_entry(
    people: Runner, slapd: SlapdServer, other: str
) -> None:
    apply(people, person("gone"), person("strict"))
    wanted = person("one", authzFrom="dn:cn=a, dc=x") | {"rename_from": f"cn=former,{PEOPLE}"}
    second = {"dn": f"cn=gone,{PEOPLE}", "state": "absent"} if other == "absent" else person("gone")
    apply(people, wanted, second | {"state": other})
    assert read(slapd, f"cn=one,{PEOPLE}", "authzFrom")["authzFrom"][0].endswith(b"dn:cn=a,dc=x")


def test_exact_keeps_operational_attributes_that_nobody_names(people: Runner, slapd: SlapdServer) -> None:
    apply(people, person("one", authzTo="u:ann", description="x"), person("two"))
    apply(people, person("one") | {"state": "exact"}, person("two", authzTo="u:bob"))
    stored = read(slapd, f"cn=one,{PEOPLE}", "*", "authzTo")
    assert stored["authzTo"] == [b"u:ann"] and "description" not in stored


REFERRAL = {
    "dn": f"ou=elsewhere,{SUFFIX}",
    "attributes": {
        "objectClass": ["referral", "extensibleObject"],
        "ref": "ldap://other.example.org/ou=elsewhere,dc=example,dc=org",
    },
}


def test_a_referral_is_created_changed_and_deleted_like_any_entry(people: Runner, slapd: SlapdServer) -> None:
    assert apply(people, REFERRAL)["counts"]["added"] == 1
    changed = {**REFERRAL, "attributes": {**REFERRAL["attributes"], "ref": "ldap://third.example.org/"}}
    assert apply(people, changed)["counts"]["modified"] == 1
    assert read(slapd, REFERRAL["dn"], "ref") == {"ref": [b"ldap://third.example.org/"]}
    moved = {**changed, "dn": f"ou=moved,{SUFFIX}", "rename_from": REFERRAL["dn"]}
    assert apply(people, moved)["counts"]["renamed"] == 1
    assert apply(people, {**moved, "state": "exact"})["changed"] is False
    assert apply(people, {"dn": moved["dn"], "state": "absent"})["counts"]["deleted"] == 1


def test_prune_and_recursive_deletion_take_referrals_too(people: Runner, slapd: SlapdServer) -> None:
    apply(people, {**REFERRAL, "dn": f"ou=elsewhere,{PEOPLE}"}, person("one"))
    prune = {"base": PEOPLE, "filter": "(objectClass=*)"}
    assert apply(people, person("one"), prune=prune, prune_limit="1")["counts"]["deleted"] == 1
    apply(people, {**REFERRAL, "dn": f"ou=elsewhere,{PEOPLE}"})
    assert apply(people, {"dn": PEOPLE, "state": "absent"}, recursive=True)["counts"]["deleted"] == 3
    assert set(entries_of(slapd)) == {SUFFIX}


@pytest.mark.parametrize("name", ["authzto", "saslAuthzTo", "1.3.6.1.4.1.4203.666.1.9"])
def test_attributes_that_slapd_does_not_publish_are_accepted(people: Runner, name: str) -> None:
    values = ["cn=a, DC=x", "dn.exact:cn=B,dc=x", "u:ann", "group:cn=G, dc=x", "dn.regex:^cn=A$"]
    apply(people, person("one", **{name: values}))
    assert apply(people, person("one", **{name: values[1:]}))["changed"]


def test_single_values_of_an_unpublished_attribute_are_added_and_deleted(
    people: Runner, slapd: SlapdServer
) -> None:
    apply(people, person("one", authzTo=["u:a", "u:b"]))
    one = f"cn=one,{PEOPLE}"
    apply(people, {"dn": one, "add": {"authzTo": ["u:c"]}})
    apply(people, {"dn": one, "delete": {"authzTo": ["u:b"]}})
    assert read(slapd, one, "authzTo")["authzTo"] == [b"{0}u:a", b"{1}u:c"]


def test_a_misspelt_attribute_is_refused_with_the_nearest_name(people: Runner) -> None:
    for check in (True, False):
        result = people("ldap_entries", entries=[person("one", authzToo="u:a")], check=check)
        assert "'authzToo'" in result["msg"] and "did you mean 'authzTo'?" in result["msg"]
