"""Bad input gets one sentence with the input, the reason and the cure, before anything is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab.proof import Lab
from testinfra.host import Host

Module = Callable[..., dict[str, Any]]


@pytest.fixture
def people(lab: Lab) -> str:
    return str(lab.facts["people_dn"])


def person(uid: str, **more: Any) -> dict[str, Any]:
    return {"uid": uid, "surname": "Test", "given_name": "Tess", "password": "not shown", **more}


def refused(result: dict[str, Any], *needles: str) -> None:
    assert result.get("failed"), result
    for needle in needles:
        assert needle in result["msg"], result["msg"]
    assert "not shown" not in str(result)


@pytest.mark.usefixtures("unchanged")
class TestPeople:
    def test_an_unknown_attribute(self, module: Module, people: str) -> None:
        users = [person("good"), person("tess", attributes={"AstAccountContextt": "x"})]
        refused(module("ldap_users", people_dn=people, users=users), "tess", "AstAccountContextt")

    def test_a_uid_used_twice(self, module: Module, people: str) -> None:
        refused(module("ldap_users", people_dn=people, users=[person("tess"), person("tess")]), "tess")

    def test_a_missing_surname(self, module: Module, people: str) -> None:
        users = [person("good"), {"uid": "tess", "password": "not shown"}]
        refused(module("ldap_users", people_dn=people, users=users), "tess", "surname")

    def test_an_extension_that_is_already_in_use(self, module: Module, people: str) -> None:
        users = [person("tess", extension="101")]
        refused(module("ldap_users", people_dn=people, users=users), "tess", "101", "rbryant")

    def test_a_newline_in_a_name(self, module: Module, people: str) -> None:
        users = [person("tess", display_name="Tess\nAstAccountContext: evil")]
        refused(module("ldap_users", people_dn=people, users=users), "tess", "display_name")

    def test_ldif_that_is_broken_names_the_line(self, module: Module, people: str) -> None:
        text = f"dn: uid=a,{people}\nobjectClass: account\n\ndn: uid=b,{people}\nthis is no line\n"
        refused(module("ldap_users", people_dn=people, content=text), "line 5")

    def test_a_directory_that_cannot_be_reached(self, module: Module, people: str) -> None:
        result = module(
            "ldap_users", people_dn=people, users=[person("tess")], server_uri="ldap://127.0.0.1:3999"
        )
        refused(result, "ldap://127.0.0.1:3999")

    def test_python_ldap_missing_on_the_host(self, module: Module, pbx: Host, people: str) -> None:
        # Without its site directory the host's Python finds no python-ldap.
        interpreter = "/usr/local/bin/python-without-ldap"
        script = f"printf '#!/bin/sh\\nexec python3 -S \"$@\"\\n' >{interpreter} && chmod 755 {interpreter}"
        pbx.run_expect([0], script)
        result = module("ldap_users", interpreter=interpreter, people_dn=people, users=[person("tess")])
        pbx.run_expect([0], f"rm {interpreter}")
        refused(result, "python-ldap", "python3-ldap")


@pytest.mark.usefixtures("unchanged")
class TestFiles:
    def test_a_broken_schema_names_the_line(self, module: Module) -> None:
        text = "attributetype ( 1.3.6.1.4.1.32473.1 NAME 'good' )\nattributetype ( 1.3.6.1.4.1.32473.2 NAME 'bad\n"
        refused(module("ldap_schema", schemas=[{"name": "broken", "content": text}]), "broken", "line 2")

    def test_scheme_that_does_not_balance_names_the_line(self, module: Module) -> None:
        result = module("festival_scm", path="/etc/festival-server.scm", block="(define (f)\n  (print 1)\n")
        refused(result, "/etc/festival-server.scm", "line 1")

    def test_typographic_quotes_in_scheme_are_named(self, module: Module) -> None:
        result = module("festival_scm", path="/etc/festival-server.scm", block="(define x “y”)")
        refused(result, "line 1", "“")

    def test_a_configuration_that_asterisk_could_not_parse_names_file_and_line(self, module: Module) -> None:
        good = {"name": "rtp.conf", "content": "[general]\nrtpstart = 11000\n"}
        broken = {"name": "pjsip.conf", "content": "[global\ntype = global\n"}
        refused(module("asterisk_config", files=[good, broken]), "pjsip.conf", "line 1")


@pytest.mark.parametrize(
    "name", ["Jürgen Groß", "Bryant, Russell", 'Zoë "Zed" Q', "semi; colon", "back\\slash <x>"]
)
def test_an_unusual_name_works_and_stays_in_its_field(
    module: Module, pbx: Host, lab: Lab, people: str, name: str
) -> None:
    user = person(
        "tess", display_name=name, surname=name, common_name=name, extension="199", context="LocalSets"
    )
    try:
        assert module("ldap_users", people_dn=people, users=[user]).get("changed")
        shown = pbx.check_output("asterisk -rx 'pjsip show endpoint tess'")
        fields = dict(line.split(":", 1) for line in shown.splitlines() if " : " in line)
        fields = {key.strip(): value.strip() for key, value in fields.items()}
        assert fields["context"] == "LocalSets"
        assert fields["auth" if "auth" in fields else "aors"] == "tess"
        assert fields["callerid"].endswith("<199>")
    finally:
        module("ldap_users", people_dn=people, users=[person("tess")], state="absent")
