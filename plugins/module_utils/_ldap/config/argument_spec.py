# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the module ldap_config.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..client.connection import connection_argument_spec

Spec = t.Dict[str, t.Any]

# Options, at any depth, that contain a secret.
SECRET_OPTIONS = ("rootpw", "credentials", "bind_pw", "olcRootPW", "olcSyncrepl")

_TEXTS: Spec = {"type": "list", "elements": "str"}

_INDEXES: Spec = {
    "attributes": {"type": "list", "elements": "str", "required": True},
    "types": {
        "type": "list",
        "elements": "str",
        "default": ["eq"],
    },
}

_OVERLAYS: Spec = {
    "name": {"type": "str", "required": True},
    "options": {"type": "dict"},
}

_SYNCREPL: Spec = {
    "rid": {"type": "int", "required": True},
    "provider": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["refreshAndPersist", "refreshOnly"], "default": "refreshAndPersist"},
    "searchbase": {"type": "str"},
    "filter": {"type": "str"},
    "scope": {"type": "str", "choices": ["base", "one", "sub", "children"]},
    "attributes": {"type": "list", "elements": "str"},
    "bind_method": {"type": "str", "choices": ["simple", "sasl"], "default": "simple"},
    "bind_dn": {"type": "str"},
    "credentials": {"type": "str", "no_log": True},
    "sasl_mech": {"type": "str"},
    "retry": {"type": "str"},
    "interval": {"type": "str"},
    "timeout": {"type": "int"},
    "network_timeout": {"type": "int"},
    "keepalive": {"type": "str"},
    "size_limit": {"type": "str"},
    "time_limit": {"type": "str"},
    "schema_checking": {"type": "bool"},
    "start_tls": {"type": "str", "choices": ["yes", "critical"]},
    "tls_cert": {"type": "path"},
    "tls_key": {"type": "path", "no_log": False},
    "tls_ca": {"type": "path"},
    "tls_reqcert": {"type": "str", "choices": ["never", "allow", "try", "demand"]},
    "sync_data": {"type": "str", "choices": ["default", "accesslog", "changelog"]},
    "log_base": {"type": "str"},
    "log_filter": {"type": "str"},
}

_COMMON: Spec = {
    "rootdn": {"type": "str"},
    "rootpw": {"type": "str", "no_log": True},
    "access": _TEXTS,
    "limits": _TEXTS,
    "attributes": {"type": "dict"},
}

_DATABASE: Spec = {
    "suffix": {"type": "str", "required": True},
    "backend": {"type": "str", "default": "mdb"},
    "directory": {"type": "path"},
    **_COMMON,
    "indexes": {"type": "list", "elements": "dict", "options": _INDEXES},
    "max_size": {"type": "int"},
    "overlays": {"type": "list", "elements": "dict", "options": _OVERLAYS},
    "syncrepl": {"type": "list", "elements": "dict", "options": _SYNCREPL},
}

_TLS: Spec = {
    "certificate_file": {"type": "path"},
    "key_file": {"type": "path", "no_log": False},
    "ca_file": {"type": "path"},
    "ca_path": {"type": "path"},
    "cipher_suite": {"type": "str"},
    "protocol_min": {"type": "str"},
    "verify_client": {"type": "str", "choices": ["never", "allow", "try", "demand"]},
    "dh_param_file": {"type": "path"},
}


def argument_spec() -> Spec:
    """Return the argument spec of ldap_config, which its documentation describes."""
    return {
        "database": {"type": "dict", "options": _DATABASE},
        "modules": _TEXTS,
        "tls": {"type": "dict", "options": _TLS},
        "globals": {"type": "dict"},
        "frontend": {
            "type": "dict",
            "options": {name: _COMMON[name] for name in ("access", "limits", "attributes")},
        },
        "config_database": {"type": "dict", "options": _COMMON},
        "monitor": {
            "type": "dict",
            "options": {name: _COMMON[name] for name in ("rootdn", "access", "limits", "attributes")},
        },
        "backup": {"type": "path"},
        **connection_argument_spec(),
    }
