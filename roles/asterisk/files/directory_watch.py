# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell Asterisk which of its phones changed in the directory.

Asterisk keeps what it read about a phone in memory caches (sorcery.conf), so that phones go on working while the
directory is away. This program compares the entryCSN of every phone's entry (the version that slapd gives it) with
the one it saw last, and has Asterisk forget those of its objects that changed or are gone.
chan_sip keeps its peers in memory, too (rtcachefriends), and writes to their entries whenever they register; so of a
peer it compares what Asterisk reads only.
It also sets the dialplan's global variable DIRECTORY to "there" or "away".
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
from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

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
# The same for chan_sip: the section of res_ldap.conf that maps its peers, and the names that Asterisk itself writes.
PEERS = "(&(objectClass=AsteriskSIPUser)(AstAccountHost=dynamic)(AstAccountRealmedPassword=*))"
PEERS_SECTION = "sippeers"
WRITTEN = frozenset(
    ("ipaddr", "port", "regseconds", "defaultuser", "fullcontact", "regserver", "useragent", "lastms")
)
# The key of chan_sip's peers in the state.
CHAN_SIP = "chan_sip"
PAGE = 500
# The console cuts names to this many characters.
DUMP_WIDTH = 25
# Above this many changes a cache is emptied in one go: a console call takes some 20 ms.
EXPIRE_SINGLY = 50
# Looking takes at most this share of the time, however large the directory.
SHARE_OF_TIME = 0.2

# Cache, name of an object in it -> its version
State = Dict[str, Dict[str, str]]
Entries = List[Tuple[str, Dict[str, List[bytes]]]]


class Account(NamedTuple):
    """How Asterisk logs in to the directory."""

    uri: str
    user: str
    password: str


def read_section(text: str, name: str) -> Dict[str, str]:
    """The options of a section in the text of a res_ldap.conf."""
    section = re.search(rf"^\[{re.escape(name)}\]$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", section.group(1), re.MULTILINE)) if section else {}


def read_account(text: str) -> Account:
    """The directory account in the text of a res_ldap.conf."""
    options = read_section(text, "_general")
    return Account(options.get("url", "ldapi:///"), options.get("user", ""), options.get("pass", ""))


def state_of(entries: Entries) -> State:
    """What the caches should hold, from the entries of all phones."""
    state: State = {cache: {} for cache in CACHES}
    for _dn, attributes in entries:
        csn = attributes["entryCSN"][0].decode()
        for cache, attribute in CACHES.items():
            for name in attributes.get(attribute, []):
                state[cache][name.decode()] = csn
    return state


def peer_attributes(mapping: Dict[str, str]) -> List[str]:
    """The attributes of a peer that Asterisk reads and does not write, from the section that maps them."""
    return sorted({right for left, right in mapping.items() if left not in WRITTEN | {"additionalFilter"}})


def peers_of(entries: Entries, attributes: Iterable[str]) -> Dict[str, str]:
    """The version of each peer of chan_sip: a digest of what Asterisk reads."""
    peers: Dict[str, str] = {}
    for _dn, found in entries:
        values = [(name, sorted(found.get(name, []))) for name in attributes]
        version = hashlib.sha256(repr(values).encode()).hexdigest()
        peers.update((name.decode(), version) for name in found.get("uid", []))
    return peers


def parse_peers(output: str) -> Set[str]:
    """The names of peers from the directory in what the console prints for `sip show peers`, cut to DUMP_WIDTH."""
    rows = [line[:DUMP_WIDTH] for line in output.splitlines() if line.endswith("Cached RT")]
    # A user name follows behind a slash; in names of phones there is none.
    return {row.split("/")[0].rstrip() for row in rows}


def prune_commands(seen: Optional[Dict[str, str]], stored: Dict[str, str], held: Set[str]) -> List[str]:
    """What to tell Asterisk so that chan_sip forgets peers that changed or are gone; all if none was seen yet.

    *held* are those in its memory. Some of them may never have been seen in the directory: an entry that came and
    went between two looks, or a copy under a name that old releases take for a filter.
    """
    if seen is None:
        return ["sip prune realtime all"]
    changed = {name for name in seen if seen[name] != stored.get(name)}
    strangers = []
    for shown in held:
        names = {shown} & stored.keys()
        if len(shown) >= DUMP_WIDTH:
            names = {name for name in stored if name.startswith(shown)}
        # Not known which version of a new one it holds.
        changed.update(name for name in names if name not in seen)
        if not names and shown not in changed:
            strangers.append(f"^{exactly(shown)}" + ("" if len(shown) >= DUMP_WIDTH else "(/|$)"))
    if len(changed) > EXPIRE_SINGLY:
        return ["sip prune realtime all"]
    # By pattern, since chan_sip may hold several peers of a name, and takes only one of them out by name.
    patterns = [f"^{exactly(name)}$" for name in sorted(changed)] + sorted(strangers)[:EXPIRE_SINGLY]
    return [f'sip prune realtime peer like "{pattern}"' for pattern in patterns]


def exactly(name: str) -> str:
    """A POSIX pattern for a name; without backslash, quote and blank, which the console would take for itself."""
    plain = re.sub(r"[^!-~\x80-\U0010ffff]|[\"^\\]", "\n", name)
    return re.sub(r"[!-,./:-@\[-^`{-~]", r"[\g<0>]", plain).replace("\n", ".")


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

    def find(self, wanted: str, attributes: List[str]) -> Entries:
        """All entries that match a filter; raises ldap.LDAPError when the directory does not answer."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            return self._search(self._connection, wanted, attributes)
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
        self, connection: ldap.ldapobject.SimpleLDAPObject, wanted: str, attributes: List[str]
    ) -> Entries:
        page = SimplePagedResultsControl(True, PAGE, "")
        found: Entries = []
        while True:
            request = connection.search_ext(
                self._people, ldap.SCOPE_SUBTREE, wanted, attributes, serverctrls=[page]
            )
            _type, entries, _id, controls = connection.result3(request)
            found += [(dn, values) for dn, values in entries if dn]
            cookies = [control.cookie for control in controls if control.controlType == page.controlType]
            if not cookies or not cookies[0]:
                return found
            page.cookie = cookies[0]


def look(directory: Directory, state_file: Path, peers: List[str], with_pjsip: bool) -> None:
    """Compare the directory with what was seen last and with what Asterisk holds, tell Asterisk, and remember.

    *peers* are the attributes of chan_sip's peers, none where chan_sip does not serve phones.
    """
    before: State = json.loads(state_file.read_text()) if state_file.exists() else {}
    now: State = {}
    commands: List[str] = []
    if with_pjsip:
        now.update(state_of(directory.find(PHONES, [*CACHES.values(), "entryCSN"])))
    for cache, stored in now.items():
        cached = asterisk(f"sorcery memory cache dump {cache}")
        if cached is None:
            return
        commands += console_commands(cache, outdated(parse_dump(cached), before.get(cache, {}), stored))
    if peers:
        shown = asterisk("sip show peers")
        if shown is None:
            return
        now[CHAN_SIP] = peers_of(directory.find(PEERS, peers), peers)
        commands += prune_commands(before.get(CHAN_SIP), now[CHAN_SIP], parse_peers(shown))
    for command in commands:
        if asterisk(command) is None:
            return
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
    parser.add_argument(
        "--stacks", nargs="+", choices=["pjsip", CHAN_SIP], default=["pjsip"], help="what serves phones"
    )
    arguments = parser.parse_args()
    settings = RES_LDAP.read_text(encoding="utf-8")
    directory = Directory(read_account(settings), arguments.people)
    peers = peer_attributes(read_section(settings, PEERS_SECTION)) if CHAN_SIP in arguments.stacks else []
    said = ""
    while True:
        started = time.monotonic()
        try:
            look(directory, arguments.state, peers, "pjsip" in arguments.stacks)
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
