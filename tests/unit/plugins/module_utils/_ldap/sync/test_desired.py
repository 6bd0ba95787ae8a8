# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LDIF records become desired entries, which are validated against the schema."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.reader import parse_text
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    EXACT,
    PRESENT,
    AttributeChange,
    DesiredEntry,
    from_records,
    validate,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from ..schema_for_tests import SUBSCHEMA


def parse(text: str, state: str = PRESENT) -> list[DesiredEntry]:
    return list(from_records(parse_text(text), "x.ldif", state))


def test_content_records_have_the_state_of_the_task() -> None:
    (want,) = parse("dn: cn=a\ncn: a\n", EXACT)
    assert (want.dn, want.attributes, want.state, want.origin) == (
        "cn=a",
        {"cn": [b"a"]},
        EXACT,
        "x.ldif, line 1",
    )
    assert parse("dn: cn=a\ncn: a\n", ABSENT)[0].attributes == {}


def test_changes_of_the_same_entry_are_merged_in_order() -> None:
    (want,) = parse(
        "dn: cn=a,dc=b\nchangetype: modify\nadd: mail\nmail: x\n-\n\n"
        "dn: CN=a,dc=b\nchangetype: modify\ndelete: mail\nmail: y\n-\n\n"
        "dn: cn=a,dc=b\nchangetype: modrdn\nnewrdn: cn=c\ndeleteoldrdn: 0\nnewsuperior: dc=d\n\n"
        "dn: cn=c,dc=d\nchangetype: modify\nreplace: sn\n-\n"
    )
    assert (want.dn, want.rename_from, want.delete_old_rdn, want.must_exist) == (
        "cn=c,dc=d",
        "cn=a,dc=b",
        False,
        True,
    )
    assert want.changes == (
        AttributeChange("add", "mail", [b"x"]),
        AttributeChange("delete", "mail", [b"y"]),
        AttributeChange("replace", "sn", []),
    )


def test_an_entry_that_is_deleted_and_added_again_is_exact() -> None:
    (want,) = parse("dn: cn=a\nchangetype: delete\n\ndn: cn=a\nchangetype: add\ncn: a\n")
    assert (want.state, want.attributes) == (EXACT, {"cn": [b"a"]})
    assert parse("dn: cn=a\nchangetype: delete\n")[0].state == ABSENT
    with pytest.raises(ModuleError, match="line 4: the entry 'cn=a' is changed after it was deleted"):
        parse("dn: cn=a\nchangetype: delete\n\ndn: cn=a\nchangetype: modify\n")


def desired_entry(changes: tuple[AttributeChange, ...] = (), **attributes: list[bytes]) -> DesiredEntry:
    return DesiredEntry("cn=anna,dc=org", attributes, "test", PRESENT, changes)


def test_attribute_names_get_the_spelling_of_the_server() -> None:
    desired = DesiredEntry("CN=Anna,DC=org", {"SURNAME": [b"A"], "commonName": [b"Anna"]}, "test")
    (key, found), *_rest = validate([desired], SUBSCHEMA).items()
    assert key == "cn=anna,dc=org"
    assert found.attributes == {"sn": [b"A"], "cn": [b"Anna"]}


def test_attributes_that_only_the_server_sets_are_ignored() -> None:
    desired = desired_entry(sn=[b"A"], createTimestamp=[b"20260101000000Z"])
    assert next(iter(validate([desired], SUBSCHEMA).values())).attributes == {"sn": [b"A"]}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([desired_entry(mial=[b"x"])], "'mial'.*did you mean 'mail'"),
        ([desired_entry(changes=(AttributeChange("add", "mial", [b"x"]),))], "'mial'.*did you mean 'mail'"),
        ([desired_entry(objectClass=[b"persn"])], "'persn'.*did you mean 'person'"),
        ([desired_entry(), desired_entry()._replace(dn="CN=Anna, dc=ORG")], "also given by"),
        ([desired_entry()._replace(dn="anna")], "is not a DN"),
        ([desired_entry()._replace(dn="")], "the DN is empty"),
    ],
)
def test_invalid_entries_are_refused(entries: list[DesiredEntry], message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        validate(entries, SUBSCHEMA)


def test_an_unknown_attribute_without_values_is_accepted() -> None:
    assert next(iter(validate([desired_entry(AstPJSIPAors=[])], SUBSCHEMA).values())).attributes == {}


@pytest.mark.parametrize("changetype", ["", "changetype: add\n"])
def test_a_record_without_attributes_is_refused_unless_it_is_to_be_absent(changetype: str) -> None:
    text = f"dn: cn=a\n{changetype}"
    with pytest.raises(ModuleError, match="line 1: the record of 'cn=a' has no attributes"):
        list(from_records(parse_text(text), "x.ldif"))
    if not changetype:
        (entry,) = from_records(parse_text(text), "x.ldif", ABSENT)
        assert entry.state == ABSENT
