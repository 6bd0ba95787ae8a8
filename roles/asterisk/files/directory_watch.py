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
import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

import ldap
import ldap.ldapobject
from ldap.controls.libldap import SimplePagedResultsControl

RES_LDAP = Path("/etc/asterisk/res_ldap.conf")
# The filter for phones, as in res_ldap.conf; an entry without a secret is not a phone.
PHONES = "(&(objectClass=AsteriskPJSIPUser)(AstAccountRealmedPassword=*))"
# For each cache, the attribute that names its objects in res_ldap.conf.
CACHES = {
    "switchboard_endpoint": "AstPJSIPAuthUser",
    "switchboard_auth": "AstPJSIPAuth",
    "switchboard_aor": "AstPJSIPAors",
}
# The same for chan_sip: the section of res_ldap.conf that maps its peers, and the fields that Asterisk writes.
PEERS = "(&(objectClass=AsteriskSIPUser)(AstAccountHost=dynamic)(AstAccountRealmedPassword=*))"
PEERS_SECTION = "sippeers"
WRITTEN_FIELDS = frozenset(
    ("ipaddr", "port", "regseconds", "defaultuser", "fullcontact", "regserver", "useragent", "lastms")
)
# The key of chan_sip's peers in the state.
CHAN_SIP = "chan_sip"
PAGE_SIZE = 500
# The console truncates names to this many characters.
CONSOLE_WIDTH = 25
# With more changes than this, the whole cache is emptied: a console call takes about 20 ms.
MAX_SINGLE_EXPIRES = 50
# Polling takes at most this share of the time, however large the directory.
POLLING_SHARE = 0.2

# Cache, name of an object in it -> its version
State = Dict[str, Dict[str, str]]
Entries = List[Tuple[str, Dict[str, List[bytes]]]]


class Account(NamedTuple):
    """The account with which Asterisk logs in to the directory."""

    uri: str
    user: str
    password: str


def parse_res_ldap(text: str) -> Dict[str, Dict[str, str]]:
    """Return the options of each section of a res_ldap.conf, all names in lower case; an escaped ';' is no comment."""
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


def state_of(entries: Entries) -> State:
    """Return the objects that the caches should hold, with their versions, from the entries of all phones."""
    state: State = {cache: {} for cache in CACHES}
    for _dn, attributes in entries:
        csn = attributes["entryCSN"][0].decode()
        for cache, attribute in CACHES.items():
            for name in attributes.get(attribute, []):
                state[cache][name.decode()] = csn
    return state


def peer_attributes(mapping: Mapping[str, str]) -> List[str]:
    """Return the attributes of a peer that Asterisk reads but does not write, from the section that maps them."""
    return sorted({mapping[field] for field in mapping.keys() - WRITTEN_FIELDS - {"additionalfilter"}})


def peers_of(entries: Entries, attributes: Iterable[str]) -> Dict[str, str]:
    """Return the version of each chan_sip peer: a digest of the attributes that Asterisk reads."""
    peers: Dict[str, str] = {}
    for _dn, entry in entries:
        values = [(name, sorted(entry.get(name, []))) for name in attributes]
        version = hashlib.sha256(repr(values).encode()).hexdigest()
        peers.update((name.decode(), version) for name in entry.get("uid", []))
    return peers


def parse_peers(output: str) -> Set[str]:
    """Return the names of the directory's peers in the output of `sip show peers`, truncated to CONSOLE_WIDTH."""
    rows = [line[:CONSOLE_WIDTH] for line in output.splitlines() if line.endswith("Cached RT")]
    # A slash separates the peer name from a user name; names of phones contain no slash.
    return {row.split("/")[0].rstrip() for row in rows}


def prune_commands(seen: Optional[Dict[str, str]], stored: Dict[str, str], held: Set[str]) -> List[str]:
    """Return the console commands that prune changed and removed peers; all peers if *seen* is None.

    *held*: the peers in chan_sip's memory. Some may never have been seen in the directory: an entry that was added
    and removed between two polls, or a copy under a name that old releases take for an LDAP filter.
    """
    if seen is None:
        return ["sip prune realtime all"]
    changed = {name for name in seen if seen[name] != stored.get(name)}
    unknown = []
    for shown in held:
        names = {shown} & stored.keys()
        if len(shown) >= CONSOLE_WIDTH:
            names = {name for name in stored if name.startswith(shown)}
        # Which version of a new peer chan_sip holds is unknown.
        changed.update(name for name in names if name not in seen)
        if not names and shown not in changed:
            unknown.append(f"^{exact_pattern(shown)}" + ("" if len(shown) >= CONSOLE_WIDTH else "(/|$)"))
    if len(changed) > MAX_SINGLE_EXPIRES:
        return ["sip prune realtime all"]
    # By pattern: chan_sip may hold several peers of one name and prunes only one of them by name.
    patterns = [f"^{exact_pattern(name)}$" for name in sorted(changed)] + sorted(unknown)[:MAX_SINGLE_EXPIRES]
    return [f'sip prune realtime peer like "{pattern}"' for pattern in patterns]


def exact_pattern(name: str) -> str:
    """Return a POSIX pattern that matches a name, without the characters special to the console: \\, " and blank."""
    plain = re.sub(r"[^!-~\x80-\U0010ffff]|[\"^\\]", "\n", name)
    return re.sub(r"[!-,./:-@\[-^`{-~]", r"[\g<0>]", plain).replace("\n", ".")


def parse_dump(output: str) -> Set[str]:
    """Return the names in the output of `sorcery memory cache dump`, truncated to CONSOLE_WIDTH."""
    rows = (re.match(r"^(\S.*?)\s+\d+\s+\d+\s*$", line) for line in output.splitlines())
    return {row.group(1) for row in rows if row}


def outdated(cached: Set[str], seen: Dict[str, str], stored: Dict[str, str]) -> Optional[List[str]]:
    """Return the cached objects that differ from the directory, or None if the whole cache has to be emptied."""
    found: Set[str] = set()
    for shown in cached:
        names = [shown]
        if len(shown) >= CONSOLE_WIDTH:
            names = [name for name in {**seen, **stored} if name.startswith(shown)]
            if not names:
                return None
        found.update(name for name in names if name not in stored or seen.get(name) != stored[name])
    return sorted(found) if len(found) <= MAX_SINGLE_EXPIRES else None


def console_commands(cache: str, names: Optional[List[str]]) -> List[str]:
    """Return the console commands that expire these objects of a cache, or all if *names* is None."""
    if names is None:
        return [f"sorcery memory cache expire {cache}"]
    return [f'sorcery memory cache expire {cache} "{name}"' for name in names]


def asterisk(command: str) -> Optional[str]:
    """Return the output of a console command, or None if Asterisk is not running."""
    done = subprocess.run(
        ["asterisk", "-rx", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        text=True,
    )
    return done.stdout if done.returncode == 0 else None


class Directory:
    """The phones in the directory, read over a connection that is reopened after a failure."""

    def __init__(self, account: Account, people: str) -> None:
        self._account = account
        self._people = people
        self._connection = None

    def find(self, search_filter: str, attributes: List[str]) -> Entries:
        """Return all entries that match a filter; raises ldap.LDAPError if the directory does not answer."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            return self._search(self._connection, search_filter, attributes)
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


def poll(directory: Directory, state_file: Path, peers: List[str], with_pjsip: bool) -> None:
    """Compare the directory with the saved state and Asterisk's memory, expire what changed, and save the state.

    *peers*: the attributes of chan_sip's peers, empty if chan_sip serves no phones.
    """
    saved: State = json.loads(state_file.read_text()) if state_file.exists() else {}
    current: State = {}
    commands: List[str] = []
    if with_pjsip:
        current.update(state_of(directory.find(PHONES, [*CACHES.values(), "entryCSN"])))
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
    settings = parse_res_ldap(RES_LDAP.read_text(encoding="utf-8"))
    directory = Directory(account_of(settings), arguments.people)
    peers = peer_attributes(settings[PEERS_SECTION]) if CHAN_SIP in arguments.stacks else []
    reported, previous = "", 0.0
    while True:
        started = time.monotonic()
        try:
            poll(directory, arguments.state, peers, "pjsip" in arguments.stacks)
            seen = "there"
        except ldap.LDAPError as error:
            seen = "away"
            if reported != seen:
                print(f"the directory does not answer: {error}", file=sys.stderr, flush=True)
        # Set every time, because a restart of Asterisk discards it.
        if asterisk(f"dialplan set global DIRECTORY {seen}") is not None:
            reported = seen
        duration = time.monotonic() - started
        time.sleep(pause(arguments.seconds, previous, duration))
        previous = duration


if __name__ == "__main__":
    sys.exit(main())
