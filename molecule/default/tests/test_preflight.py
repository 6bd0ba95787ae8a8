"""The site playbook validates all variables on all hosts before it writes anything; each part runs by its tag."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from lab.hosts import PROJECT
from lab.phone import register
from lab.proof import Lab
from testinfra.host import Host

Site = Callable[..., "subprocess.CompletedProcess[str]"]


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
            {"directory_users": [{"uid": "tess", "surname": "Test", "extension": "201"}]},
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


@pytest.mark.usefixtures("unchanged")
def test_a_refused_login_of_asterisk_is_reported_before_its_files_are_written(site: Site) -> None:
    done = site(asterisk_ldap_bind_dn="cn=stranger,dc=shifteight,dc=org", asterisk_rtp_port_min=11000)
    assert "cn=stranger,dc=shifteight" in sentence(done)
