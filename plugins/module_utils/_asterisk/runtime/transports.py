# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module asterisk_transports: certificates of SIP transports, and whether Asterisk listens on each.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import ipaddress
import os
import pwd
import re
import shutil
import ssl
import sys
import time
import typing as t
from contextlib import contextmanager, suppress

from ..._module import ModuleError, RedactingModule, RunCommand
from ..config.pending_reloads import load_pending
from . import cli_parsers
from .console import Console, make_runner

# Options of a transport with a file of OpenSSL, and what it contains.
TLS_FILES = {"cert_file": "certificate", "priv_key_file": "key", "ca_list_file": "CA certificates"}
# The kernel's number for a socket that accepts connections or datagrams.
LISTENING = {"tcp": "0A", "udp": "07"}
POLL_SECONDS = 0.5

Transport = t.Mapping[str, t.Any]


class Socket(t.NamedTuple):
    """A socket on which Asterisk listens: protocol of the kernel, IP address, port and inode."""

    protocol: str
    address: str
    port: int
    inode: str


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Check the transports and return the module's result; ModuleError for the first that cannot work."""
    params = module.params
    with acting_as(params["user"]):
        for transport in params["transports"]:
            check_files(transport, params["user"], module.run_command)
    if params["listening"] and not module.check_mode:
        console = Console(params["binary"], params["timeout"], make_runner(module.run_command))
        silent = wait_until_listening(console, params["transports"], params["timeout"])
        if silent and load_pending(params["pending_file"]).restart:
            module.warn(f"{_names(silent)} will not listen before the pending restart of Asterisk.")
        elif silent:
            raise ModuleError(
                f"Asterisk does not listen on {_names(silent)}; look for the reason in Asterisk's log, "
                "and correct bind, the certificate or, for ws and wss, http.conf."
            )
    return {"changed": False}


def _names(transports: t.Sequence[Transport]) -> str:
    named = [f"{item['name']} ({item['protocol']}, {item['bind']})" for item in transports]
    return f"the transport{'s' if len(named) > 1 else ''} {' and '.join(named)}"


@contextmanager
def acting_as(user: str) -> t.Iterator[None]:
    """Access files with the permissions of *user* within the block, if this process is root and the user exists."""
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        account = None
    if account is None or os.geteuid() != 0:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups(os.getgrouplist(user, account.pw_gid))
    os.setegid(account.pw_gid)
    os.seteuid(account.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def check_files(transport: Transport, user: str, run_command: RunCommand) -> None:
    """Raise ModuleError if the files of a TLS transport are missing, unreadable, invalid, expired or do not match."""
    if transport["protocol"] != "tls":
        return
    name = transport["name"]
    for option in ("cert_file", "priv_key_file"):
        if not transport.get(option):
            raise ModuleError(f"The transport {name} has no {option}; TLS needs a certificate and its key.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for option, content in TLS_FILES.items():
        path = transport.get(option)
        if path:
            _check_readable(name, option, content, path, user)
    certificate, key = transport["cert_file"], transport["priv_key_file"]
    authorities = transport.get("ca_list_file")
    try:
        # Without a password, because Asterisk has none either.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or "not PEM, or encrypted"
        raise ModuleError(
            f"The transport {name} cannot use {certificate} with {key} ({reason}); "
            "give a certificate and the unencrypted key that belongs to it, both in PEM."
        ) from error
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except ssl.SSLError as error:
            raise ModuleError(
                f"The transport {name} cannot use {authorities} ({error.reason}); give CA certificates in PEM."
            ) from error
    _check_dates(name, certificate, run_command)


def _check_readable(name: str, option: str, content: str, path: str, user: str) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise ModuleError(
            f"The {content} of the transport {name}, {path}, cannot be read by {user} ({error.strerror}); "
            f"install it with permission for {user}, or correct {option}."
        ) from error


def _check_dates(name: str, certificate: str, run_command: RunCommand) -> None:
    if not shutil.which("openssl"):
        return
    _code, output, _errors = run_command(["openssl", "x509", "-noout", "-dates", "-in", certificate])
    dates = dict(re.findall(r"^(notBefore|notAfter)=(.*)$", output, re.MULTILINE))
    if len(dates) < 2:
        return
    if ssl.cert_time_to_seconds(dates["notBefore"]) > time.time():
        raise ModuleError(
            f"The certificate of the transport {name}, {certificate}, is valid only from {dates['notBefore']}; "
            "correct the clock of the host or install another certificate."
        )
    if ssl.cert_time_to_seconds(dates["notAfter"]) <= time.time():
        raise ModuleError(
            f"The certificate of the transport {name}, {certificate}, expired on {dates['notAfter']}; renew it."
        )


def wait_until_listening(
    console: Console, transports: t.Sequence[Transport], seconds: float
) -> list[Transport]:
    """Wait until Asterisk listens on every transport, and return those on which it does not."""
    deadline = time.monotonic() + seconds
    while True:
        inodes = sockets_of("asterisk")
        sockets = [socket for socket in listening_sockets() if socket.inode in inodes]
        http = cli_parsers.http_servers(console.run("http show status")) if _use_http(transports) else set()
        silent = [transport for transport in transports if not listens(transport, sockets, http)]
        if not silent or time.monotonic() > deadline:
            return silent
        time.sleep(POLL_SECONDS)


def _use_http(transports: t.Sequence[Transport]) -> bool:
    return any(transport["protocol"] in ("ws", "wss") for transport in transports)


def listens(transport: Transport, sockets: t.Iterable[Socket], http: t.Container[str]) -> bool:
    """Return whether the transport is among the *sockets*, or that of its *http* server, which has its own address."""
    protocol = transport["protocol"]
    if protocol in ("ws", "wss"):
        return protocol in http
    address, port = parse_bind(transport["bind"], 5061 if protocol == "tls" else 5060)
    kernel = "udp" if protocol == "udp" else "tcp"
    return any(
        (socket.protocol, socket.port) == (kernel, port) and address in (socket.address, "")
        for socket in sockets
    )


def parse_bind(bind: str, standard: int) -> tuple[str, int]:
    """Return the address of C(bind), empty for a host name, and the port, *standard* if there is none."""
    host, port = bind, standard
    match = re.fullmatch(r"(\[.*\]|[^:]*):(\d+)", bind)
    if match:
        host, port = match[1], int(match[2])
    try:
        return str(ipaddress.ip_address(host.strip("[]"))), port
    except ValueError:
        return "", port


def sockets_of(program: str, proc: str = "/proc") -> set[str]:
    """Return the inodes of the sockets that processes of a program have open."""
    inodes = set()
    for pid in filter(str.isdigit, os.listdir(proc)):
        try:
            with open(f"{proc}/{pid}/comm", encoding="utf-8", errors="replace") as file:
                if file.read().strip() != program:
                    continue
            names = os.listdir(f"{proc}/{pid}/fd")
        except OSError:
            # The process is gone.
            continue
        for name in names:
            with suppress(OSError):
                link = os.readlink(f"{proc}/{pid}/fd/{name}")
                if link.startswith("socket:["):
                    inodes.add(link[len("socket:[") : -1])
    return inodes


def listening_sockets(proc: str = "/proc") -> list[Socket]:
    """Return all sockets that accept connections or datagrams, from the kernel's tables."""
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        try:
            with open(f"{proc}/net/{table}", encoding="ascii") as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            # The kernel has no IPv6.
            continue
        protocol = table[:3]
        for row in rows:
            if row[3] == LISTENING[protocol]:
                address, _colon, port = row[1].partition(":")
                found.append(Socket(protocol, decode_address(address), int(port, 16), row[9]))
    return found


def decode_address(text: str) -> str:
    """Return an address in the kernel's notation, hexadecimal words in the host's byte order, as usual."""
    words = [bytes.fromhex(text[start : start + 8]) for start in range(0, len(text), 8)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return str(ipaddress.ip_address(b"".join(words)))
