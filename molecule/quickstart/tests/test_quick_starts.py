"""The collection works as README says: built, installed, run and verified. An existing directory keeps what it had."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import testinfra
from lab.hosts import PROJECT, HostSet
from lab.quick_starts import BY_NAME, FOLDER, QUICK_STARTS, QuickStart, as_user, command
from testinfra.host import Host

ARCHIVE_BYTES = 1_000_000


@pytest.fixture(scope="session")
def verified() -> dict[str, subprocess.CompletedProcess[str]]:
    """The verify playbook of each quick start, run at the same time."""
    line = command(r"switchboard\.pbx\.verify")
    with ThreadPoolExecutor() as pool:
        done = pool.map(lambda each: each.run(as_user(each, line)), QUICK_STARTS)
    return {each.name: run for each, run in zip(QUICK_STARTS, done, strict=True)}


@pytest.fixture
def existing(host_set: HostSet) -> Host:
    """The host of the directory that was there before."""
    return testinfra.get_host("ssh://existing", ssh_config=str(host_set.ssh_config))


@pytest.fixture(params=[each.name for each in QUICK_STARTS])
def quick_start(request: pytest.FixtureRequest) -> QuickStart:
    return BY_NAME[request.param]


def test_the_archive_is_small() -> None:
    (archive,) = FOLDER.glob("*.tar.gz")
    assert archive.stat().st_size < ARCHIVE_BYTES


def test_each_release_of_ansible_core_uses_the_installed_collection(quick_start: QuickStart) -> None:
    listed = quick_start.run("ansible-galaxy collection list switchboard.pbx").stdout
    assert str(quick_start.folder / "ansible/collections") in listed
    assert str(PROJECT / ".cache/collections") not in listed


def test_each_quick_start_has_a_release_of_ansible_core_of_its_own(quick_start: QuickStart) -> None:
    if not quick_start.own_programs():
        pytest.skip(f"ansible-core {quick_start.release} needs a Python that is not installed")
    assert f"core {quick_start.release}." in quick_start.run("ansible --version").stdout


def test_every_module_is_documented_there(quick_start: QuickStart) -> None:
    modules = {path.stem for path in (PROJECT / "plugins/modules").glob("*.py")}
    documented = quick_start.run("ansible-doc --list switchboard.pbx").stdout
    assert modules == set(re.findall(r"^switchboard\.pbx\.(\w+)", documented, re.M))


def test_phones_register_call_and_hear_speech(
    quick_start: QuickStart, verified: dict[str, subprocess.CompletedProcess[str]]
) -> None:
    done = verified[quick_start.name]
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert re.search(r"All [0-9]+ checks passed", said)
    assert "heard 'hello world'" in (quick_start.folder / "build/report.html").read_text().replace(
        "&#x27;", "'"
    )


def test_another_user_than_root_was_used_with_sudo(host_set: HostSet) -> None:
    branch = testinfra.get_host("ssh://branch", ssh_config=str(host_set.ssh_config))
    assert branch.run("journalctl --quiet | grep 'sudo.*alice.*USER=root'").rc == 0


@pytest.mark.usefixtures("verified")
def test_no_password_was_shown(host_set: HostSet, quick_start: QuickStart) -> None:
    printed = quick_start.log.read_text()
    for playbook in ("--check --diff", "switchboard.pbx.site", "switchboard.pbx.verify"):
        assert playbook in printed
    secrets = [*(host_set.folder / "secrets").iterdir(), *(quick_start.folder / "secrets").iterdir()]
    assert {path.name for path in secrets} >= {"alice", "asterisk", "rbryant", "jvanmeg", "switchboard"}
    assert [path.name for path in secrets if path.read_text().split()[0] in printed] == []


def test_a_person_of_an_existing_directory_keeps_password_and_mail(existing: Host) -> None:
    dn = "uid=rbryant,ou=people,dc=example,dc=org"
    existing.run_expect([0], f"ldapwhoami -x -H ldapi:/// -D {dn} -w what-russell-knows")
    found = existing.check_output(f"ldapsearch -LLL -x -H ldapi:/// -D {dn} -w what-russell-knows -b {dn}")
    assert "mail: russell@example.org" in found
    assert "AstExtension: 101" in found
    assert "AstAccountRealmedPassword" not in found, (
        "not even the person can read what the phone authenticates with"
    )


def test_the_entry_of_the_organization_is_left_alone(existing: Host) -> None:
    assert "o: Example Corporation" in existing.check_output(
        "ldapsearch -LLL -x -H ldapi:/// -b dc=example,dc=org -s base o"
    )


def test_the_repository_can_be_installed_as_well(tmp_path: Path) -> None:
    """As README says, except that the repository is this one."""
    install = re.sub(r"git\+https://\S+", f"git+file://{PROJECT}", command("git[+]https"))
    done = QUICK_STARTS[0].run(f"{command('distlib')} && {install} -p {tmp_path}")
    assert "was installed successfully" in done.stdout, done.stdout + done.stderr
