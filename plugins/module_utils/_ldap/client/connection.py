# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to an LDAP server: open, bind, and translate errors into messages.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import sys
import typing as t

from ..._module import ModuleError
from ..syntax.attributes import Attributes

try:
    import ldap
    import ldap.sasl
except ImportError as reason:
    IMPORT_ERROR: ImportError | None = reason
else:
    IMPORT_ERROR = None


Change = t.Tuple[int, str, t.Optional[t.List[bytes]]]

# RFC 4511, 4.1.9: the result codes that callers distinguish.
SIZE_LIMIT_EXCEEDED = 4
CONSTRAINT_VIOLATION = 19
NO_SUCH_OBJECT = 32
ALREADY_EXISTS = 68

# RFC 4511, 4.6: the operations of a modification.
MOD_ADD, MOD_DELETE, MOD_REPLACE = 0, 1, 2


class ServerUnavailable(ModuleError):
    """There is no server, or no python-ldap to connect with; both are expected on a bare host."""


class ServerError(ModuleError):
    """The server refused an operation; *code* is the LDAP result code, *words* its diagnostic message."""

    def __init__(self, sentence: str, code: int, words: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.words = words


def connection_argument_spec() -> dict[str, t.Any]:
    """Return the connection options of every LDAP module, documented in the doc fragment ldap."""
    return {
        "server_uri": {"type": "str", "default": "ldapi:///"},
        "bind_dn": {"type": "str"},
        "bind_pw": {"type": "str", "no_log": True},
        "start_tls": {"type": "bool", "default": False},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path"},
        "sasl_class": {"type": "str", "choices": ["external", "gssapi"], "default": "external"},
        "timeout": {"type": "int", "default": 30},
    }


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
    info = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    named = _RESULT_CODES.get(type(error).__name__, -1)
    code = info.get("result", getattr(type(error), "errnum", named))
    return int(code)


def server_words(error: Exception) -> str:
    """Return the server's message, for example "Undefined attribute type (17): foo: type undefined"."""
    info = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    words = str(info.get("desc") or error or type(error).__name__)
    code = result_code(error)
    if code > 0:
        words += f" ({code})"
    detail = str(info.get("info") or "").strip()
    return f"{words}: {detail}" if detail else words


class Connection:
    """A bound connection. Raises ServerError if the server refuses an operation, ServerUnavailable if it is lost.

    *handle* is the LDAPObject of python-ldap.
    """

    def __init__(self, handle: t.Any, uri: str, timeout: int = 30) -> None:
        self.handle = handle
        self.uri = uri
        self.timeout = timeout

    def search(
        self,
        base: str,
        scope: str = "subtree",
        filterstr: str = "(objectClass=*)",
        attributes: t.Sequence[str] | None = None,
    ) -> list[tuple[str, Attributes]]:
        """Return DN and attributes of each entry, without referrals; *scope* is base, one or subtree."""
        number = {"base": 0, "one": 1, "subtree": 2}[scope]
        names = list(attributes) if attributes is not None else None
        found = self._call(f"search below {base!r}", "search_ext_s", base, number, filterstr, names)
        return [(dn, values) for dn, values in found if dn is not None]

    def read(self, dn: str, attributes: t.Sequence[str] | None = None) -> Attributes | None:
        """Return the attributes of an entry, or None if it does not exist."""
        try:
            found = self.search(dn, "base", attributes=attributes)
        except ServerError as error:
            if error.code == NO_SUCH_OBJECT:
                return None
            raise
        return found[0][1] if found else None

    def add(self, dn: str, attributes: t.Mapping[str, t.Sequence[bytes]]) -> None:
        """Add an entry."""
        values = [(name, list(of_name)) for name, of_name in attributes.items()]
        self._call(f"add the entry {dn!r}", "add_ext_s", dn, values)

    def modify(self, dn: str, changes: t.Sequence[Change]) -> None:
        """Modify an entry by (MOD_ADD|MOD_DELETE|MOD_REPLACE, attribute, values or None for all)."""
        self._call(f"modify the entry {dn!r}", "modify_ext_s", dn, list(changes))

    def delete(self, dn: str) -> None:
        """Delete an entry without children."""
        self._call(f"delete the entry {dn!r}", "delete_ext_s", dn)

    def close(self) -> None:
        """Close the connection, even if the server is already gone."""
        with contextlib.suppress(ldap.LDAPError):
            self.handle.unbind_ext_s()

    def _call(self, action: str, method: str, *args: t.Any) -> t.Any:
        try:
            return getattr(self.handle, method)(*args)
        except ldap.LDAPError as error:
            raise self.to_error(error, action) from error

    def to_error(self, error: Exception, action: str) -> ModuleError:
        """Translate an exception of python-ldap raised during *action*, such as "add the entry 'x'"."""
        words = server_words(error)
        if isinstance(error, (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT)):
            return ServerUnavailable(
                f"The LDAP server {self.uri} closed the connection during an attempt to {action}: {words}. "
                "Check the log of the server, then run again."
            )
        return ServerError(f"The LDAP server refused to {action}: {words}.", result_code(error), words)


def connect(params: t.Mapping[str, t.Any]) -> Connection:
    """Open and bind a connection with the options of connection_argument_spec().

    Raises ServerUnavailable if there is no python-ldap or no server, ServerError if the server refuses the bind.
    """
    if IMPORT_ERROR is not None:
        raise ServerUnavailable(
            f"The Python interpreter {sys.executable} on this host has no python-ldap ({IMPORT_ERROR}); "
            "install the package python3-ldap (Debian and RHEL families), "
            "or set ansible_python_interpreter to one that has it."
        )
    uri = params["server_uri"]
    if params["bind_dn"] and not params["bind_pw"]:
        # RFC 4513, 5.1.2: a server accepts such a bind as an anonymous one.
        raise ModuleError(f"bind_dn {params['bind_dn']!r} is given without a password; give bind_pw as well.")
    try:
        handle = ldap.initialize(uri)
    except (ldap.LDAPError, ValueError) as error:
        raise ModuleError(
            f"server_uri {uri!r} is not an LDAP URI; write ldap://HOST, ldaps://HOST or ldapi:///."
        ) from error
    connection = Connection(handle, uri, params["timeout"])
    try:
        _configure(handle, params)
        if params["start_tls"]:
            handle.start_tls_s()
        _bind(handle, params)
    except (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT) as error:
        raise ServerUnavailable(
            f"The LDAP server {uri} cannot be reached: {server_words(error)}; "
            "check server_uri, that slapd is running, and that its certificate is valid."
        ) from error
    except ldap.LDAPError as error:
        who = params["bind_dn"] or f"SASL {params['sasl_class'].upper()}"
        sentence = (
            f"The LDAP server {uri} refused the bind of {who}: {server_words(error)}; {_bind_hint(params)}."
        )
        raise ServerError(sentence, result_code(error), server_words(error)) from error
    return connection


def connect_or_assume_bare(
    params: t.Mapping[str, t.Any], check_mode: bool, warn: t.Callable[[str], None]
) -> Connection | None:
    """Connect; in check mode, return None and warn if there is no server yet, as on a bare host."""
    try:
        return connect(params)
    except ServerUnavailable as error:
        if not check_mode:
            raise
        warn(f"{error} Check mode assumes an empty directory.")
        return None


def _configure(handle: t.Any, params: t.Mapping[str, t.Any]) -> None:
    handle.set_option(ldap.OPT_PROTOCOL_VERSION, 3)
    handle.set_option(ldap.OPT_REFERRALS, 0)
    handle.set_option(ldap.OPT_NETWORK_TIMEOUT, params["timeout"])
    handle.set_option(ldap.OPT_TIMEOUT, params["timeout"])
    # The option above applies only to binding, this one to every response that python-ldap waits for.
    handle.timeout = params["timeout"]
    if params["server_uri"].startswith("ldapi:"):
        return
    demand = ldap.OPT_X_TLS_DEMAND if params["validate_certs"] else ldap.OPT_X_TLS_NEVER
    handle.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, demand)
    for option, name in (
        (ldap.OPT_X_TLS_CACERTFILE, "ca_path"),
        (ldap.OPT_X_TLS_CERTFILE, "client_cert"),
        (ldap.OPT_X_TLS_KEYFILE, "client_key"),
    ):
        if params[name]:
            handle.set_option(option, params[name])
    # Last, because the library reads the options above only when it creates a new TLS context.
    handle.set_option(ldap.OPT_X_TLS_NEWCTX, 0)


def _bind(handle: t.Any, params: t.Mapping[str, t.Any]) -> None:
    if params["bind_dn"]:
        handle.simple_bind_s(params["bind_dn"], params["bind_pw"] or "")
    elif params["sasl_class"] == "gssapi":
        handle.sasl_interactive_bind_s("", ldap.sasl.gssapi())
    else:
        handle.sasl_interactive_bind_s("", ldap.sasl.external())


def _bind_hint(params: t.Mapping[str, t.Any]) -> str:
    if params["bind_dn"]:
        return "check bind_dn and bind_pw"
    return "use server_uri ldapi:/// as root, or give bind_dn and bind_pw"
