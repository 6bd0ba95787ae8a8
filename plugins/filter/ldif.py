# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter ldif: entries as LDIF."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ldif
short_description: Write entries as LDIF
version_added: 1.0.0
author: The Switchboard maintainers (@switchboard-pbx)
description:
  - Returns the entries as LDIF content records (RFC 2849), for C(slapadd), C(ldapadd) or
    O(switchboard.pbx.ldap_entries#module:content).
  - Values that are not plain ASCII are written in base64, and long lines are folded. The version line is left out,
    because C(slapadd) refuses it.
notes:
  - Passwords are written as they are given. P(switchboard.pbx.ssha#filter) hashes one.
options:
  _input:
    description:
      - The entries, each a dictionary with C(dn) and C(attributes), as in
        O(switchboard.pbx.ldap_entries#module:entries), or with the attributes beside C(dn), as
        C(community.general.ldap_search) returns them.
      - A value is a string, a number, a boolean (C(TRUE) or C(FALSE)), or a list of these.
    type: list
    elements: dict
    required: true
seealso:
  - module: switchboard.pbx.ldap_entries
  - name: RFC 2849
    description: The LDAP Data Interchange Format
    link: https://www.rfc-editor.org/rfc/rfc2849
"""

EXAMPLES = r"""
- name: Write the units of a new directory for slapadd
  ansible.builtin.copy:
    content: "{{ units | switchboard.pbx.ldif }}"
    dest: /root/units.ldif
    mode: "0600"
  vars:
    units:
      - dn: ou=people,dc=example,dc=org
        attributes:
          objectClass: organizationalUnit
          ou: people
          description: Zürich
# dn: ou=people,dc=example,dc=org
# objectClass: organizationalUnit
# ou: people
# description:: WsO8cmljaA==
"""

RETURN = r"""
_value:
  description: The LDIF text.
  type: str
  sample: |
    dn: ou=people,dc=example,dc=org
    objectClass: organizationalUnit
    ou: people
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import Record
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.writer import format_records
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.entries import from_options
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def ldif_filter(entries: t.Any) -> str:
    """Return entries as LDIF. Raises AnsibleFilterError for what is not an entry."""
    if not isinstance(entries, list):
        raise AnsibleFilterError(
            f"ldif: the input is {type(entries).__name__}, not a list; write a single entry as [entry]."
        )
    try:
        return format_records(_records(entries))
    except ModuleError as error:
        raise AnsibleFilterError(f"ldif: {error}") from error


def _records(entries: list[t.Any]) -> t.Iterator[Record]:
    for entry in from_options(map(_nested, entries), "present"):
        if entry.changes or entry.rename_from is not None or entry.state != "present":
            raise ModuleError(f"{entry.origin}: {entry.dn!r} is a change; give only dn and attributes.")
        attributes = {name: values for name, values in entry.attributes.items() if values}
        if not attributes:
            raise ModuleError(f"{entry.origin}: {entry.dn!r} has no attributes; give at least objectClass.")
        yield Record(entry.dn, 0, None, attributes)


def _nested(entry: t.Any) -> t.Any:
    """Return an entry with its attributes in a dictionary of their own."""
    if (
        not isinstance(entry, t.Mapping)
        or "dn" not in entry
        or isinstance(entry.get("attributes"), t.Mapping)
    ):
        return entry
    return {"dn": entry["dn"], "attributes": {name: entry[name] for name in entry if name != "dn"}}


class FilterModule:
    """The filter ldif."""

    def filters(self) -> dict[str, t.Callable[..., str]]:
        """Return the filter by its name."""
        return {"ldif": ldif_filter}
