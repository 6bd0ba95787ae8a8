"""README's quick starts, run as a reader would, from the built collection: python -m lab.quick_starts ACTION [NAME]."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.switchboard.pbx.tests.unit.docs.snippets import (
    Snippet,
    commands,
    markdown_snippets,
    rst_snippets,
)

from .hosts import PROJECT, HostSet

HOSTS = HostSet("test", "quickstart")
FOLDER = HOSTS.folder / "quick_starts"
# None takes more than three minutes; one that hangs must not hide what it has printed.
COMMAND_SECONDS = 900
# The account on the host of the last one, which may use sudo with a password.
USER = "alice"
LAST = "existing-directory"
# The addresses that README uses, and the hosts of the scenario that have them in truth.
ADDRESSES = {"192.0.2.10": "pbx", "192.0.2.20": "directory"}


@dataclass(frozen=True)
class QuickStart:
    """A quick start: its name and heading, its release of ansible-core, and the test host of each host in it."""

    name: str
    heading: str
    release: str
    hosts: dict[str, str]

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def log(self) -> Path:
        """Return the file with the output of all its commands."""
        return self.folder / "output.log"

    def own_programs(self) -> str:
        """Return the folder with the programs of its ansible-core, or nothing if the Python for it is not installed."""
        return _output([str(PROJECT / "tools/ansible_core.sh"), self.release])

    def programs(self) -> str:
        """Return the folder with the programs to use: its own, or those of the project."""
        return self.own_programs() or _output([str(PROJECT / "tools/ansible_core.sh"), "2.19"])

    def environment(self) -> dict[str, str]:
        """Return the environment of a reader: nothing but the programs, and how to reach the hosts."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANSIBLE_", "PYTHONPATH"))
        }
        return {
            **kept,
            "PATH": f"{self.programs()}:{kept['PATH']}",
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_SSH_ARGS": f"-F {self.folder / 'ssh_config'}",
            "ANSIBLE_NOCOLOR": "true",
            # Faster; the last one shows that the default works as well, which is different for another user than root.
            "ANSIBLE_PIPELINING": str(self.name != LAST),
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in its folder, without a terminal, so that Ansible reads passwords from standard input."""
        password = (HOSTS.folder / "secrets" / USER).read_text()
        done = subprocess.run(
            ["setsid", "--wait", "timeout", f"{COMMAND_SECONDS}", "bash", "-c", command],
            cwd=self.folder,
            env=self.environment(),
            input=f"{password}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a") as log:
            log.write(f"$ {command}\n{done.stdout}{done.stderr}")
        return done


QUICK_STARTS = (
    QuickStart("one-host", "One host", "2.21", {"pbx.example.org": "own"}),
    QuickStart(
        "several-hosts",
        "Several hosts",
        "2.20",
        {"directory.example.org": "directory", "speech.example.org": "directory", "pbx.example.org": "pbx"},
    ),
    QuickStart(
        LAST,
        "An existing directory",
        "2.19",
        {"pbx.example.org": "branch", "directory.example.org": "existing"},
    ),
)
BY_NAME = {each.name: each for each in QUICK_STARTS}


def readme() -> list[Snippet]:
    """Return the code blocks of README."""
    return list(markdown_snippets((PROJECT / "README.md").read_text()))


def command(pattern: str) -> str:
    """Return the only command of README that matches a regular expression."""
    (found,) = (
        line
        for snippet in readme()
        if snippet.language == "sh"
        for line in commands(snippet)
        if re.search(pattern, line)
    )
    return found


def access_rules() -> str:
    """Return the LDIF that the guide to an existing directory gives its administrator."""
    guide = PROJECT / "docs/docsite/rst/existing_directory.rst"
    (found,) = (snippet.text for snippet in rst_snippets(guide.read_text()) if snippet.language == "ldif")
    return found


def as_user(each: QuickStart, line: str) -> str:
    """Return a command as the reader of this quick start runs it: the last one logs in as another user than root."""
    options = re.search(r"--user.*--ask-become-pass", command("--ask-become-pass"))
    assert options
    return line.replace("hosts.yml", f"hosts.yml {options[0]}", 1) if each.name == LAST else line


def build() -> Path:
    """Build the archive of the collection."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    _output(["ansible-galaxy", "collection", "build", str(PROJECT), "--output-path", str(FOLDER)])
    (archive,) = FOLDER.glob("*.tar.gz")
    return archive


def set_up(each: QuickStart, archive: Path) -> None:
    """Write the files of a quick start as README has them, and install the archive as README says."""
    (each.folder / "group_vars").mkdir(parents=True)
    (each.folder / archive.name).hardlink_to(archive)
    addresses = {host.name: host.address for host in HOSTS.hosts()}
    for snippet in readme():
        title = re.match(r"# (\S+\.yml)\n", snippet.text)
        if title and (snippet.heading == each.heading or title[1] != "hosts.yml"):
            text = snippet.text
            for written, name in ADDRESSES.items():
                text = text.replace(written, addresses[name])
            (each.folder / title[1]).write_text(text)
    aliases = "\n".join(f"Host {name}\n  HostName {addresses[host]}" for name, host in each.hosts.items())
    (each.folder / "ssh_config").write_text(f"{aliases}\n{HOSTS.ssh_config.read_text()}")
    if each.name == LAST:
        (each.folder / "secrets").mkdir(mode=0o700)
        shutil.copy(HOSTS.folder / "secrets/switchboard", each.folder / "secrets/switchboard")
    for line in (command("collection install .*tar.gz"), command("pip install pocketsphinx")):
        _check(each.run(line))


def _output(arguments: list[str]) -> str:
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _check(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(prog="lab.quick_starts", description=__doc__)
    parser.add_argument("action", choices=["set-up", "access", "schemas", "check", "site"])
    parser.add_argument("name", nargs="?", choices=list(BY_NAME))
    arguments = parser.parse_args()
    if arguments.action == "set-up":
        archive = build()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda each: set_up(each, archive), QUICK_STARTS))
        return
    if arguments.action == "access":
        print(access_rules())
        return
    chosen = BY_NAME[arguments.name]
    if arguments.action == "schemas":
        print(_check(chosen.run(command("ldap_schema"))))
    else:
        line = command(r"--check" if arguments.action == "check" else r"hosts.yml switchboard.pbx.site")
        print(_check(chosen.run(as_user(chosen, line))))


if __name__ == "__main__":
    main()
