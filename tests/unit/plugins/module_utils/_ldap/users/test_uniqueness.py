# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody gets the extension or the mailbox of somebody else, or another spelling of a uid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import Add, Modify
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.search import SizeLimit
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import ABSENT, DesiredEntry
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users import uniqueness
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.convert import (
    Settings,
    desired_people,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.uniqueness import (
    check_desired,
    check_stored,
    check_uid_case,
    decided_entries,
    unique_values,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

BASE = "ou=people,dc=org"
ANNA: dict[str, Any] = {"uid": "anna", "surname": "Ärmel"}
CONNECTION = cast(Connection, None)
Entries = list[tuple[str, dict[str, list[bytes]]]]


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> Entries:
    """The entries that any search finds."""
    entries: Entries = []
    monkeypatch.setattr(uniqueness, "search_whole", lambda *_args: entries)
    monkeypatch.setattr(uniqueness, "read_each", lambda *_args: iter(entries))
    return entries


def test_two_desired_people_cannot_share_an_extension_or_a_mailbox() -> None:
    people = [{**ANNA, "extension": "1"}, {"uid": "bob", "surname": "B", "extension": "1"}]
    with pytest.raises(
        ModuleError, match=r"uid 'bob': the extension '1' is that of users, uid 'anna' as well"
    ):
        check_desired({found.dn: found for found in desired_people(people, Settings(BASE))})
    other_context = {"mailbox": "1", "pin": "1", "context": "other"}
    people = [
        {**ANNA, "voicemail": {"mailbox": "1", "pin": "1"}},
        {"uid": "b", "surname": "B", "voicemail": other_context},
    ]
    check_desired({found.dn: found for found in desired_people(people, Settings(BASE))})


def test_a_mailbox_is_unique_within_its_context() -> None:
    assert unique_values("AstVoicemailMailbox", {"AstVoicemailMailbox": [b"1"]}) == [b"1@default"]
    attributes = {"AstVoicemailMailbox": [b"1"], "AstContext": [b"other"]}
    assert unique_values("AstVoicemailMailbox", attributes) == [b"1@other"]


def test_an_extension_of_a_stored_person_is_refused(directory: Entries) -> None:
    directory.append((f"uid=bob,{BASE}", {"AstExtension": [b"1"]}))
    plan = [Add(f"uid=anna,{BASE}", {"AstExtension": [b"1"]})]
    nobody: dict[str, set[str]] = {"AstExtension": set(), "AstVoicemailMailbox": set()}
    with pytest.raises(ModuleError, match=f"extension '1' of 'uid=anna,{BASE}' is held by 'uid=bob,{BASE}'"):
        check_stored(CONNECTION, BASE, plan, nobody, Subschema())


def test_people_may_swap_their_extensions(directory: Entries) -> None:
    directory.append((f"uid=bob,{BASE}", {"AstExtension": [b"1"]}))
    subschema = Subschema()
    plan = [Add(f"uid=anna,{BASE}", {"AstExtension": [b"1"]})]
    desired = DesiredEntry(f"uid=bob,{BASE}", {"AstExtension": [b"2"]}, "users")
    decided = decided_entries({subschema.dn_key(desired.dn): desired})
    check_stored(CONNECTION, BASE, plan, decided, subschema)
    absent = desired._replace(attributes={}, state=ABSENT)
    assert decided_entries({"x": absent}) == {"AstExtension": {"x"}, "AstVoicemailMailbox": {"x"}}


def test_a_value_in_a_filter_stays_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    filters: list[str] = []
    monkeypatch.setattr(
        uniqueness, "search_whole", lambda _c, _b, filterstr, *_more: filters.append(filterstr) or []
    )
    plan = [Add(f"uid=anna,{BASE}", {"AstExtension": [b"10*)(uid="]})]
    check_stored(CONNECTION, BASE, plan, {}, Subschema())
    assert filters == [r"(|(AstExtension=10\2a\29\28uid=))"]


def test_many_values_are_looked_up_by_one_search_or_in_batches_where_the_server_limits_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = [Add(f"uid=u{number},{BASE}", {"AstExtension": [b"%d" % number]}) for number in range(250)]
    filters: list[str] = []

    def everything(*args: Any) -> Iterable[Any]:
        filters.append(args[3])
        return iter([])

    def limited(*args: Any) -> Iterable[Any]:
        yield from ()
        raise SizeLimit

    monkeypatch.setattr(uniqueness, "search_all", everything)
    check_stored(CONNECTION, BASE, plan, {}, Subschema())
    assert filters == ["(AstExtension=*)"]
    monkeypatch.setattr(uniqueness, "search_all", limited)
    monkeypatch.setattr(
        uniqueness, "search_whole", lambda _c, _b, filterstr, *_more: filters.append(filterstr) or []
    )
    check_stored(CONNECTION, BASE, plan, {}, Subschema())
    assert [one.count("AstExtension") for one in filters[1:]] == [100, 100, 50]


def test_a_uid_in_another_case_is_refused(directory: Entries) -> None:
    directory.append((f"uid=anna,{BASE}", {"uid": [b"anna"]}))
    check_uid_case(CONNECTION, BASE, [Modify(f"uid=anna,{BASE}", [], {}, {})], Subschema())
    with pytest.raises(ModuleError, match="'ANNA' is stored as 'anna'"):
        check_uid_case(CONNECTION, BASE, [Modify(f"uid=ANNA,{BASE}", [], {}, {})], Subschema())
