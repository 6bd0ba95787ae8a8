"""Differences on the RedHat family: package sources, configuration of slapd, firewalld and SELinux."""

from __future__ import annotations

from lab.proof import Lab
from testinfra.host import Host

ROOT = "ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -o ldif-wrap=no"


def values(pbx: Host, search: str, attribute: str) -> list[str]:
    lines = pbx.check_output(f"{ROOT} {search} {attribute}").splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{attribute}: ")]


def test_what_the_roles_installed_came_by_rpm_and_nothing_by_apt(pbx: Host) -> None:
    pbx.run_expect([0], "rpm -q epel-release openldap-servers openldap-clients python3-ldap festival")
    if pbx.file("/var/lib/dpkg/info").exists:
        assert pbx.check_output("find /var/lib/dpkg/info -newer /etc/redhat-release") == ""


def test_no_repository_was_enabled_for_good(pbx: Host) -> None:
    assert "crb" not in pbx.check_output("dnf repolist --enabled").split()


def test_the_packaged_database_was_taken_over(pbx: Host, lab: Lab) -> None:
    databases = "-b cn=config '(olcSuffix=*)'"
    assert values(pbx, databases, "olcSuffix") == [lab.facts["base_dn"]]
    assert values(pbx, databases, "olcRootDN") == [f"cn=admin,{lab.facts['base_dn']}"]
    assert values(pbx, databases, "olcDbDirectory") == ["/var/lib/ldap"]
    assert values(pbx, databases, "olcAccess")[0].startswith("{0}to * by dn.exact="), "root comes first"


def test_the_schemas_that_people_need_are_loaded_in_the_order_they_need(pbx: Host) -> None:
    names = values(pbx, "-b cn=schema,cn=config -s one", "cn")
    assert names == [
        "{0}core",
        "{1}cosine",
        "{2}nis",
        "{3}inetorgperson",
        "{4}asterisk",
        "{5}asterisk-pjsip",
    ]


def test_slapd_is_the_familys_and_runs_as_its_user(pbx: Host) -> None:
    assert pbx.check_output("ps -o user= -C slapd") == "ldap"
    assert pbx.file("/etc/openldap/slapd.d/cn=config.ldif").exists


def test_slapd_listens_where_the_inventory_says_and_not_where_its_unit_said(pbx: Host) -> None:
    listening = pbx.check_output("ss -H -l -n -t").splitlines()
    ports = {line.split()[3].rsplit(":", 1)[1] for line in listening}
    assert "389" in ports
    assert "636" not in ports


def test_festival_is_where_the_family_has_it(pbx: Host) -> None:
    assert pbx.file("/usr/share/festival/lib/init.scm").exists
    assert pbx.file("/etc/festival/siteinit.scm").exists
    assert pbx.run("rpm -q festvox-slt-arctic-hts").rc == 0


def test_the_firewall_lets_phones_and_ldap_in_now_and_after_a_reload(pbx: Host) -> None:
    wanted = {"389/tcp", "5060/tcp", "5060/udp", "10000-20000/udp"}
    for when in ("", "--permanent"):
        assert set(pbx.check_output(f"firewall-cmd {when} --list-ports").split()) == wanted


def test_the_booleans_that_are_needed_are_on_and_no_other(pbx: Host) -> None:
    on = {line.split()[0] for line in pbx.check_output("getsebool -a").splitlines() if line.endswith("on")}
    proxy = {f"systemd_socket_proxyd_{verb}_any" for verb in ("bind", "connect")}
    assert on == {"authlogin_nsswitch_use_ldap", *proxy}
