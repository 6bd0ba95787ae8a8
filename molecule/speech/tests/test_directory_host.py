"""The directory on a separate host is read only over TLS."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from lab.directory import replace_value, stored
from lab.hosts import PROJECT
from lab.phone import register
from lab.proof import Lab
from testinfra.host import Host

READ = """\
import ldap, sys
ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, sys.argv[2])
try:
    ldap.initialize(sys.argv[1]).simple_bind_s()
except ldap.SERVER_DOWN as error:
    sys.exit(str(error.args[0].get("info")))
"""


def test_a_phone_registers_from_the_directory_over_tls(pbx: Host, lab: Lab) -> None:
    assert lab.facts["ldap_uri"].startswith("ldaps://")
    assert register(lab.account(0)) == 200
    assert register(lab.account(0, "not-the-password")) == 401
    assert f"Connected to '{lab.facts['ldap_uri']}'" in pbx.check_output(
        "asterisk -rx 'realtime show ldap status'"
    )


def test_the_directory_answers_nowhere_without_tls(office: Host) -> None:
    listening = office.check_output("ss -Hltn").split()
    assert any(address.endswith(":636") for address in listening)
    assert not any(address.endswith(":389") for address in listening)


def test_a_certificate_of_another_authority_is_not_believed(pbx: Host, lab: Lab) -> None:
    uri = lab.facts["ldap_uri"]
    pbx.run_expect([0], "python3 -c %s %s %s", READ, uri, "/etc/ssl/directory/ca.pem")
    refused = pbx.run("python3 -c %s %s %s", READ, uri, "/etc/ssl/certs/ca-certificates.crt")
    assert refused.rc == 1
    assert "certificate" in refused.stderr.lower()


def test_a_change_in_the_directory_is_seen_through_tls(office: Host, lab: Lab) -> None:
    dn = f"uid={lab.facts['phones'][1]['user']},{lab.facts['people_dn']}"
    (secret,) = stored(office, dn, "AstAccountRealmedPassword")
    assert register(lab.account(1)) == 200
    replace_value(office, dn, "AstAccountRealmedPassword", secret[::-1])
    try:
        assert seen_within(15, lab, 401)
    finally:
        replace_value(office, dn, "AstAccountRealmedPassword", secret)
    assert seen_within(15, lab, 200)


def test_the_server_refuses_a_phone_that_takes_the_secret_of_another(office: Host, lab: Lab) -> None:
    victim, thief = (entry["user"] for entry in lab.facts["phones"][:2])
    dn = f"uid={thief},{lab.facts['people_dn']}"
    change = f"dn: {dn}\nchangetype: modify\nreplace: AstPJSIPAuth\nAstPJSIPAuth: {victim}"
    assert office.run(f"ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<'LDIF'\n{change}\nLDIF").rc == 19
    assert stored(office, dn, "AstPJSIPAuth") == [thief]


def seen_within(seconds: float, lab: Lab, status: int) -> bool:
    deadline = time.monotonic() + seconds
    while register(lab.account(1)) != status:
        if time.monotonic() > deadline:
            return False
    return True


def test_who_reads_without_tls_from_another_host_is_warned(
    inventory: Path, ansible_environment: dict[str, str], lab: Lab
) -> None:
    plain = lab.facts["ldap_uri"].replace("ldaps://", "ldap://")
    play = ["ansible-playbook", "--check", "-i", str(inventory), str(PROJECT / "playbooks/site.yml")]
    done = subprocess.run(
        [*play, "--limit", "pbx", "-e", f"asterisk_ldap_uri={plain}"],
        env=ansible_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cross the network unencrypted" in " ".join(done.stdout.split())
