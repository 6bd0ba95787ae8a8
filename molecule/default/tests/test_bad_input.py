"""Bad input gets one sentence with the input, the reason and the cure, before anything is changed."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from lab.hosts import PROJECT
from lab.phone import register
from lab.proof import Lab
from testinfra.host import Host

Module = Callable[..., dict[str, Any]]
Site = Callable[..., "subprocess.CompletedProcess[str]"]


def state(pbx: Host) -> str:
    """Return a fingerprint of everything that bad input could have changed."""
    return pbx.check_output(
        "{ slapcat -n0; slapcat -n1; cat /etc/asterisk/* /etc/festival-server.scm; } 2>/dev/null | sha256sum"
    )


@pytest.fixture
def unchanged(pbx: Host) -> Iterator[None]:
    before = state(pbx)
    yield
    assert state(pbx) == before


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


@pytest.fixture
def site(inventory: Path, ansible_environment: dict[str, str]) -> Site:
    """Runs the site playbook with additional variables; returns the completed process."""

    def run(*arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        play = ["ansible-playbook", "-i", str(inventory), str(PROJECT / "playbooks/site.yml")]
        environment = {**ansible_environment, "ANSIBLE_NOCOLOR": "true", "COLUMNS": "160"}
        return subprocess.run(
            [*play, "-e", json.dumps(variables), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a failed run said, on one line."""
    said = " ".join(f"{done.stdout} {done.stderr}".split())
    assert done.returncode != 0, said
    assert "not shown" not in said
    for machinery in ("Traceback", "NoneType", "is undefined", "Error while resolving"):
        assert machinery not in said
    return said


class TestVariablesOfRoles:
    """Everything is validated on all hosts by the first play, so a bad value in the last role changes nothing."""

    # The faults of one run are found together if they are of one kind: the type of a value, or what it says.
    REFUSED: ClassVar[dict[str, tuple[dict[str, Any], list[str]]]] = {
        "a misspelt engine": ({"asterisk_tts_engine": "festivall"}, ["asterisk_tts_engine is 'festivall'"]),
        "types in every role": (
            {
                "asterisk_realmm": "x",
                "openldap_sufix": "dc=x",
                "asterisk_voicemail": "yes",
                "directory_service_password": None,
                "festival_clients": "192.0.2.1",
                "openldap_max_size": "large",
                "firewall_ports": "5060/udp",
            },
            [
                "did you mean asterisk_realm?",
                "did you mean openldap_suffix?",
                "asterisk_voicemail is 'yes', but must be true or false",
                "directory_service_password is null",
                "festival_clients is '192.0.2.1', but must be a list",
                "openldap_max_size is 'large', but must be a whole number",
                "firewall_ports is '5060/udp', but must be a list",
            ],
        ),
        "values in every role": (
            {
                "asterisk_rtp_port_min": 20001,
                "directory_uri": "pbx",
                "festival_loudness": 7,
                "openldap_uris": ["ldap:///"],
            },
            [
                "asterisk_rtp_port_min is 20001",
                "directory_uri is 'pbx'",
                "festival_loudness is 7, but must be above 0 and at most 1",
                "openldap_uris has no ldapi:// address",
            ],
        ),
        "a person": ({"directory_users": [{"uid": "tess", "password": "not shown"}]}, ["tess", "surname"]),
        "an extension that nobody could dial": (
            {"directory_users": [person("tess", extension="201")]},
            ["'tess': the extension '201' cannot be dialled", "_1XX"],
        ),
        "roles that disagree": (
            {"directory_realm": "elsewhere", "asterisk_ldap_password": "not shown"},
            [
                "directory_realm is 'elsewhere'",
                "asterisk_ldap_password and directory_service_password differ",
            ],
        ),
    }

    @pytest.mark.parametrize("fault", REFUSED)
    @pytest.mark.usefixtures("unchanged")
    def test_a_fault_is_refused_before_anything_is_written(self, site: Site, fault: str) -> None:
        variables, sentences = self.REFUSED[fault]
        # A new realm changes what the directory stores for every phone.
        said = sentence(site(**{"asterisk_realm": "pbx.example.org", **variables}))
        for expected in sentences:
            assert expected in said, said

    def test_phones_register_as_before(self, lab: Lab) -> None:
        assert register(lab.account(0)) == 200

    @pytest.mark.usefixtures("unchanged")
    def test_check_mode_refuses_the_same(self, site: Site) -> None:
        assert "festivall" in sentence(site("--check", asterisk_tts_engine="festivall"))

    def test_variables_of_others_are_accepted_once_they_are_named(self, site: Site) -> None:
        others = {"asterisk_exporter_port": 9255, "switchboard_other_variables": ["asterisk_exporter_*"]}
        done = site("--tags", "preflight", **others)
        assert done.returncode == 0, done.stdout

    @pytest.mark.usefixtures("unchanged")
    def test_another_operating_system_is_refused_by_its_name(self, site: Site, pbx: Host) -> None:
        pbx.run_expect([0], "echo 3.22.0 >/etc/alpine-release")
        try:
            said = sentence(site())
        finally:
            pbx.run_expect([0], "rm /etc/alpine-release")
        assert (
            "The host runs Alpine 3.22.0, of the family Alpine; the roles support Debian 11 or later" in said
        )

    @pytest.mark.usefixtures("unchanged")
    def test_an_inventory_without_the_groups_is_refused(
        self, ansible_environment: dict[str, str], tmp_path: Path
    ) -> None:
        hosts = tmp_path / "hosts"
        hosts.write_text("[asterisk_server]\npbx\n")
        play = ["ansible-playbook", "-i", str(hosts), str(PROJECT / "playbooks/site.yml")]
        done = subprocess.run(play, env=ansible_environment, capture_output=True, text=True, check=False)
        said = sentence(done)
        for word in ("ldap_servers", "festival_servers", "asterisk_servers", "asterisk_server "):
            assert word in said, said

    @pytest.mark.parametrize(
        ("variable", "said"),
        [
            ({"openldap_suffix": "o=example"}, "openldap_suffix is 'o=example'"),
            ({"openldap_uris": None}, "openldap_uris is null"),
            ({"openldap_max_size": "large"}, "openldap_max_size is 'large', but must be a whole number"),
        ],
    )
    @pytest.mark.usefixtures("unchanged")
    def test_a_role_used_alone_refuses_a_bad_value(
        self,
        inventory: Path,
        ansible_environment: dict[str, str],
        tmp_path: Path,
        *,
        variable: dict[str, Any],
        said: str,
    ) -> None:
        own = tmp_path / "own.yml"
        own.write_text("- {hosts: pbx, become: true, roles: [switchboard.pbx.openldap]}\n")
        play = ["ansible-playbook", "-i", str(inventory), str(own), "-e", json.dumps(variable)]
        done = subprocess.run(play, env=ansible_environment, capture_output=True, text=True, check=False)
        assert said in sentence(done)


@pytest.mark.parametrize(
    "arguments",
    [["mine"], ["preflight"], ["install"], ["configure"], ["configure", "--check"], ["run"]],
    ids=" ".join,
)
def test_a_part_runs_alone_and_changes_nothing(site: Site, arguments: list[str]) -> None:
    done = site("--tags", *arguments)
    assert done.returncode == 0, done.stdout
    assert not re.search(r"changed=[1-9]", done.stdout), done.stdout
    assert "Warning" not in done.stdout + done.stderr


def test_a_refused_login_of_asterisk_is_reported_before_its_files_are_written(pbx: Host, site: Site) -> None:
    before = state(pbx)
    done = site(asterisk_ldap_bind_dn="cn=stranger,dc=shifteight,dc=org", asterisk_rtp_port_min=11000)
    assert "cn=stranger,dc=shifteight" in sentence(done)
    assert state(pbx) == before
