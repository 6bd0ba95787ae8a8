# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare cached phones with the directory, and build the console commands that expire outdated ones."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Dict, Iterable, List, Mapping, Optional, Set, Tuple

# For each cache, the attribute that names its objects in res_ldap.conf.
CACHES = {
    "switchboard_endpoint": "AstPJSIPAuthUser",
    "switchboard_auth": "AstPJSIPAuth",
    "switchboard_aor": "AstPJSIPAors",
}
# The fields of chan_sip's peers that Asterisk writes.
WRITTEN_FIELDS = frozenset(
    ("ipaddr", "port", "regseconds", "defaultuser", "fullcontact", "regserver", "useragent", "lastms")
)
# The key of chan_sip's peers in the state.
CHAN_SIP = "chan_sip"
# The console truncates names to this many characters.
CONSOLE_WIDTH = 25
# With more changes than this, the whole cache is emptied: a console call takes about 20 ms.
MAX_SINGLE_EXPIRES = 50

# Cache, name of an object in it -> its version
State = Dict[str, Dict[str, str]]
Entries = List[Tuple[str, Dict[str, List[bytes]]]]


def decode(value: bytes) -> str:
    """Return text as the console's output is decoded, whatever bytes it contains."""
    return value.decode("utf-8", "surrogateescape")


def parse_state(text: str) -> State:
    """Return the state in the text of its file; empty if it is damaged, which expires all phones once."""
    try:
        state = json.loads(text)
        if all(isinstance(version, str) for names in state.values() for version in names.values()):
            return dict(state)
    except (ValueError, AttributeError):
        pass
    return {}


def state_of(entries: Entries) -> State:
    """Return the objects that the caches should hold, with their versions, from the entries of all phones."""
    state: State = {cache: {} for cache in CACHES}
    for _dn, attributes in entries:
        # A server other than slapd may have only the second; without either, the phone is expired at each poll.
        versions = attributes.get("entryCSN") or attributes.get("modifyTimestamp") or []
        for cache, attribute in CACHES.items():
            for name in attributes.get(attribute, []) if versions else []:
                state[cache][decode(name)] = decode(versions[0])
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
        peers.update((decode(name), version) for name in entry.get("uid", []))
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
    # The console ends a name at a quote and interprets a backslash.
    if names is None or any(re.search(r'["\\\x00-\x1f]', name) for name in names):
        return [f"sorcery memory cache expire {cache}"]
    return [f'sorcery memory cache expire {cache} "{name}"' for name in names]
