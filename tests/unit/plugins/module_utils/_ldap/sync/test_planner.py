# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: what it leads to, that it ends, and that it is no bigger than it must be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_DELETE,
    MOD_REPLACE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import (
    Add,
    Delete,
    Modify,
    Operation,
    Rename,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import ssha, verify
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.fast_reader import row_of
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    EXACT,
    PRESENT,
    AttributeChange,
    DesiredEntry,
    validate,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.planner import EntryPlanner, ordered
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from ..schema_for_tests import SUBSCHEMA

Attributes = dict[str, list[bytes]]

DN = "cn=anna,dc=org"
NAMES = ("sn", "description", "mail", "telephoneNumber", "uidNumber", "AstAccountFromUser", "userPassword")
VALUES = strategies.sampled_from(
    [b"1", b"a", b"A", b" a  b", b"a b", b"+1 5-5", b"+155", b"{SSHA}x", b"clear"]
)
LISTS = strategies.lists(VALUES, max_size=3, unique=True)
CLASSES = strategies.lists(
    strategies.sampled_from([b"person", b"Person", b"posixAccount"]), min_size=1, max_size=2, unique=True
)
HAVE = strategies.dictionaries(strategies.sampled_from(NAMES), LISTS.filter(len), max_size=5)
STEPS = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(["replace", "add", "delete", "set_if_absent"]),
        strategies.sampled_from(NAMES),
        LISTS,
    ).map(lambda it: AttributeChange(*it)),
    max_size=3,
)


def plan(want: DesiredEntry, have: Attributes | None, old: Attributes | None = None) -> list[Operation]:
    return EntryPlanner(SUBSCHEMA, hasher=lambda password: ssha(password, b"salt")).plan(want, have, old)


def want(
    state: str = PRESENT, steps: tuple[AttributeChange, ...] = (), **attributes: list[bytes]
) -> DesiredEntry:
    return DesiredEntry(DN, attributes, "test", state, steps)


def without_equals(name: str, values: list[bytes]) -> list[bytes]:
    """A server's values: no two are equal by the attribute's rule."""
    normalise = SUBSCHEMA.normaliser(name)
    return list({normalise(value): value for value in values}.values())


def applied(operations: list[Operation], have: Attributes | None) -> Attributes | None:
    """What a server would hold after the operations; it refuses what a server refuses."""
    for operation in operations:
        if isinstance(operation, Delete):
            have = None
        elif isinstance(operation, Add):
            assert have is None
            have = {name: without_equals(name, values) for name, values in operation.attributes.items()}
        elif isinstance(operation, Modify):
            assert have is not None
            have = {name: list(values) for name, values in have.items()}
            for how, name, values in operation.changes:
                normalise = SUBSCHEMA.normaliser(name)
                stored = have.pop(name, [])
                if how == MOD_REPLACE:
                    stored = list(values or [])
                elif how == MOD_ADD:
                    assert values
                    assert not {normalise(value) for value in values} & {normalise(value) for value in stored}
                    stored += values
                elif values is None:
                    assert stored
                    stored = []
                else:
                    gone = {normalise(value) for value in values}
                    assert gone <= {normalise(value) for value in stored}
                    stored = [value for value in stored if normalise(value) not in gone]
                if stored:
                    have[name] = stored
    return have


def equal(name: str, left: list[bytes], right: list[bytes]) -> bool:
    normalise = SUBSCHEMA.normaliser(name)
    if name == "userPassword":
        return all(any(a == b or verify(b, a) for b in right) for a in left) and bool(left) == bool(right)
    return {normalise(value) for value in left} == {normalise(value) for value in right}


@given(HAVE, CLASSES, strategies.dictionaries(strategies.sampled_from(NAMES), LISTS, max_size=5), CLASSES)
def test_the_plan_applied_gives_what_is_wanted(
    have: Attributes, classes: list[bytes], wanted: Attributes, more: list[bytes]
) -> None:
    stored = {name: without_equals(name, values) for name, values in have.items()}
    stored = {"objectClass": without_equals("objectClass", classes), "cn": [b"anna"], **stored}
    for state in (PRESENT, EXACT):
        wish = want(state, **{"objectClass": more, **wanted})
        result = applied(plan(wish, stored), stored)
        assert result is not None
        for name, values in wanted.items():
            assert equal(name, values, result.get(name, [])), name
        for name in stored:
            if name not in wanted and name not in ("objectClass", "cn"):
                assert result.get(name) == (stored[name] if state == PRESENT else None)
        assert result["cn"] == [b"anna"]
        assert plan(wish, result) == []


@given(HAVE, STEPS, strategies.sampled_from([PRESENT, EXACT]))
def test_a_plan_on_its_own_result_is_empty(
    have: Attributes, steps: list[AttributeChange], state: str
) -> None:
    stored = {name: without_equals(name, values) for name, values in have.items()}
    stored = {"objectClass": [b"person"], "cn": [b"anna"], **stored}
    last: dict[str, AttributeChange] = {step.attribute: step for step in steps}
    wish = want(state, tuple(last.values()), objectClass=[b"person"])
    result = applied(plan(wish, stored), stored)
    assert plan(wish, result) == []
    created = applied(plan(wish, None), None)
    assert plan(wish, created) == []


@given(HAVE.filter(lambda have: "sn" in have), CLASSES, strategies.sampled_from([PRESENT, EXACT]))
def test_an_entry_from_a_row_is_added_like_one_from_a_dictionary(
    attributes: Attributes, classes: list[bytes], state: str
) -> None:
    wanted = {"objectClass": classes, **attributes}
    as_row = DesiredEntry(DN, row_of(wanted), "test", state)
    assert plan(as_row, None) == plan(as_row._replace(attributes=wanted), None)


def test_a_password_is_deleted_by_its_value_however_it_is_stored() -> None:
    for stored in (b"secret", ssha(b"secret")):
        have = {"objectClass": [b"person"], "userPassword": [stored]}
        found = plan(want(steps=(AttributeChange("delete", "userPassword", [b"secret"]),)), have)
        assert isinstance(found[0], Modify)
        assert found[0].changes == [(MOD_DELETE, "userPassword", None)]


def test_one_changed_value_of_many_is_one_small_modification() -> None:
    have = {"objectClass": [b"person"], "mail": [b"a@x", b"b@x", b"c@x", b"d@x"]}
    found = plan(want(mail=[b"A@X", b"b@x", b"c@x", b"e@x"]), have)
    assert isinstance(found[0], Modify)
    assert found[0].changes == [(MOD_DELETE, "mail", [b"d@x"]), (MOD_ADD, "mail", [b"e@x"])]


def test_an_attribute_without_equality_is_replaced_as_a_whole() -> None:
    have = {"AstAccountFromUser": [b"a", b"b", b"c"]}
    found = plan(want(AstAccountFromUser=[b"a", b"b", b"c", b"d"]), have)
    assert isinstance(found[0], Modify)
    assert found[0].changes == [(MOD_REPLACE, "AstAccountFromUser", [b"a", b"b", b"c", b"d"])]


def test_classes_given_by_others_stay_unless_the_state_is_exact() -> None:
    have = {"objectClass": [b"person", b"posixAccount"]}
    assert plan(want(objectClass=[b"PERSON"]), have) == []
    found = plan(want(EXACT, objectClass=[b"person"]), have)
    assert isinstance(found[0], Modify)
    assert found[0].after == {"objectClass": [b"person"]}


def test_read_only_attributes_and_the_name_survive_exact() -> None:
    have = {"objectClass": [b"person"], "cn": [b"anna"], "createTimestamp": [b"20260101000000Z"]}
    assert plan(want(EXACT, objectClass=[b"person"]), have) == []


def test_a_new_entry_gets_the_attribute_that_names_it() -> None:
    found = plan(want(objectClass=[b"person"], sn=[b"A"], mail=[]), None)
    assert found == [Add(DN, {"objectClass": [b"person"], "sn": [b"A"], "cn": [b"anna"]})]


@pytest.mark.parametrize(
    ("wish", "have", "words"),
    [
        (want(sn=[b"A"]), None, "not created without classes"),
        (want(objectClass=[b"person"], cn=[b"bob"]), None, "not among its values of cn"),
        (want(cn=[b"bob"]), {"cn": [b"anna"]}, "not among its values of cn"),
        (want(sn=[b"A"])._replace(must_exist=True), None, "does not exist"),
    ],
)
def test_what_cannot_be_is_told(wish: DesiredEntry, have: Any, words: str) -> None:
    with pytest.raises(ModuleError, match=words):
        plan(wish, have)


def test_a_password_is_kept_if_its_hash_holds_it_and_made_anew_if_not() -> None:
    stored = ssha(b"s3cret")
    assert plan(want(userPassword=[b"s3cret"]), {"userPassword": [stored]}) == []
    found = plan(want(userPassword=[b"other"]), {"userPassword": [stored]})
    assert isinstance(found[0], Modify)
    assert verify(found[0].after["userPassword"][0], b"other")
    # A stored clear text is hashed, though it is the same password.
    assert plan(want(userPassword=[b"s3cret"]), {"userPassword": [b"s3cret"]})
    ready = b"{SSHA}ready-made"
    assert plan(want(userPassword=[ready]), {"userPassword": [ready]}) == []


def test_a_former_name_is_left_once() -> None:
    wish = DesiredEntry("cn=anna,dc=org", {"sn": [b"A"]}, "test", rename_from="cn=ann,dc=org")
    old = {"cn": [b"ann", b"annie"], "sn": [b"B"]}
    rename, modify = plan(wish, None, old)
    assert rename == Rename("cn=ann,dc=org", "cn=anna,dc=org", True)
    assert isinstance(modify, Modify)
    assert modify.after == {"sn": [b"A"]}
    assert plan(wish, {"cn": [b"anna"], "sn": [b"A"]}) == []
    with pytest.raises(ModuleError, match="exists as well"):
        plan(wish, {"cn": [b"anna"]}, old)


def test_absent_deletes_what_is_there() -> None:
    assert plan(want(ABSENT), {"cn": [b"anna"]}) == [Delete(DN, {"cn": [b"anna"]})]
    assert plan(want(ABSENT), None) == []


def test_operations_come_in_an_order_that_a_server_accepts() -> None:
    add_child, add_parent = Add("cn=a,ou=b,dc=org", {}), Add("ou=b,dc=org", {})
    delete_child, delete_parent = Delete("cn=a,ou=c,dc=org", {}), Delete("ou=c,dc=org", {})
    modify, rename = Modify("dc=org", [], {}, {}), Rename("cn=x", "cn=y", True)
    mixed = [modify, add_child, delete_parent, add_parent, delete_child, rename]
    expected = [rename, delete_child, delete_parent, add_parent, add_child, modify]
    assert ordered(mixed, SUBSCHEMA.dn_key) == expected


def test_names_are_spelled_as_the_server_spells_them() -> None:
    wish = DesiredEntry("CN=Anna,DC=org", {"SURNAME": [b"A"], "commonName": [b"Anna"]}, "test")
    (key, found), *_rest = validate([wish], SUBSCHEMA).items()
    assert key == "cn=anna,dc=org"
    assert found.attributes == {"sn": [b"A"], "cn": [b"Anna"]}


def test_what_only_the_server_sets_is_left_out() -> None:
    wish = want(sn=[b"A"], createTimestamp=[b"20260101000000Z"])
    assert next(iter(validate([wish], SUBSCHEMA).values())).attributes == {"sn": [b"A"]}


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ([want(mial=[b"x"])], "'mial'.*nearest: 'mail'"),
        ([want(steps=(AttributeChange("add", "mial", [b"x"]),))], "'mial'.*nearest: 'mail'"),
        ([want(objectClass=[b"persn"])], "'persn'.*nearest: 'person'"),
        ([want(), want()._replace(dn="CN=Anna, dc=ORG")], "given already"),
        ([want()._replace(dn="anna")], "is no DN"),
        ([want()._replace(dn="")], "empty DN"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(wishes: list[DesiredEntry], words: str) -> None:
    with pytest.raises(ModuleError, match=words):
        validate(wishes, SUBSCHEMA)


def test_an_unknown_attribute_wanted_to_have_no_value_is_no_mistake() -> None:
    assert next(iter(validate([want(AstPJSIPAors=[])], SUBSCHEMA).values())).attributes == {}


def test_another_order_of_values_is_no_change_with_or_without_equality() -> None:
    have = {"mail": [b"a@x", b"b@x"], "AstAccountFromUser": [b"a", b"b"]}
    assert plan(want(mail=[b"b@x", b"a@x"], AstAccountFromUser=[b"b", b"a"]), have) == []


def test_once_sets_what_is_not_there_and_leaves_what_is() -> None:
    wish = want(steps=(AttributeChange("set_if_absent", "mail", [b"new@x"]),))
    assert plan(wish, {"cn": [b"anna"], "mail": [b"old@x"]}) == []
    found = plan(wish, {"cn": [b"anna"]})
    assert isinstance(found[0], Modify)
    assert found[0].after == {"mail": [b"new@x"]}
