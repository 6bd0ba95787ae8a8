# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to an LDAP server: open, bind, search and change entries.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import contextlib
import sys
import typing as t

from ..._module import ModuleError
from ..syntax.attributes import Attributes
from .errors import (
    INAPPROPRIATE_MATCHING,
    INVALID_SYNTAX,
    LDAP_ERRORS,
    NO_SUCH_ATTRIBUTE,
    NO_SUCH_OBJECT,
    ServerError,
    ServerUnavailable,
    check_tls_files,
    to_connect_error,
    to_error,
)

try:
    import ldap
    import ldap.sasl
    from ldap.controls import ManageDSAITControl
except ImportError as reason:
    IMPORT_ERROR: ImportError | None = reason
else:
    IMPORT_ERROR = None


Change = t.Tuple[int, str, t.Optional[t.List[bytes]]]

# RFC 4511, 4.6: the operations of a modification.
MOD_ADD, MOD_DELETE, MOD_REPLACE = 0, 1, 2


def connection_argument_spec() -> dict[str, t.Any]:
    """Return the connection options of every LDAP module, documented in the doc fragment ldap."""
    return {
        "server_uri": {"type": "str", "default": "ldapi:///"},
        "bind_dn": {"type": "str"},
        "bind_pw": {"type": "str", "no_log": True},
        "start_tls": {"type": "bool", "default": False},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "client_cert": {"type": "path", "aliases": ["certfile"]},
        "client_key": {"type": "path", "aliases": ["keyfile"]},
        "sasl_class": {"type": "str", "choices": ["external", "gssapi"], "default": "external"},
        "referrals_chasing": {"type": "str", "choices": ["disabled", "anonymous"], "default": "disabled"},
        "timeout": {"type": "int", "default": 30},
        "xorder_discovery": {"type": "str", "choices": ["enable", "auto", "disable"], "default": "auto"},
        "variable_names": {"type": "dict"},
    }


# Options that are given together or not at all.
CONNECTION_TOGETHER = [("client_cert", "client_key")]


class Connection:
    """A bound connection. Raises ServerError if the server refuses an operation or is lost.

    *handle* is the LDAPObject of python-ldap, *controls* are those of every search: referrals are entries like others
    (RFC 3296). Not critical, for servers without them. *referrals* are the entries that are changed with them, as DNs
    in lower case.
    """

    def __init__(self, handle: t.Any, uri: str, timeout: int = 30) -> None:
        self.handle = handle
        self.uri = uri
        self.timeout = timeout
        self.controls = [ManageDSAITControl(False)]
        self.referrals: frozenset[str] = frozenset()

    def search(
        self,
        base: str,
        scope: str = "subtree",
        filterstr: str = "(objectClass=*)",
        attributes: t.Sequence[str] | None = None,
    ) -> list[tuple[str, Attributes]]:
        """Return DN and attributes of each entry; *scope* is base, one or subtree."""
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

    def has_attribute_type(self, name: str) -> bool:
        """Return whether the server has an attribute type, which it need not publish."""
        try:
            self._call(f"compare the attribute {name!r}", "compare_ext_s", "", name, b"x")
        except ServerError as error:
            # The value or the rule may be wrong, but only for a type that exists.
            return error.code in (NO_SUCH_ATTRIBUTE, INAPPROPRIATE_MATCHING, INVALID_SYNTAX)
        return True

    def close(self) -> None:
        """Close the connection, even if the server is already gone."""
        with contextlib.suppress(*LDAP_ERRORS):
            self.handle.unbind_ext_s()

    def _call(self, action: str, method: str, *args: t.Any) -> t.Any:
        try:
            return getattr(self.handle, method)(*args, serverctrls=self.controls)
        except LDAP_ERRORS as error:
            raise self.to_error(error, action) from error

    def to_error(self, error: Exception, action: str) -> ServerError:
        """Translate an exception of python-ldap raised during *action*, such as "add the entry 'x'"."""
        return to_error(error, action, self.uri)


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
    if not uri.startswith("ldapi:"):
        check_tls_files(params)
    try:
        handle = ldap.initialize(uri)
    except LDAP_ERRORS as error:
        raise ModuleError(
            f"server_uri {uri!r} is not an LDAP URI; write ldap://HOST, ldaps://HOST or ldapi:///."
        ) from error
    connection = Connection(handle, uri, params["timeout"])
    try:
        _configure(handle, params)
        if params["start_tls"]:
            handle.start_tls_s()
        _bind(handle, params)
    except LDAP_ERRORS as error:
        raise to_connect_error(error, params) from error
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
    handle.set_option(ldap.OPT_REFERRALS, int(params["referrals_chasing"] == "anonymous"))
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
    try:
        handle.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    except LDAP_ERRORS as error:
        given = ", ".join(name for name in ("ca_path", "client_cert", "client_key") if params[name])
        raise ModuleError(
            f"{given}: TLS cannot use these files; give valid PEM files, and the key that belongs to client_cert."
        ) from error


def _bind(handle: t.Any, params: t.Mapping[str, t.Any]) -> None:
    if params["bind_dn"]:
        handle.simple_bind_s(params["bind_dn"], params["bind_pw"])
    elif params["bind_dn"] is not None:
        handle.simple_bind_s("", "")
    elif params["sasl_class"] == "gssapi":
        handle.sasl_interactive_bind_s("", ldap.sasl.gssapi())
    else:
        handle.sasl_interactive_bind_s("", ldap.sasl.external())
