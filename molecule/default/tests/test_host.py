"""The host reveals no secret, listens only where it should, and logs no errors."""

from __future__ import annotations

import re

import pytest
from testinfra.host import Host

# What the host listens on beyond loopback: ssh, the lab's LDAP, SIP.
EXPECTED_TCP = {22, 389, 5060}
EXPECTED_UDP = {5060}
# Asterisk asks DNS from ports that the kernel picks from here on.
EPHEMERAL = 32768


def ports_beyond_loopback(pbx: Host, protocol: str) -> set[int]:
    lines = pbx.check_output(f"ss -H -l -n --{protocol}").splitlines()
    addresses = [line.split()[3] for line in lines]
    return {int(a.rsplit(":", 1)[1]) for a in addresses if not a.startswith(("127.", "[::1]"))} - set(
        range(EPHEMERAL, 65536)
    )


def test_nothing_listens_beyond_where_it_must(pbx: Host) -> None:
    assert ports_beyond_loopback(pbx, "tcp") == EXPECTED_TCP
    assert ports_beyond_loopback(pbx, "udp") == EXPECTED_UDP


def test_no_secret_is_in_a_file_that_others_can_read(pbx: Host, secrets: dict[str, str]) -> None:
    patterns = " ".join(f"-e {secret}" for secret in secrets.values())
    readable = "find /etc /home /opt /root /run /srv /tmp /usr/local /var -xdev -type f -perm -o=r -size -5M"
    assert pbx.run(f"{readable} -print0 | xargs -0 grep -l -F {patterns}").stdout == ""


def test_no_secret_is_in_the_journal_or_in_asterisks_log(pbx: Host, secrets: dict[str, str]) -> None:
    patterns = " ".join(f"-e {secret}" for secret in secrets.values())
    assert pbx.run(f"journalctl --no-pager | grep -F {patterns}").stdout == ""
    assert pbx.run(f"grep -r -F {patterns} /var/log/asterisk").stdout == ""


def test_asterisk_complains_of_nothing_that_concerns_the_directory(pbx: Host) -> None:
    _, _, log = pbx.check_output("cat /var/log/asterisk/messages*").rpartition(" built by ")
    about = re.compile(r"(ERROR|WARNING).*(res_config_ldap|sorcery|res_pjsip|pbx_config|app_festival)")
    # res_pjsip asks with conditions that LDAP has no word for, which does no harm; other tests stop slapd;
    # users.conf comes with the package; the endpoint of a removed phone may stay cached one poll longer than its AOR.
    expected = re.compile(
        r"Bad search filter|Query: \(&|Can't contact LDAP server|Couldn't establish connection|users.conf"
        r"|AOR 'stranger' not found for endpoint"
    )
    assert [line for line in log.splitlines() if about.search(line) and not expected.search(line)] == []


def test_the_services_run_and_start_at_boot(pbx: Host) -> None:
    for unit in ("slapd", "asterisk", "festival.socket", "switchboard-directory-watch"):
        assert pbx.service(unit).is_running, unit
        assert pbx.service(unit).is_enabled, unit


def test_asterisk_has_a_private_folder_for_temporary_files(pbx: Host) -> None:
    assert pbx.check_output("systemctl show --value -p PrivateTmp asterisk") == "yes"
    pid = pbx.check_output("systemctl show --value -p MainPID asterisk")
    assert pbx.check_output(f"readlink /proc/{pid}/ns/mnt") != pbx.check_output("readlink /proc/1/ns/mnt")


# Whatever services write: call records, logs, the AstDB, recordings, keys, spoken texts, databases and states.
PRIVATE = (
    "/var/log/asterisk /var/lib/asterisk /var/spool/asterisk /var/lib/ldap /etc/ldap/slapd.d /var/lib/private"
    " /var/backups/switchboard /var/lib/switchboard-directory-watch"
)


def test_other_accounts_can_open_nothing_that_a_service_wrote(pbx: Host) -> None:
    # Without errors, as the families have different directories.
    assert pbx.run(f"find {PRIVATE} '(' -type f -o -type d ')' -perm /007").stdout == ""
    assert pbx.check_output("stat -c %a /etc/asterisk /var/log/asterisk").split() == ["750", "750"]


def test_what_asterisk_writes_from_now_on_is_closed_as_well(pbx: Host) -> None:
    try:
        pbx.run_expect(
            [0], "rm -f /var/log/asterisk/once.log && asterisk -rx 'logger add channel once.log notice'"
        )
        assert pbx.check_output("stat -c %a /var/log/asterisk/once.log") == "640"
    finally:
        pbx.run("asterisk -rx 'logger remove channel once.log'; rm -f /var/log/asterisk/once.log")


def test_a_start_closes_what_an_older_release_or_a_package_left_open(pbx: Host) -> None:
    opened = "/var/log/asterisk/cdr-csv/Master.csv"
    pbx.run_expect(
        [0],
        f"touch {opened} && chown asterisk: {opened} && chmod 644 {opened} && chmod 755 /var/log/asterisk",
    )
    pbx.run_expect([0], "systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")
    assert pbx.check_output(f"stat -c %a {opened} /var/log/asterisk").split() == ["640", "750"]


@pytest.mark.parametrize("unit", ["asterisk", "slapd", "festival", "switchboard-directory-watch"])
def test_each_service_has_its_own_tmp_and_closes_its_files(pbx: Host, unit: str) -> None:
    shown = pbx.check_output(f"systemctl show -p PrivateTmp -p UMask {unit}").split()
    assert sorted(shown) == ["PrivateTmp=yes", "UMask=0027"]
