# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan leads to the desired entry, has no unnecessary operations, and is empty on its own result."""

from __future__ import annotations

import sys
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
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.planner import (
    EntryPlanner,
    has_name,
)
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
CURRENT = strategies.dictionaries(strategies.sampled_from(NAMES), LISTS.filter(len), max_size=5)
CHANGES = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(["replace", "add", "delete", "set_if_absent"]),
        strategies.sampled_from(NAMES),
        LISTS,
    ).map(lambda each: AttributeChange(*each)),
    max_size=3,
)


def plan(
    desired: DesiredEntry, current: Attributes | None, former: Attributes | None = None
) -> list[Operation]:
    planner = EntryPlanner(SUBSCHEMA, hasher=lambda password: ssha(password, b"salt"))
    return planner.plan(desired, current, former)


def make_desired(
    state: str = PRESENT, changes: tuple[AttributeChange, ...] = (), **attributes: list[bytes]
) -> DesiredEntry:
    return DesiredEntry(DN, attributes, "test", state, changes)


def without_equals(name: str, values: list[bytes]) -> list[bytes]:
    """Return values as a server stores them: no two are equal by the matching rule."""
    normalise = SUBSCHEMA.normaliser(name)
    return list({normalise(value): value for value in values}.values())


def applied(operations: list[Operation], current: Attributes | None) -> Attributes | None:
    """Return the attributes after a server has applied the operations, with its checks."""
    for operation in operations:
        if isinstance(operation, Delete):
            current = None
        elif isinstance(operation, Add):
            assert current is None
            current = {name: without_equals(name, values) for name, values in operation.attributes.items()}
        elif isinstance(operation, Modify):
            assert current is not None
            current = {name: list(values) for name, values in current.items()}
            for how, name, values in operation.changes:
                normalise = SUBSCHEMA.normaliser(name)
                stored = current.pop(name, [])
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
                    removed = {normalise(value) for value in values}
                    assert removed <= {normalise(value) for value in stored}
                    stored = [value for value in stored if normalise(value) not in removed]
                if stored:
                    current[name] = stored
    return current


def equal(name: str, left: list[bytes], right: list[bytes]) -> bool:
    normalise = SUBSCHEMA.normaliser(name)
    if name == "userPassword":
        return all(any(a == b or verify(b, a) for b in right) for a in left) and bool(left) == bool(right)
    return {normalise(value) for value in left} == {normalise(value) for value in right}


@given(CURRENT, CLASSES, strategies.dictionaries(strategies.sampled_from(NAMES), LISTS, max_size=5), CLASSES)
def test_an_applied_plan_gives_the_desired_attributes(
    current: Attributes, classes: list[bytes], attributes: Attributes, more: list[bytes]
) -> None:
    stored = {name: without_equals(name, values) for name, values in current.items()}
    stored = {"objectClass": without_equals("objectClass", classes), "cn": [b"anna"], **stored}
    for state in (PRESENT, EXACT):
        desired = make_desired(state, **{"objectClass": more, **attributes})
        result = applied(plan(desired, stored), stored)
        assert result is not None
        for name, values in attributes.items():
            assert equal(name, values, result.get(name, [])), name
        for name in stored:
            if name not in attributes and name not in ("objectClass", "cn"):
                assert result.get(name) == (stored[name] if state == PRESENT else None)
        assert result["cn"] == [b"anna"]
        assert plan(desired, result) == []


@given(CURRENT, CHANGES, strategies.sampled_from([PRESENT, EXACT]))
def test_a_second_plan_is_empty(current: Attributes, changes: list[AttributeChange], state: str) -> None:
    stored = {name: without_equals(name, values) for name, values in current.items()}
    stored = {"objectClass": [b"person"], "cn": [b"anna"], **stored}
    last: dict[str, AttributeChange] = {change.attribute: change for change in changes}
    desired = make_desired(state, tuple(last.values()), objectClass=[b"person"])
    result = applied(plan(desired, stored), stored)
    assert plan(desired, result) == []
    created = applied(plan(desired, None), None)
    assert plan(desired, created) == []


@given(CURRENT.filter(lambda current: "sn" in current), CLASSES, strategies.sampled_from([PRESENT, EXACT]))
def test_an_entry_from_a_row_is_added_like_one_from_a_dictionary(
    attributes: Attributes, classes: list[bytes], state: str
) -> None:
    attributes = {"objectClass": classes, **attributes}
    as_row = DesiredEntry(DN, row_of(attributes), "test", state)
    assert plan(as_row, None) == plan(as_row._replace(attributes=attributes), None)


def test_a_password_is_deleted_by_its_value_however_it_is_stored() -> None:
    for stored in (b"secret", ssha(b"secret")):
        current = {"objectClass": [b"person"], "userPassword": [stored]}
        found = plan(make_desired(changes=(AttributeChange("delete", "userPassword", [b"secret"]),)), current)
        assert isinstance(found[0], Modify)
        assert found[0].changes == [(MOD_DELETE, "userPassword", None)]


def test_one_changed_value_of_many_is_one_small_modification() -> None:
    current = {"objectClass": [b"person"], "mail": [b"a@x", b"b@x", b"c@x", b"d@x"]}
    found = plan(make_desired(mail=[b"A@X", b"b@x", b"c@x", b"e@x"]), current)
    assert isinstance(found[0], Modify)
    assert found[0].changes == [(MOD_DELETE, "mail", [b"d@x"]), (MOD_ADD, "mail", [b"e@x"])]


def test_an_attribute_without_equality_is_replaced_as_a_whole() -> None:
    current = {"AstAccountFromUser": [b"a", b"b", b"c"]}
    found = plan(make_desired(AstAccountFromUser=[b"a", b"b", b"c", b"d"]), current)
    assert isinstance(found[0], Modify)
    assert found[0].changes == [(MOD_REPLACE, "AstAccountFromUser", [b"a", b"b", b"c", b"d"])]


def test_additional_classes_are_kept_unless_the_state_is_exact() -> None:
    current = {"objectClass": [b"person", b"posixAccount"]}
    assert plan(make_desired(objectClass=[b"PERSON"]), current) == []
    found = plan(make_desired(EXACT, objectClass=[b"person"]), current)
    assert isinstance(found[0], Modify)
    assert found[0].after == {"objectClass": [b"person"]}


def test_read_only_attributes_and_the_name_survive_exact() -> None:
    current = {"objectClass": [b"person"], "cn": [b"anna"], "createTimestamp": [b"20260101000000Z"]}
    assert plan(make_desired(EXACT, objectClass=[b"person"]), current) == []


def test_a_new_entry_gets_the_attribute_that_names_it() -> None:
    found = plan(make_desired(objectClass=[b"person"], sn=[b"A"], mail=[]), None)
    assert found == [Add(DN, {"objectClass": [b"person"], "sn": [b"A"], "cn": [b"anna"]})]


def test_a_value_that_names_the_entry_is_added_to_the_given_ones() -> None:
    found = plan(make_desired(objectClass=[b"person"], cn=[b"bob"]), None)
    assert found == [Add(DN, {"objectClass": [b"person"], "cn": [b"bob", b"anna"]})]
    (modify,) = plan(make_desired(cn=[b"bob"]), {"cn": [b"anna"]})
    assert isinstance(modify, Modify) and modify.after == {"cn": [b"bob", b"anna"]}
    assert plan(make_desired(cn=[b"bob"]), {"cn": [b"anna", b"bob"]}) == []


@pytest.mark.parametrize(
    ("desired", "current", "message"),
    [
        (make_desired(sn=[b"A"]), None, "cannot be created without classes"),
        (
            make_desired()._replace(changes=(AttributeChange("replace", "cn", [b"bob"]),)),
            {"cn": [b"anna"]},
            "not among its values of cn",
        ),
        (make_desired(sn=[b"A"])._replace(must_exist=True), None, "does not exist"),
    ],
)
def test_contradictory_entries_are_refused(desired: DesiredEntry, current: Any, message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        plan(desired, current)


def test_a_password_is_kept_if_its_hash_matches_and_hashed_again_otherwise() -> None:
    stored = ssha(b"s3cret")
    assert plan(make_desired(userPassword=[b"s3cret"]), {"userPassword": [stored]}) == []
    found = plan(make_desired(userPassword=[b"other"]), {"userPassword": [stored]})
    assert isinstance(found[0], Modify)
    assert verify(found[0].after["userPassword"][0], b"other")
    # A stored clear text is hashed, though it is the same password.
    assert plan(make_desired(userPassword=[b"s3cret"]), {"userPassword": [b"s3cret"]})
    ready = b"{SSHA}ready-made"
    assert plan(make_desired(userPassword=[ready]), {"userPassword": [ready]}) == []


def test_an_entry_is_renamed_only_once() -> None:
    desired = DesiredEntry("cn=anna,dc=org", {"sn": [b"A"]}, "test", rename_from="cn=ann,dc=org")
    old = {"cn": [b"ann", b"annie"], "sn": [b"B"]}
    rename, modify = plan(desired, None, old)
    assert rename == Rename("cn=ann,dc=org", "cn=anna,dc=org", True)
    assert isinstance(modify, Modify)
    assert modify.after == {"sn": [b"A"]}
    assert plan(desired, {"cn": [b"anna"], "sn": [b"A"]}) == []
    with pytest.raises(ModuleError, match="exists as well"):
        plan(desired, {"cn": [b"anna"]}, old)


def test_an_absent_entry_is_deleted_if_it_exists() -> None:
    assert plan(make_desired(ABSENT), {"cn": [b"anna"]}) == [Delete(DN, {"cn": [b"anna"]})]
    assert plan(make_desired(ABSENT), None) == []


def test_another_order_of_values_is_not_a_change() -> None:
    current = {"mail": [b"a@x", b"b@x"], "AstAccountFromUser": [b"a", b"b"]}
    assert plan(make_desired(mail=[b"b@x", b"a@x"], AstAccountFromUser=[b"b", b"a"]), current) == []


def test_set_if_absent_keeps_an_existing_value() -> None:
    desired = make_desired(changes=(AttributeChange("set_if_absent", "mail", [b"new@x"]),))
    assert plan(desired, {"cn": [b"anna"], "mail": [b"old@x"]}) == []
    found = plan(desired, {"cn": [b"anna"]})
    assert isinstance(found[0], Modify)
    assert found[0].after == {"mail": [b"new@x"]}


def test_a_hash_that_cannot_be_compared_here_is_not_replaced_silently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    stored = {"userPassword": [b"{ARGON2}$argon2id$v=19$x"]}
    with pytest.raises(ModuleError, match=r"stored as \{ARGON2\}, which this host cannot compare"):
        plan(make_desired(userPassword=[b"s3cret"]), stored)
    (operation,) = plan(make_desired(userPassword=[b"s3cret"]), {"userPassword": [b"{SASL}ann@EXAMPLE.ORG"]})
    assert isinstance(operation, Modify) and operation.after["userPassword"][0].startswith(b"{SSHA}")


def test_the_same_password_given_twice_is_stored_once() -> None:
    desired = make_desired(objectClass=[b"person"], sn=[b"A"], userPassword=[b"s3cret", b"s3cret"])
    (added,) = plan(desired, None)
    assert isinstance(added, Add) and len(added.attributes["userPassword"]) == 1
    assert plan(desired, dict(added.attributes)) == []


def test_a_relative_name_is_compared_by_its_exact_spelling() -> None:
    assert has_name("cn=Anna,dc=org", {"cn": [b"x", b"Anna"]}, SUBSCHEMA)
    assert not has_name("cn=Anna,dc=org", {"cn": [b"anna"]}, SUBSCHEMA)
