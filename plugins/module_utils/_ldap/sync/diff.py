# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diff of a plan, entry by entry, with secrets redacted.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..client.operations import Add, Delete, Modify, Operation
from ..syntax.attributes import Values

# Password hashes, and what stands for a password: a SIP HA1 or a voicemail PIN opens the account as it is.
SECRET_ATTRIBUTES = frozenset(
    name.lower()
    for name in (
        "userPassword",
        "authPassword",
        "pwdHistory",
        "AstAccountSecret",
        "AstAccountRealmedPassword",
        "AstMD5secret",
        "AstVoicemailPassword",
        "AstPJSIPPasswordDigest",
        "olcRootPW",
        "sambaLMPassword",
        "sambaNTPassword",
        "sambaPasswordHistory",
        "krbPrincipalKey",
        "oathSecret",
        "userPKCS12",
    )
)
_HIDDEN = "********"
_MAX_LENGTH = 1000


def entry_diffs(operations: t.Iterable[Operation], hidden: t.Container[str]) -> list[dict[str, str]]:
    """Return Ansible's diff of each operation; values of attributes in *hidden*, lower case, are redacted."""
    return [_operation_diff(operation, hidden) for operation in operations]


def _operation_diff(operation: Operation, hidden: t.Container[str]) -> dict[str, str]:
    if isinstance(operation, Add):
        return _pair(operation.dn, operation.dn, "", _text(operation.attributes, hidden))
    if isinstance(operation, Delete):
        return _pair(operation.dn, operation.dn, _text(operation.before, hidden), "")
    if isinstance(operation, Modify):
        before, after = _text(operation.before, hidden), _text(operation.after, hidden, " (changed)")
        return _pair(operation.dn, operation.dn, before, after)
    return _pair(operation.dn, operation.new_dn, f"dn: {operation.dn}\n", f"dn: {operation.new_dn}\n")


def _pair(dn: str, new_dn: str, before: str, after: str) -> dict[str, str]:
    return {"before_header": dn, "after_header": new_dn, "before": before, "after": after}


def _text(attributes: t.Mapping[str, Values], hidden: t.Container[str], suffix: str = "") -> str:
    lines = []
    for name, values in attributes.items():
        if name.partition(";")[0].lower() in hidden:
            lines += [f"{name}: {_HIDDEN}{suffix}"] * len(values)
        else:
            lines += [f"{name}: {_display(value)}" for value in values]
    return "".join(line + "\n" for line in lines)


def _display(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = ""
    if len(text) <= _MAX_LENGTH and text.isprintable() and (text or not value):
        return text
    return f"({len(value)} bytes)"
