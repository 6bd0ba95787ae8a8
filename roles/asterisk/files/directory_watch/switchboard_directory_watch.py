# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expire the phones in Asterisk's memory whose directory entries changed.

Asterisk caches the phones it has read (sorcery.conf), so that they keep working while the directory is unreachable.
This program polls the entryCSN of every phone's entry, the version that slapd assigns to it, and expires the cached
objects whose entries changed or were removed.
chan_sip keeps its peers in memory as well (rtcachefriends) and writes to their entries at each registration, so for
a peer only the attributes that Asterisk reads are compared.
The global dialplan variable DIRECTORY is set to "there" or "away".
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional

import ldap
import ldap.ldapobject
from ldap.controls.libldap import SimplePagedResultsControl
from switchboard_phone_cache import (
    CACHES,
    CHAN_SIP,
    Entries,
    State,
    console_commands,
    decode,
    outdated,
    parse_dump,
    parse_peers,
    parse_state,
    peer_attributes,
    peers_of,
    prune_commands,
    state_of,
)

RES_LDAP = Path("/etc/asterisk/res_ldap.conf")
# The filter for phones, as in res_ldap.conf; an entry without a secret is not a phone.
PHONES = "(&(objectClass=AsteriskPJSIPUser)(AstAccountRealmedPassword=*))"
# The same for chan_sip, and the section of res_ldap.conf that maps its peers.
PEERS = "(&(objectClass=AsteriskSIPUser)(AstAccountHost=dynamic)(AstAccountRealmedPassword=*))"
PEERS_SECTION = "sippeers"
PAGE_SIZE = 500
CONSOLE_SECONDS = 30
# Polling takes at most this share of the time, however large the directory.
POLLING_SHARE = 0.2


class Account(NamedTuple):
    """The account with which Asterisk logs in to the directory."""

    uri: str
    user: str
    password: str


def parse_res_ldap(text: str) -> Dict[str, Dict[str, str]]:
    """Return the options of each section of a res_ldap.conf, with names in lower case."""
    sections: Dict[str, Dict[str, str]] = {}
    options: Dict[str, str] = {}
    for line in text.splitlines():
        code = re.split(r"(?<!\\);", line, maxsplit=1)[0].replace("\\;", ";").strip()
        if code.startswith("["):
            options = sections.setdefault(code[1:].partition("]")[0].lower(), {})
        elif "=" in code:
            name, value = re.split("=>?", code, maxsplit=1)
            options[name.strip().lower()] = value.strip()
    return sections


def account_of(sections: Mapping[str, Mapping[str, str]]) -> Account:
    """Return the directory account of a parsed res_ldap.conf."""
    found = {"url": "ldapi:///", "user": "", "pass": "", **sections["_general"]}
    return Account(found["url"], found["user"], found["pass"])


def asterisk(command: str) -> Optional[str]:
    """Return the output of a console command, or None if Asterisk is not running or does not answer."""
    try:
        done = subprocess.run(
            ["asterisk", "-rx", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=CONSOLE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return decode(done.stdout)


def connect(account: Account) -> ldap.ldapobject.SimpleLDAPObject:
    """Return a connection that is logged in."""
    connection = ldap.initialize(account.uri)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 5)
    connection.timeout = 30
    connection.simple_bind_s(account.user, account.password)
    return connection


class Directory:
    """The phones in the directory, read over a connection that is reopened after a failure."""

    def __init__(self, people: str) -> None:
        self._account: Optional[Account] = None
        self._people = people
        self._connection = None

    def use(self, account: Account) -> None:
        """Log in with this account, which may have a new password, from now on."""
        if account != self._account:
            self._account, self._connection = account, None

    def find(self, search_filter: str, attributes: List[str]) -> Entries:
        """Return all entries that match a filter; raises ldap.LDAPError if the directory does not answer."""
        try:
            if self._connection is None:
                self._connection = connect(self._account or Account("", "", ""))
            return self._search(self._connection, search_filter, attributes)
        except ldap.LDAPError:
            self._connection = None
            raise

    def _search(
        self, connection: ldap.ldapobject.SimpleLDAPObject, search_filter: str, attributes: List[str]
    ) -> Entries:
        page = SimplePagedResultsControl(True, PAGE_SIZE, "")
        found: Entries = []
        while True:
            request = connection.search_ext(
                self._people, ldap.SCOPE_SUBTREE, search_filter, attributes, serverctrls=[page]
            )
            _type, entries, _id, controls = connection.result3(request)
            found += [(dn, values) for dn, values in entries if dn]
            cookies = [control.cookie for control in controls if control.controlType == page.controlType]
            if not cookies or not cookies[0]:
                return found
            page.cookie = cookies[0]


def poll(directory: Directory, state_file: Path, stacks: List[str]) -> None:
    """Compare the directory with the saved state and Asterisk's memory, expire what changed, and save the state.

    Reads Asterisk's account each time, because a rotated password must not leave removed phones valid.
    """
    settings = parse_res_ldap(RES_LDAP.read_text(encoding="utf-8"))
    directory.use(account_of(settings))
    peers = peer_attributes(settings[PEERS_SECTION]) if CHAN_SIP in stacks else []
    saved = parse_state(state_file.read_text()) if state_file.exists() else {}
    current: State = {}
    commands: List[str] = []
    if "pjsip" in stacks:
        versions = ["entryCSN", "modifyTimestamp"]
        current.update(state_of(directory.find(PHONES, [*CACHES.values(), *versions])))
    for cache, stored in current.items():
        cached = asterisk(f"sorcery memory cache dump {cache}")
        if cached is None:
            return
        commands += console_commands(cache, outdated(parse_dump(cached), saved.get(cache, {}), stored))
    if peers:
        shown = asterisk("sip show peers")
        if shown is None:
            return
        current[CHAN_SIP] = peers_of(directory.find(PEERS, peers), peers)
        commands += prune_commands(saved.get(CHAN_SIP), current[CHAN_SIP], parse_peers(shown))
    for command in commands:
        if asterisk(command) is None:
            return
        print(command, flush=True)
    if saved != current:
        fresh = state_file.with_suffix(".new")
        fresh.write_text(json.dumps(current))
        fresh.replace(state_file)


def pause(interval: float, previous: float, last: float) -> float:
    """Return the seconds until the next poll; a single slow poll, as during an outage, does not delay it."""
    return max(interval, min(previous, last) / POLLING_SHARE)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", required=True, help="the DN below which people are found")
    parser.add_argument("--seconds", type=float, default=5, help="the polling interval in seconds")
    parser.add_argument("--state", type=Path, required=True, help="the file with the state of the last poll")
    stacks = ["pjsip", CHAN_SIP]
    parser.add_argument(
        "--stacks", nargs="+", choices=stacks, default=["pjsip"], help="the SIP channel drivers"
    )
    arguments = parser.parse_args()
    directory = Directory(arguments.people)
    reported, previous = "", 0.0
    while True:
        started = time.monotonic()
        try:
            poll(directory, arguments.state, arguments.stacks)
            seen = "there"
        # A directory that does not answer; a configuration that is missing or about to be replaced; a full disk.
        except (ldap.LDAPError, LookupError, OSError, ValueError) as error:
            seen = "away"
            if reported != seen:
                print(f"phones cannot be compared: {error!r}", file=sys.stderr, flush=True)
        # Set every time, because a restart of Asterisk discards it.
        if asterisk(f"dialplan set global DIRECTORY {seen}") is not None:
            reported = seen
        duration = time.monotonic() - started
        time.sleep(pause(arguments.seconds, previous, duration))
        previous = duration


if __name__ == "__main__":
    sys.exit(main())
