# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Desired entries are compared with the directory, and the result lists the changes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import Connection
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.operations import Delete
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync import pipeline
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.desired import (
    ABSENT,
    PRESENT,
    DesiredEntry,
    validate,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import (
    EntryPlan,
    apply_and_report,
    make_plan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError, RedactingModule

from ..schema_for_tests import SUBSCHEMA

PERSON = DesiredEntry("cn=a,dc=b", {"objectClass": [b"person"], "sn": [b"A"]}, "test", PRESENT)


class Module:
    check_mode = False
    _diff = True

    def __init__(self, batch_size: int = 10) -> None:
        self.params: dict[str, Any] = {
            "batch_size": batch_size,
            "atomic": "auto",
            "hidden_attributes": ["SN"],
        }


def test_without_a_server_everything_is_added() -> None:
    plan = make_plan(None, validate([PERSON], SUBSCHEMA), SUBSCHEMA)
    assert [operation.dn for operation in plan.operations] == ["cn=a,dc=b"]


def test_an_entry_that_is_returned_twice_or_not_desired_is_planned_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = {"objectClass": [b"person"], "cn": [b"a"], "sn": [b"A"]}
    rows = [("cn=a,dc=b", ("cn=a,dc=b", stored)), ("cn=z,dc=b", ("cn=z,dc=b", {}))] * 2
    monkeypatch.setattr(pipeline, "read_entries", lambda *_args: rows)
    plan = make_plan(
        cast(Connection, SimpleNamespace(handle=None, controls=[])), validate([PERSON], SUBSCHEMA), SUBSCHEMA
    )
    assert plan == EntryPlan([], 1)


def test_a_recursive_deletion_takes_the_children(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = DesiredEntry("ou=x,dc=b", {}, "test", ABSENT)
    monkeypatch.setattr(pipeline, "read_entries", lambda *_args: [("ou=x,dc=b", ("ou=x,dc=b", {}))])
    found = [("ou=x,dc=b", {}), ("cn=a,ou=x,dc=b", {})]
    monkeypatch.setattr(pipeline, "search_whole", lambda *_args: found)
    plan = make_plan(
        cast(Connection, SimpleNamespace(handle=None, controls=[])),
        validate([absent], SUBSCHEMA),
        SUBSCHEMA,
        recursive=True,
    )
    assert plan.operations == [Delete("ou=x,dc=b", {}), Delete("cn=a,ou=x,dc=b", {})]


def test_the_result_counts_changes_and_its_diff_masks_hidden_attributes() -> None:
    plan = make_plan(None, validate([PERSON], SUBSCHEMA), SUBSCHEMA)
    result = apply_and_report(cast(RedactingModule, Module()), None, plan, SUBSCHEMA)
    assert result["changed"]
    assert result["counts"] == {"added": 1, "modified": 0, "renamed": 0, "deleted": 0, "unchanged": 0}
    assert "sn: ********" in result["diff"][0]["after"]


def test_a_batch_size_below_one_is_refused() -> None:
    with pytest.raises(ModuleError, match="batch_size is 0"):
        apply_and_report(cast(RedactingModule, Module(0)), None, EntryPlan([], 0), SUBSCHEMA)
