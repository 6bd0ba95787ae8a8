"""The directory does not reveal the secrets of phones."""

from __future__ import annotations

import base64
from collections.abc import Callable

import ldap
import pytest
from lab.directory import entry
from lab.proof import Lab
from testinfra.host import Host

SECRETS = [
    "userPassword",
    "AstAccountRealmedPassword",
    "AstAccountSecret",
    "AstMD5secret",
    "AstPJSIPPasswordDigest",
    "AstVoicemailPassword",
]
Directory = Callable[..., ldap.ldapobject.LDAPObject]


def seen_secrets(connection: ldap.ldapobject.LDAPObject, base: str) -> set[str]:
    try:
        found = connection.search_s(base, ldap.SCOPE_SUBTREE, "(objectClass=*)", ["*", "+"])
    except (ldap.NO_SUCH_OBJECT, ldap.INSUFFICIENT_ACCESS):
        return set()
    lower = {name.lower() for name in SECRETS}
    return {name for _, attributes in found for name in attributes if name.lower() in lower}


def test_an_anonymous_bind_sees_no_secret(directory: Directory, lab: Lab) -> None:
    assert seen_secrets(directory(), lab.facts["base_dn"]) == set()


def test_a_person_who_logged_in_sees_people_but_no_secret_not_even_the_own_one(
    directory: Directory, lab: Lab
) -> None:
    person = lab.facts["phones"][0]
    connection = directory(f"uid={person['user']},{lab.facts['people_dn']}", person["password"])
    people = connection.search_s(lab.facts["people_dn"], ldap.SCOPE_ONELEVEL, "(uid=*)", ["cn"])
    assert len(people) == len(lab.facts["phones"])
    assert seen_secrets(connection, lab.facts["base_dn"]) == set()


@pytest.mark.parametrize("attribute", SECRETS)
def test_a_secret_cannot_be_guessed_by_searching_for_it(
    directory: Directory, lab: Lab, attribute: str
) -> None:
    person = lab.facts["phones"][0]
    connection = directory(f"uid={person['user']},{lab.facts['people_dn']}", person["password"])
    assert connection.search_s(lab.facts["people_dn"], ldap.SCOPE_SUBTREE, f"({attribute}=*)", ["uid"]) == []


def test_asterisk_reads_phone_secrets_and_writes_only_what_it_must(
    directory: Directory, lab: Lab, secrets: dict[str, str]
) -> None:
    base = lab.facts["base_dn"]
    connection = directory(f"cn=asterisk,ou=services,{base}", secrets["asterisk"])
    assert "AstAccountRealmedPassword" in seen_secrets(connection, lab.facts["people_dn"])
    assert "userPassword" not in seen_secrets(connection, base)
    dn = f"uid={lab.facts['phones'][0]['user']},{lab.facts['people_dn']}"
    connection.modify_s(dn, [(ldap.MOD_REPLACE, "AstAccountIPAddress", [b"192.0.2.1"])])
    connection.modify_s(dn, [(ldap.MOD_REPLACE, "AstAccountIPAddress", None)])
    for attribute in ("AstAccountRealmedPassword", "AstAccountContext", "cn"):
        with pytest.raises(ldap.INSUFFICIENT_ACCESS):
            connection.modify_s(dn, [(ldap.MOD_REPLACE, attribute, [b"changed"])])


def test_asterisk_cannot_change_its_own_password(
    directory: Directory, lab: Lab, secrets: dict[str, str]
) -> None:
    dn = f"cn=asterisk,ou=services,{lab.facts['base_dn']}"
    connection = directory(dn, secrets["asterisk"])
    with pytest.raises(ldap.INSUFFICIENT_ACCESS):
        connection.modify_s(dn, [(ldap.MOD_REPLACE, "userPassword", [b"changed"])])
    with pytest.raises(ldap.INSUFFICIENT_ACCESS):
        connection.passwd_s(dn, None, "changed")


def test_the_server_hashes_a_password_that_another_client_stores_in_clear(
    pbx: Host, directory: Directory, lab: Lab
) -> None:
    dn = f"uid=other,{lab.facts['people_dn']}"
    person = "objectClass: inetOrgPerson\nuid: other\ncn: other\nsn: other\nuserPassword: in-the-clear"
    with entry(pbx, dn, person):
        search = f"ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -o ldif-wrap=no -s base -b {dn} userPassword"
        encoded = pbx.check_output(search).partition("userPassword:: ")[2]
        assert base64.b64decode(encoded).startswith(b"{SSHA")
        assert directory(dn, "in-the-clear").whoami_s() == f"dn:{dn}"


def test_a_local_account_without_an_entry_reads_nothing(pbx: Host, lab: Lab) -> None:
    search = f"ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -b {lab.facts['base_dn']} dn"
    assert pbx.check_output(search).count("dn: ") > 3, "root reads everything"
    assert "dn: " not in pbx.run(f"runuser -u nobody -- {search}").stdout


def test_there_is_one_database_with_the_suffix_of_the_inventory(pbx: Host, lab: Lab) -> None:
    found = pbx.check_output(
        "ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -b cn=config '(olcSuffix=*)' olcSuffix"
    )
    suffixes = [line.split(": ")[1] for line in found.splitlines() if line.startswith("olcSuffix:")]
    assert suffixes == [lab.facts["base_dn"]]
