# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a level of the directory in other processes, while this one is still reading what is wanted.

Turning answers into Python objects holds the interpreter's lock, so a thread would win nothing. Whatever goes
wrong in them is no failure: what they did not bring is read again in the usual way.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import itertools
import marshal
import os
import queue
import struct
import threading
import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.connection import (
    Connection,
    assume_bare,
    connect,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.dn import DnError, split_dn
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.packed import Packed, Part, Shares
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.read import Incomplete, search_all
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.wishes import Want, attributes_to_read
from ansible_collections.switchboard.pbx.plugins.module_utils._module import Fault, QuietModule

# So many entries of one parent are worth another process; see also read.FEW.
MANY = 500
# So many attributes are worth a second one.
WIDE = 16
_PARCEL = 250
_LENGTH = struct.Struct("!Q")


class Gathered(t.NamedTuple):
    """All that is wanted, the connection (None on a bare host in check mode), and what is read ahead."""

    wants: list[Want]
    connection: Connection | None
    ahead: Ahead | None


def gather(wants: t.Iterable[Want], module: QuietModule) -> Gathered:
    """Read what is wanted and connect. Raises Fault: what is wrong with the wants first, then with the server."""
    params = module.params
    rest = iter(wants)
    given = list(itertools.islice(rest, MANY))
    connection: Connection | None = None
    problem: Fault | None = None
    ahead = None
    parent = _common_parent(given) if len(given) == MANY else None
    if parent is not None:
        try:
            # First here, so that a wrong password is tried once and not twice.
            connection = connect(params)
        except Fault as fault:
            problem = fault
        else:
            ahead = Ahead(params, parent, attributes_to_read(given))
    given.extend(rest)
    if connection is None:
        try:
            connection = _connect_unless(problem, params)
        except Fault as fault:
            assume_bare(fault, module.check_mode, module.warn)
    return Gathered(given, connection, ahead)


def _connect_unless(problem: Fault | None, params: t.Mapping[str, t.Any]) -> Connection:
    if problem is not None:
        raise problem
    return connect(params)


def _common_parent(wants: t.Iterable[Want]) -> str | None:
    """Return the DN above all of them if there is one such, as written."""
    try:
        parents = {split_dn(want.dn)[1] for want in wants}
    except DnError:
        # wishes.checked() tells what is wrong with the DN.
        return None
    return parents.pop() if len(parents) == 1 else None


class Ahead:
    """The entries right below *parent* with these attributes, read by processes of their own.

    *params* are the options of the connection. Used at most once.
    """

    def __init__(self, params: t.Mapping[str, t.Any], parent: str, attributes: list[str]) -> None:
        self._parent = parent
        self._attributes = attributes
        # What libldap takes to turn an entry into objects grows with the square of its attributes.
        count = 2 if len(attributes) >= WIDE else 1
        self._shares = Shares(attributes, count)
        self._readers = [_Reader(params, parent, self._shares, number) for number in range(count)]

    def covers(self, parent: str, attributes: t.Sequence[str] | None, subschema: Subschema) -> bool:
        """Say whether what is read ahead is that level, with at least these attributes (canonical names)."""
        asked = {subschema.canonical(name) for name in self._attributes}
        return parent == self._parent and attributes is not None and asked.issuperset(attributes)

    def entries(self) -> t.Iterator[tuple[str, Packed]]:
        """Yield the entries. Raises Incomplete if the other processes did not bring them all, and all the same."""
        shares = self._shares
        for parcels in itertools.zip_longest(
            *[reader.parcels() for reader in self._readers], fillvalue=([], [])
        ):
            dns = parcels[0][0]
            if any(other != dns for other, _parts in parcels):
                # An entry came or went between the two searches.
                raise Incomplete
            for dn, parts in zip(dns, zip(*[parts for _dns, parts in parcels])):
                yield dn, Packed(shares, parts)


_Parcel = t.Tuple[t.List[str], t.List[Part]]


class _Reader:
    """A process that reads one share of the attributes of a level."""

    def __init__(self, params: t.Mapping[str, t.Any], parent: str, shares: Shares, number: int) -> None:
        receiver, sender = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(receiver)
            _serve(params, parent, (shares, number), sender)
        os.close(sender)
        self._pipe = os.fdopen(receiver, "rb")

    def parcels(self) -> t.Iterator[_Parcel]:
        """Yield DNs and the part of each of these entries. Raises Incomplete if the process did not bring them all."""
        with self._pipe as pipe:
            while True:
                header = pipe.read(_LENGTH.size)
                parcel = pipe.read(_LENGTH.unpack(header)[0]) if len(header) == _LENGTH.size else b""
                try:
                    found = marshal.loads(parcel)  # noqa: S302  written by our own child
                except (EOFError, ValueError, TypeError) as error:
                    raise Incomplete from error
                if not found[0]:
                    break
                yield found
        os.waitpid(self._process, 0)


def _serve(params: t.Mapping[str, t.Any], parent: str, share: tuple[Shares, int], sender: int) -> t.NoReturn:
    """Be the other process: read, and write parcels of entries, an empty one last."""
    try:
        # Nobody shall wait for this process because it holds the module's own output open.
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        # Written by a thread, so that reading goes on while the receiver is busy with other things.
        parcels: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        writer = threading.Thread(target=_write, args=(parcels, sender))
        writer.start()
        shares, number = share
        found = search_all(connect(params), parent, "one", attributes=shares.names[number])
        while True:
            entries = list(itertools.islice(found, _PARCEL))
            parcel = [dn for dn, _values in entries], [shares.pack(number, values) for _dn, values in entries]
            parcels.put(marshal.dumps(parcel))
            if not entries:
                break
        parcels.put(None)
        writer.join()
    finally:
        # Without what the parent has to do at its exit; it sees by what is missing that something failed.
        os._exit(0)


def _write(parcels: queue.SimpleQueue[bytes | None], sender: int) -> None:
    try:
        with os.fdopen(sender, "wb") as pipe:
            for parcel in iter(parcels.get, None):
                pipe.write(_LENGTH.pack(len(parcel)) + parcel)
                pipe.flush()
    except OSError:
        # The receiver is gone or does not want more.
        os._exit(0)
