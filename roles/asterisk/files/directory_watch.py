# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell Asterisk which of its phones changed in the directory.

Asterisk keeps what it read about a phone in memory caches (sorcery.conf), so that phones go on working while the
directory is away. This program compares the entryCSN of every phone's entry (the version that slapd gives it) with
the one it saw last, and has Asterisk forget those of its objects that changed or are gone.
It also sets the dialplan's global variable DIRECTORY to "there" or "away".
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

import ldap
import ldap.ldapobject
from ldap.controls.libldap import SimplePagedResultsControl

RES_LDAP = Path("/etc/asterisk/res_ldap.conf")
# What makes an entry a phone, as in res_ldap.conf; one whose secret is taken away is gone.
PHONES = "(&(objectClass=AsteriskPJSIPUser)(AstAccountRealmedPassword=*))"
# Cache by cache: the attribute that names its objects in res_ldap.conf.
CACHES = {
    "switchboard_endpoint": "AstPJSIPAuthUser",
    "switchboard_auth": "AstPJSIPAuth",
    "switchboard_aor": "AstPJSIPAors",
}
PAGE = 500
# The console cuts names to this many characters.
DUMP_WIDTH = 25
# Above this many changes a cache is emptied in one go: a console call takes some 20 ms.
EXPIRE_SINGLY = 50
# Looking takes at most this share of the time, however large the directory.
SHARE_OF_TIME = 0.2

# Cache, name of an object in it -> entryCSN
State = Dict[str, Dict[str, str]]


class Account(NamedTuple):
    """How Asterisk logs in to the directory."""

    uri: str
    user: str
    password: str


def read_account(text: str) -> Account:
    """The directory account in the text of a res_ldap.conf."""
    general = re.search(r"^\[_general\]$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    options = dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", general.group(1), re.MULTILINE)) if general else {}
    return Account(options.get("url", "ldapi:///"), options.get("user", ""), options.get("pass", ""))


def state_of(entries: List[Tuple[str, Dict[str, List[bytes]]]]) -> State:
    """What the caches should hold, from the entries of all phones."""
    state: State = {cache: {} for cache in CACHES}
    for _dn, attributes in entries:
        csn = attributes["entryCSN"][0].decode()
        for cache, attribute in CACHES.items():
            for name in attributes.get(attribute, []):
                state[cache][name.decode()] = csn
    return state


def parse_dump(output: str) -> Set[str]:
    """The names in what the console prints for `sorcery memory cache dump`; long ones are cut to DUMP_WIDTH."""
    rows = (re.match(r"^(\S.*?)\s+\d+\s+\d+\s*$", line) for line in output.splitlines())
    return {row.group(1) for row in rows if row}


def outdated(cached: Set[str], seen: Dict[str, str], stored: Dict[str, str]) -> Optional[List[str]]:
    """Which of the objects in a cache are no longer what the directory says; None when only all can be named."""
    found: Set[str] = set()
    for shown in cached:
        names = [shown]
        if len(shown) >= DUMP_WIDTH:
            names = [name for name in {**seen, **stored} if name.startswith(shown)]
            if not names:
                return None
        found.update(name for name in names if name not in stored or seen.get(name) != stored[name])
    return sorted(found) if len(found) <= EXPIRE_SINGLY else None


def console_commands(cache: str, names: Optional[List[str]]) -> List[str]:
    """What to tell Asterisk so that it forgets these objects of a cache, or all."""
    if names is None:
        return [f"sorcery memory cache expire {cache}"]
    return [f'sorcery memory cache expire {cache} "{name}"' for name in names]


def asterisk(command: str) -> Optional[str]:
    """What Asterisk's console answers to a command; None when Asterisk does not run."""
    done = subprocess.run(
        ["asterisk", "-rx", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        text=True,
    )
    return done.stdout if done.returncode == 0 else None


class Directory:
    """The phones in the directory, over a connection that is opened again after it broke."""

    def __init__(self, account: Account, people: str) -> None:
        self._account = account
        self._people = people
        self._connection = None

    def phones(self) -> List[Tuple[str, Dict[str, List[bytes]]]]:
        """All entries of phones; raises ldap.LDAPError when the directory does not answer."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            return self._search(self._connection)
        except ldap.LDAPError:
            self._connection = None
            raise

    def _connect(self) -> ldap.ldapobject.SimpleLDAPObject:
        connection = ldap.initialize(self._account.uri)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 5)
        connection.timeout = 30
        connection.simple_bind_s(self._account.user, self._account.password)
        return connection

    def _search(
        self, connection: ldap.ldapobject.SimpleLDAPObject
    ) -> List[Tuple[str, Dict[str, List[bytes]]]]:
        page = SimplePagedResultsControl(True, PAGE, "")
        wanted = [*CACHES.values(), "entryCSN"]
        found: List[Tuple[str, Dict[str, List[bytes]]]] = []
        while True:
            request = connection.search_ext(
                self._people, ldap.SCOPE_SUBTREE, PHONES, wanted, serverctrls=[page]
            )
            _type, entries, _id, controls = connection.result3(request)
            found += [(dn, attributes) for dn, attributes in entries if dn]
            cookies = [control.cookie for control in controls if control.controlType == page.controlType]
            if not cookies or not cookies[0]:
                return found
            page.cookie = cookies[0]


def look(directory: Directory, state_file: Path) -> None:
    """Compare the directory with what was seen last and with what Asterisk holds, tell Asterisk, and remember."""
    now = state_of(directory.phones())
    before: State = json.loads(state_file.read_text()) if state_file.exists() else {}
    for cache, stored in now.items():
        cached = asterisk(f"sorcery memory cache dump {cache}")
        if cached is None:
            return
        for command in console_commands(cache, outdated(parse_dump(cached), before.get(cache, {}), stored)):
            asterisk(command)
            print(command, flush=True)
    if before != now:
        fresh = state_file.with_suffix(".new")
        fresh.write_text(json.dumps(now))
        fresh.replace(state_file)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", required=True, help="the DN below which people are found")
    parser.add_argument("--seconds", type=float, default=5, help="the time between two looks, in seconds")
    parser.add_argument("--state", type=Path, required=True, help="the file that holds what was seen last")
    arguments = parser.parse_args()
    directory = Directory(read_account(RES_LDAP.read_text(encoding="utf-8")), arguments.people)
    said = ""
    while True:
        started = time.monotonic()
        try:
            look(directory, arguments.state)
            seen = "there"
        except ldap.LDAPError as error:
            seen = "away"
            if said != seen:
                print(f"the directory does not answer: {error}", file=sys.stderr, flush=True)
        # Said again each time: a restarted Asterisk has forgotten it.
        if asterisk(f"dialplan set global DIRECTORY {seen}") is not None:
            said = seen
        time.sleep(max(arguments.seconds, (time.monotonic() - started) / SHARE_OF_TIME))


if __name__ == "__main__":
    sys.exit(main())
