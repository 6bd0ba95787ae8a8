# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of python-ldap as one sentence for the user.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import socket
import typing as t
from urllib.parse import urlsplit

from ..._module import ModuleError

# What python-ldap raises: its own exceptions, and those of Python for values that it cannot encode.
LDAP_ERRORS: tuple[type[Exception], ...]

try:
    import ldap
except ImportError:
    # connect() reports this before any function here is called.
    LDAP_ERRORS = (ValueError, TypeError)
else:
    LDAP_ERRORS = (ldap.LDAPError, ValueError, TypeError)

# RFC 4511, 4.1.9: the result codes that callers distinguish.
SIZE_LIMIT_EXCEEDED = 4
NO_SUCH_ATTRIBUTE = 16
INAPPROPRIATE_MATCHING = 18
CONSTRAINT_VIOLATION = 19
INVALID_SYNTAX = 21
NO_SUCH_OBJECT = 32
ALREADY_EXISTS = 68

REFERRAL = 10
UNAVAILABLE_CRITICAL_EXTENSION = 12

# What to do about a result code whose name does not say it.
_CURES = {
    3: "raise the time limit (olcLimits, olcTimeLimit) of this account",
    SIZE_LIMIT_EXCEEDED: "raise the size limit (olcLimits, olcSizeLimit) of this account",
    8: "use start_tls or ldaps://, or bind with an account",
    REFERRAL: "use the server that it names",
    13: "use start_tls or ldaps://",
    50: "bind with an account that may do this, or change the access rules (olcAccess)",
    53: "see the log of the server for the reason",
}


class ServerUnavailable(ModuleError):
    """The server does not answer, or python-ldap is not installed. On a bare host, both are expected."""


class ServerError(ModuleError):
    """The server refused an operation, or was lost; *code* is the LDAP result code, *words* the reason."""

    def __init__(self, sentence: str, code: int, words: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.words = words

    def clause(self) -> str:
        """Return the reason as a clause, for a sentence that begins with the option or file at fault."""
        if self.code < 0:
            return f"{self.words}, so it is not known whether this was changed"
        return f"slapd refuses it, {self.words} (its log may have details)"


# Exceptions of python-ldap before 3.3 have no number: their names, with the numbers of RFC 4511 (appendix A) and of
# RFC 4370, 5805 and libldap.
_RESULT_CODES = {
    "OPERATIONS_ERROR": 1,
    "PROTOCOL_ERROR": 2,
    "TIMELIMIT_EXCEEDED": 3,
    "SIZELIMIT_EXCEEDED": 4,
    "STRONG_AUTH_NOT_SUPPORTED": 7,
    "STRONG_AUTH_REQUIRED": 8,
    "REFERRAL": 10,
    "ADMINLIMIT_EXCEEDED": 11,
    "UNAVAILABLE_CRITICAL_EXTENSION": 12,
    "CONFIDENTIALITY_REQUIRED": 13,
    "SASL_BIND_IN_PROGRESS": 14,
    "NO_SUCH_ATTRIBUTE": 16,
    "UNDEFINED_TYPE": 17,
    "INAPPROPRIATE_MATCHING": 18,
    "CONSTRAINT_VIOLATION": 19,
    "TYPE_OR_VALUE_EXISTS": 20,
    "INVALID_SYNTAX": 21,
    "NO_SUCH_OBJECT": 32,
    "ALIAS_PROBLEM": 33,
    "INVALID_DN_SYNTAX": 34,
    "ALIAS_DEREF_PROBLEM": 36,
    "INAPPROPRIATE_AUTH": 48,
    "INVALID_CREDENTIALS": 49,
    "INSUFFICIENT_ACCESS": 50,
    "BUSY": 51,
    "UNAVAILABLE": 52,
    "UNWILLING_TO_PERFORM": 53,
    "LOOP_DETECT": 54,
    "NAMING_VIOLATION": 64,
    "OBJECT_CLASS_VIOLATION": 65,
    "NOT_ALLOWED_ON_NONLEAF": 66,
    "NOT_ALLOWED_ON_RDN": 67,
    "ALREADY_EXISTS": 68,
    "NO_OBJECT_CLASS_MODS": 69,
    "AFFECTS_MULTIPLE_DSAS": 71,
    "OTHER": 80,
    "SERVER_DOWN": -1,
    "TIMEOUT": -5,
    "CONNECT_ERROR": -11,
    "CANCELLED": 118,
    "NO_SUCH_OPERATION": 119,
    "TOO_LATE": 120,
    "CANNOT_CANCEL": 121,
    "ASSERTION_FAILED": 122,
    "PROXIED_AUTHORIZATION_DENIED": 123,
}


def result_code(error: Exception) -> int:
    """Return the LDAP result code of an exception of python-ldap, or -1 if it has none."""
    info = _info(error)
    named = _RESULT_CODES.get(type(error).__name__, -1)
    return int(info.get("result", getattr(type(error), "errnum", named)))


def server_words(error: Exception) -> str:
    """Return the server's message, for example "Undefined attribute type (17): foo: type undefined"."""
    info = _info(error)
    words = str(info.get("desc") or error or type(error).__name__)
    code = result_code(error)
    if code > 0:
        words += f" ({code})"
    detail = " ".join(str(info.get("info") or "").split())
    return f"{words}: {detail}" if detail else words


def _info(error: Exception) -> dict[str, t.Any]:
    return error.args[0] if error.args and isinstance(error.args[0], dict) else {}


def is_lost(error: Exception) -> bool:
    """Return whether the connection was closed, or a response did not come in time."""
    return isinstance(error, (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT))


def to_error(error: Exception, action: str, uri: str) -> ServerError:
    """Return the error for an exception of python-ldap during *action*, such as "add the entry 'x'"."""
    words = server_words(error)
    code = result_code(error)
    if is_lost(error):
        lost = f"{uri} closed the connection or did not answer in time ({words})"
        sentence = f"The LDAP server {lost} during an attempt to {action}; check its log, then run again."
        return ServerError(sentence, code, lost)
    if isinstance(error, ldap.FILTER_ERROR):
        return ServerError(
            f"The filter is not valid, so the module cannot {action}; see RFC 4515.", code, words
        )
    if not isinstance(error, ldap.LDAPError):
        return ServerError(
            f"The module cannot {action}, because a value cannot be sent: {words}.", code, words
        )
    cure = f"; {_CURES[code]}" if code in _CURES else ""
    return ServerError(f"The LDAP server refused to {action}: {words}{cure}.", code, words)


def to_connect_error(error: Exception, params: t.Mapping[str, t.Any]) -> ModuleError:
    """Return the error for an exception of python-ldap while connecting and binding."""
    uri, words = params["server_uri"], server_words(error)
    if result_code(error) < 0:
        unreachable, bare = _why_unreachable(uri, params["timeout"])
        if unreachable:
            sentence = (
                f"The LDAP server {uri} cannot be reached: {unreachable}; "
                "check server_uri, and that slapd is running."
            )
            return ServerUnavailable(sentence) if bare else ServerError(sentence, result_code(error), words)
    if isinstance(error, ldap.TIMEOUT):
        sentence = (
            f"The LDAP server {uri} was reached, but did not answer within {params['timeout']} s; "
            "check server_uri and the log of the server, or raise timeout."
        )
        return ServerError(sentence, result_code(error), words)
    if is_lost(error):
        sentence = (
            f"The LDAP server {uri} was reached, but TLS failed ({words}); check that ca_path trusts the server's "
            "certificate, that the certificate is valid for the host in server_uri, client_cert, and start_tls."
            if params["start_tls"] or uri.startswith("ldaps:")
            else f"The LDAP server {uri} was reached, but closed the connection ({words}); check its log."
        )
        return ServerError(sentence, result_code(error), words)
    sasl = f"SASL {params['sasl_class'].upper()}"
    who = params["bind_dn"] or (sasl if params["bind_dn"] is None else "an anonymous client")
    hint = (
        "check bind_dn and bind_pw"
        if params["bind_dn"]
        else "use server_uri ldapi:/// as root, or give bind_dn and bind_pw"
    )
    sentence = f"The LDAP server {uri} refused the bind of {who}: {words}; {hint}."
    return ServerError(sentence, result_code(error), words)


def _why_unreachable(uri: str, timeout: int) -> tuple[str, bool]:
    """Return why none of the servers in the URI accepts a connection, or an empty text; libldap does not say it.

    The second value is whether nothing listens there, as on a bare host.
    """
    reason, bare = "", True
    for each in uri.split():
        url = urlsplit(each)
        if url.scheme == "ldapi":
            reason = "nothing listens at this socket"
            continue
        try:
            port = url.port or (636 if url.scheme == "ldaps" else 389)
            with socket.create_connection((url.hostname or "localhost", port), timeout):
                return "", False
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "strerror", None) or error)
            bare = bare and isinstance(error, ConnectionRefusedError)
    return reason, bare


def check_tls_files(params: t.Mapping[str, t.Any]) -> None:
    """Raise ModuleError for a file that cannot be read, ServerUnavailable for one that an earlier task may create."""
    for option in ("ca_path", "client_cert", "client_key"):
        path = params[option]
        if path is None:
            continue
        try:
            with open(path, "rb") as stream:
                has_pem = b"-----BEGIN " in stream.read()
        except OSError as error:
            kind = ServerUnavailable if isinstance(error, FileNotFoundError) else ModuleError
            raise kind(
                f"{option}: the file {path} cannot be read ({os.strerror(error.errno or 0)}); "
                "it is a file on the host that connects: create it first."
            ) from error
        if not has_pem:
            raise ModuleError(
                f"{option}: the file {path} is not in PEM format; convert it, or give another one."
            )
