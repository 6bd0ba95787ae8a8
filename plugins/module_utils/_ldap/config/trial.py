# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try a change on a private copy of cn=config, with the program of the running slapd, before it is made.

A running slapd accepts changes with which it does not start again: it has read its schemas before a new module, but
it starts with the modules, and ends if a schema repeats one of their definitions.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import struct
import tempfile
import typing as t

from ..._module import RunCommand
from ..client.connection import MOD_ADD, MOD_REPLACE, Connection
from ..client.execute import has_transactions
from ..client.operations import Add, Modify
from ..syntax.attributes import Attributes
from .backup import dump
from .state import module_name
from .values import ORDER_PREFIX, redact_value

Row = t.Tuple[str, Attributes]
Change = t.Union[Add, Modify]

# Of the copy, so that the trial neither writes to the log of the server nor needs it.
_NOT_COPIED = frozenset({"olclogfile"})
_DEFINITIONS = ("olcattributetypes", "olcobjectclasses")

# How slapadd and slaptest name the entry and their reason; the first line of the output has the details of some.
_COMPLAINT = re.compile(
    r'(?:could not add entry dn="(?P<added>.*)" \(line=\d+\)|config error processing (?P<read>.*?)): (?P<words>.*)'
)
_PREFIX = re.compile(
    r"(?:[0-9a-f.]{8,} (?:0x[0-9a-f]+ )?)?(?:cn=config ?: line \d+: )?(?:(olc\w+): value #\d+: )?(?:\1:? )?"
)
_DUPLICATE = re.compile(r'Duplicate \w+: "([^"]+)"')

# Definitions of OpenLDAP's modules outside of cn=config, by the beginning of their OIDs (2.5 and 2.6).
_OIDS_OF_MODULES = {
    "accesslog": ("1.3.6.1.4.1.4203.666.11.5.",),
    "autoca": ("1.3.6.1.4.1.4203.666.11.11.",),
    "dynlist": ("1.2.840.113556.1.2.102",),
    "lastbind": ("1.3.6.1.4.1.453.16.2.188",),
    "memberof": ("1.2.840.113556.1.2.102",),
    "otp": ("1.3.6.1.4.1.5427.1.389.4226.",),
    "ppolicy": ("1.3.6.1.4.1.42.2.27.8.", "1.3.6.1.4.1.4754."),
}


class Complaint(t.NamedTuple):
    """A problem with cn=config: the DN of the entry, and a clause such as "slapd refuses it, …"."""

    dn: str
    words: str


class Slapd(t.NamedTuple):
    """The program of the running slapd and its root directory, which is not / in a container."""

    root: str
    program: str


def complaint_about(connection: Connection, changes: t.Sequence[Change], run: RunCommand) -> Complaint | None:
    """Return what is wrong with the changes, or None.

    Where slapd is not on this host, only schemas that repeat definitions of a new module are found.
    """
    slapd = _slapd_of(connection)
    if slapd is not None:
        rows = connection.search("cn=config", attributes=["*", "+"])
        output = _try(slapd, changed(rows, changes), run)
        # A copy that is refused even without the change says nothing about it.
        if not output or not _try(slapd, rows, run):
            return parse_complaint(output, changed(rows, changes)) if output else None
    modules = _new_modules(changes) & _OIDS_OF_MODULES.keys()
    if "ppolicy" in modules and not has_transactions(connection):
        # OpenLDAP 2.4 takes these definitions from a schema.
        modules.discard("ppolicy")
    return repeated_definition(connection.search("cn=schema,cn=config", "one"), modules) if modules else None


def _new_modules(changes: t.Iterable[Change]) -> set[str]:
    """Return the names of the modules that the changes load."""
    values: list[bytes] = []
    for change in changes:
        if isinstance(change, Add):
            values += change.attributes.get("olcModuleLoad", [])
        else:
            for _operation, attribute, of_change in change.changes:
                values += of_change or [] if attribute == "olcModuleLoad" else []
    return {module_name(value.decode()) for value in values}


def _slapd_of(connection: Connection) -> Slapd | None:
    """Return the slapd at the other end of a local socket, or None if its files cannot be reached."""
    if not connection.uri.startswith("ldapi:"):
        return None
    size = struct.calcsize("3i")
    try:
        with contextlib.closing(socket.socket(fileno=os.dup(connection.handle.fileno()))) as peer:
            process = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[0]
        program, root = os.readlink(f"/proc/{process}/exe"), os.readlink(f"/proc/{process}/root")
        if root != "/" and program.startswith(root):
            program = program[len(root) :]
        same = os.path.samefile(f"/proc/{process}/root", "/")
    except (OSError, AttributeError):
        return None
    if os.path.basename(program) != "slapd":
        return None
    return Slapd("" if same else f"/proc/{process}/root", program)


def _try(slapd: Slapd, rows: t.Iterable[Row], run: RunCommand) -> str:
    """Return the output of slapd if it does not accept cn=config, otherwise an empty text."""
    # The copy contains passwords; only its owner can read the directory.
    usual = tempfile.gettempdir()
    directory = tempfile.mkdtemp(prefix="cn-config-", dir=slapd.root + usual)
    try:
        inside = directory[len(slapd.root) :]
        for name in ("slapd.d", "data"):
            os.mkdir(f"{directory}/{name}", 0o700)
        with open(f"{directory}/config.ldif", "w", encoding="utf-8") as stream:
            stream.write(dump(_without_live_files(rows, f"{inside}/data")))
        tool = [*(["chroot", slapd.root] if slapd.root else []), slapd.program, "-T"]
        copy = ["-F", f"{inside}/slapd.d"]
        status, out, err = run([*tool, "add", "-q", "-n", "0", *copy, "-l", f"{inside}/config.ldif"])
        if status == 0:
            status, out, err = run([*tool, "test", "-u", *copy])
        return (err + out).replace(f"{inside}/slapd.d", "cn=config") if status else ""
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _without_live_files(rows: t.Iterable[Row], data: str) -> t.Iterator[Row]:
    """Yield the entries with all databases in the directory *data*."""
    for dn, attributes in rows:
        kept = {name: values for name, values in attributes.items() if name.lower() not in _NOT_COPIED}
        for name in kept:
            if name.lower() == "olcdbdirectory":
                kept[name] = [data.encode()]
        yield dn, kept


def changed(rows: t.Iterable[Row], changes: t.Iterable[Change]) -> list[Row]:
    """Return the entries of cn=config as they are after the changes."""
    entries = {dn.lower(): (dn, dict(attributes)) for dn, attributes in rows}
    renamed: dict[str, str] = {}
    for change in changes:
        rdn, _comma, parent = change.dn.partition(",")
        dn = f"{rdn},{renamed.get(parent, parent)}" if parent else rdn
        if isinstance(change, Add):
            if re.match(r"olcDatabase=[^{]", rdn):
                # slapadd numbers it as well, but would not find it as the parent of an overlay.
                number = sum(each.startswith("olcdatabase=") for each in entries if each.count(",") == 1) - 1
                dn = renamed[change.dn] = dn.replace("=", f"={{{number}}}", 1)
            entries[dn.lower()] = dn, {name: list(values) for name, values in change.attributes.items()}
            continue
        attributes = entries.setdefault(dn.lower(), (dn, {}))[1]
        for operation, attribute, values in change.changes:
            name = next((each for each in attributes if each.lower() == attribute.lower()), attribute)
            current = [] if operation == MOD_REPLACE else attributes.get(name, [])
            if operation in (MOD_ADD, MOD_REPLACE):
                current = _numbered([*current, *(values or [])])
            else:
                current = [each for each in current if values is not None and each not in values]
            attributes[name] = current
    return [
        (dn, {name: values for name, values in of_dn.items() if values}) for dn, of_dn in entries.values()
    ]


def _numbered(values: t.Sequence[bytes]) -> list[bytes]:
    """Return values in the order of their prefixes; if some have one, those without are the last."""
    prefixes = [ORDER_PREFIX.match(value.decode("utf-8", "replace")) for value in values]
    if not any(prefixes):
        return list(values)
    numbers = [int(prefix.group(1)) if prefix else len(values) for prefix in prefixes]
    texts = [value[prefix.end() :] if prefix else value for prefix, value in zip(prefixes, values)]
    in_order = [text for _number, text in sorted(zip(numbers, texts), key=lambda pair: pair[0])]
    return [b"{%d}%s" % pair for pair in enumerate(in_order)]


def parse_complaint(output: str, rows: t.Iterable[Row]) -> Complaint:
    """Return the entry and the reason in the output of slapadd or slaptest."""
    found = _COMPLAINT.search(output)
    dn = (found.group("added") or found.group("read")) if found else ""
    duplicate = _DUPLICATE.search(output)
    if duplicate:
        return _repeated(dn, duplicate.group(1), _name_of(duplicate.group(1), rows))
    words = found.group("words").strip() if found else ""
    if not words or "handler exited" in words:
        attribute = re.search(r"<(olc\w+)>", words)
        details = _PREFIX.sub("", output.partition("\n")[0], count=1)
        words = f"{attribute.group(1)}: {details}" if attribute else details
    words = redact_value("", words.rstrip(".!")) or "without a reason"
    return Complaint(dn, f"slapd refuses it, {words}")


def repeated_definition(schemas: t.Iterable[Row], modules: t.Iterable[str]) -> Complaint | None:
    """Return a complaint if a schema repeats a definition of one of the modules."""
    prefixes = tuple(prefix for module in modules for prefix in _OIDS_OF_MODULES[module])
    for dn, attributes in schemas:
        for oid, name in _definitions(attributes):
            if oid.startswith(prefixes):
                return _repeated(dn, oid, name)
    return None


def _repeated(dn: str, oid: str, name: str) -> Complaint:
    schema = re.sub(r"\{\d+\}", "", dn.partition(",")[0].partition("=")[2])
    words = (
        f"slapd would not start again, because the schema {schema} repeats {name} ({oid}), which a module of slapd "
        f"defines itself; remove {name} from the schema ({dn}), or do without the module"
    )
    return Complaint(dn, words)


def _name_of(oid: str, rows: t.Iterable[Row]) -> str:
    return next((name for _dn, of_dn in rows for each, name in _definitions(of_dn) if each == oid), oid)


def _definitions(attributes: Attributes) -> t.Iterator[tuple[str, str]]:
    """Yield OID and first name of each definition in a schema entry."""
    for attribute, values in attributes.items():
        if attribute.lower() in _DEFINITIONS:
            for value in values:
                found = re.match(rb"(?:\{\d+\})?\(\s*(\S+)\s+NAME\s+\(?\s*'([^']*)'", value)
                if found:
                    yield found.group(1).decode(), found.group(2).decode("utf-8", "replace")
