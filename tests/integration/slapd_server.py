# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real slapd of any version for a test, with its own directory and ldapi socket, and cn=config like Debian's.

The host's slapd runs as it is; those of other Debian releases run out of the root trees that
``tools/debian_trees.sh slapd`` builds, in a private mount namespace, without a container.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ldap
import ldap.ldapobject
import ldap.sasl

ROOT = Path(__file__).resolve().parents[2]
TREES = ROOT / ".cache" / "slapd"
SUITE_OF = {"2.4": "bullseye", "2.5": "bookworm", "2.6": "forky"}
# prctl(2): the signal that a process gets when the one that started it ends.
PR_SET_PDEATHSIG = 1

# Where tests and benchmarks keep people, and what must be there before them.
SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
BASE_LDIF = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people
"""

BASIC_SCHEMAS = ("core", "cosine", "nis", "inetorgperson")

# In the namespace a tree gets a fresh /tmp, in which only the test's own directory shows, under its own path.
ENTER_TREE = (
    'mount -t tmpfs none "$1/tmp" && mkdir -p "$1$2" && mount --bind "$2" "$1$2" && '
    'mount --bind /dev "$1/dev" && root=$1 && shift 2 && exec chroot "$root" "$@"'
)


@dataclass(frozen=True)
class SlapdVersion:
    """One slapd to test against: its version as MAJOR.MINOR and the tree it lives in (None: the host)."""

    name: str
    tree: Path | None

    @property
    def schema_directory(self) -> Path:
        """Where this release keeps its schema files, as seen from the host."""
        return (self.tree or Path("/")) / "etc/ldap/schema"

    def command(self, directory: Path, program: str, *arguments: str) -> list[str]:
        """The command line that runs a program of this release, which sees ``directory``."""
        if self.tree is None:
            return [f"/usr/sbin/{program}", *arguments]
        inside = [str(self.tree), str(directory), f"/usr/sbin/{program}", *arguments]
        return ["unshare", "--mount", "sh", "-c", ENTER_TREE, "slapd-of-a-tree", *inside]


def host_version() -> str | None:
    """MAJOR.MINOR of the host's slapd, None where there is none."""
    if not os.access("/usr/sbin/slapd", os.X_OK):
        return None
    done = subprocess.run(["/usr/sbin/slapd", "-VV"], capture_output=True, text=True, check=False)
    found = re.search(r"slapd (\d+\.\d+)", done.stderr + done.stdout)
    return found.group(1) if found else None


def versions_present() -> list[SlapdVersion]:
    """Every slapd that can be started here, oldest first; a tree needs root for its mount namespace."""
    host = host_version()
    versions = []
    for name, suite in SUITE_OF.items():
        tree = TREES / suite
        if name == host:
            versions.append(SlapdVersion(name, None))
        elif (tree / "usr/sbin/slapd").exists() and os.geteuid() == 0:
            versions.append(SlapdVersion(name, tree))
    return versions


class SlapdServer:
    """A slapd with cn=config and (unless ``database`` is False) one empty mdb database.

    ``uri`` is its ldapi address. By SASL EXTERNAL the user who runs the test manages cn=config and reads the
    data, as root does on Debian; ``rootdn`` with ``rootpw`` writes the data.
    ``log_level`` 256 (stats) writes each operation to ``log``; 0 is faster.
    """

    config_rootdn = "cn=admin,cn=config"
    config_rootpw = "config-secret"
    rootpw = "admin-secret"

    def __init__(
        self,
        version: SlapdVersion,
        *,
        suffix: str = SUFFIX,
        schemas: tuple[str, ...] = BASIC_SCHEMAS,
        database: bool = True,
        max_size: int = 1 << 28,
        log_level: int = 256,
        extra_uris: tuple[str, ...] = (),
    ) -> None:
        self.version = version
        self.suffix = suffix
        self.rootdn = f"cn=admin,{suffix}"
        self.directory = Path(tempfile.mkdtemp(prefix="slapd-"))
        self.config_directory = self.directory / "slapd.d"
        self.data_directory = self.directory / "data"
        self.log = self.directory / "slapd.log"
        self.uri = f"ldapi://{quote(str(self.directory / 'ldapi'), safe='')}"
        self.uris = (self.uri, *extra_uris)
        self.log_level = log_level
        self.process: subprocess.Popen[bytes] | None = None
        self.config_directory.mkdir()
        self.data_directory.mkdir()
        self.load_config(self._initial_config(schemas, database, max_size))

    @property
    def external_dn(self) -> str:
        """The DN that SASL EXTERNAL over ldapi gives to the user of this process."""
        return f"gidNumber={os.getegid()}+uidNumber={os.geteuid()},cn=peercred,cn=external,cn=auth"

    @property
    def module_path(self) -> str:
        """The directory of slapd's loadable modules, as its package sets it."""
        text = ((self.version.tree or Path("/")) / "usr/share/slapd/slapd.init.ldif").read_text()
        found = re.search(r"^olcModulePath: (.*)$", text, re.M)
        return found.group(1) if found else "/usr/lib/ldap"

    def _initial_config(self, schemas: tuple[str, ...], database: bool, max_size: int) -> str:
        manage = f"to * by dn.exact={self.external_dn} manage by * break"
        includes = "\n".join(f"include: file:///etc/ldap/schema/{name}.ldif" for name in schemas)
        text = f"""dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: {self.directory}/slapd.pid
olcArgsFile: {self.directory}/slapd.args
olcToolThreads: 1

dn: olcDatabase={{-1}}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {{-1}}frontend
olcSizeLimit: 500
olcAccess: {{0}}{manage}
olcAccess: {{1}}to dn.exact="" by * read
olcAccess: {{2}}to dn.base="cn=Subschema" by * read

dn: olcDatabase=config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: config
olcAccess: {manage}
olcRootDN: {self.config_rootdn}
olcRootPW: {self.config_rootpw}

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

{includes}

dn: cn=module{{0}},cn=config
objectClass: olcModuleList
cn: module{{0}}
olcModulePath: {self.module_path}
olcModuleLoad: back_mdb
"""
        if database:
            text += f"""
dn: olcDatabase=mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: mdb
olcDbMaxSize: {max_size}
olcDbCheckpoint: 512 30
olcLastMod: TRUE
olcSuffix: {self.suffix}
olcDbDirectory: {self.data_directory}
olcRootDN: {self.rootdn}
olcRootPW: {self.rootpw}
olcDbIndex: objectClass eq
olcDbIndex: cn,uid eq
olcAccess: to attrs=userPassword by self write by anonymous auth by * none
olcAccess: to attrs=shadowLastChange by self write by * read
olcAccess: to * by * read
"""
        return text

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a program of this slapd's release (slapadd, slapcat, slaptest …) to its end."""
        command = self.version.command(self.directory, program, *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    def load_config(self, text: str) -> None:
        """Loads a whole cn=config from LDIF into an empty configuration directory."""
        source = self.directory / "config.ldif"
        source.write_text(text)
        done = self.run("slapadd", "-n", "0", "-F", str(self.config_directory), "-l", str(source))
        if done.returncode:
            raise RuntimeError(f"slapadd -n 0 failed: {done.stdout}{done.stderr}")

    def slapadd(self, source: Path, *options: str) -> None:
        """Loads an LDIF file (below ``directory``) offline into the first database; slapd must be stopped."""
        config = ("-F", str(self.config_directory))
        done = self.run("slapadd", *options, *config, "-b", self.suffix, "-l", str(source))
        if done.returncode:
            raise RuntimeError(f"slapadd failed: {done.stdout}{done.stderr}")

    def slapcat(self, number: int = 1) -> str:
        """The LDIF of database ``number`` as slapcat prints it (0 is cn=config)."""
        done = self.run("slapcat", "-n", str(number), "-F", str(self.config_directory))
        if done.returncode:
            raise RuntimeError(f"slapcat failed: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> SlapdServer:
        """Starts slapd and waits until it answers."""
        arguments = ("-h", " ".join(self.uris), "-F", str(self.config_directory), "-d", str(self.log_level))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.version.command(self.directory, "slapd", *arguments),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=prepare_process,  # noqa: PLW1509  the tests have one thread
            )
        for _attempt in range(200):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(ldap.SERVER_DOWN):
                self.connect().unbind_s()
                return self
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(
            f"slapd {self.version.name} did not start: {self.log.read_text(errors='replace')[-2000:]}"
        )

    def stop(self) -> None:
        """Ends slapd in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends slapd with SIGKILL, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
        self.process = None

    def restart(self) -> SlapdServer:
        """Stops and starts slapd."""
        self.stop()
        return self.start()

    def remove(self) -> None:
        """Ends slapd and removes all its files."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def connect(self) -> Any:
        """A python-ldap connection bound by SASL EXTERNAL."""
        connection = ldap.initialize(self.uri)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 10)
        connection.sasl_interactive_bind_s("", ldap.sasl.external())
        return connection

    def connect_root(self) -> Any:
        """A python-ldap connection bound as the rootdn of the data."""
        return self.connect_as(self.rootdn, self.rootpw)

    def connect_as(self, dn: str, password: str) -> Any:
        """A python-ldap connection bound by DN and password (both empty: anonymous)."""
        connection = ldap.initialize(self.uri)
        connection.simple_bind_s(dn, password)
        return connection

    def __enter__(self) -> SlapdServer:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.remove()


def prepare_process() -> None:
    """Ties slapd's life to that of the test, and its tables to fewer than a million open files."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
