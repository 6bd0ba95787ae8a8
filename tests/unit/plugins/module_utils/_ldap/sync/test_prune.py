# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning takes what is not wanted, no more than its limit allows, and nothing that something wanted stands on."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync import prune
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.pipeline import EntryPlan
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.sync.prune import Pruning, with_pruned
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from ..schema_for_tests import SUBSCHEMA


def test_without_a_server_there_is_nothing_to_prune() -> None:
    plan = EntryPlan([], 0)
    assert with_pruned(None, plan, [], SUBSCHEMA, Pruning("dc=b", "(x=*)", "0")) is plan


class Directory:
    """Stands for a connection; what a search below it finds is said by each test."""


@pytest.mark.parametrize(
    ("limit", "allowed"), [("2", True), ("1", False), ("50%", True), ("49%", False), (" 100 % ", True)]
)
def test_prune_keeps_to_its_limit_and_spares_what_is_above_a_wanted_entry(
    limit: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns = ["ou=p,dc=o", "ou=q,ou=p,dc=o", "cn=old,ou=q,ou=p,dc=o", "cn=gone,ou=p,dc=o"]
    monkeypatch.setattr(prune, "search_whole", lambda *_args: [(dn, {}) for dn in dns])
    what = Pruning("ou=p,dc=o", "(objectClass=*)", limit)
    keys = ["cn=a,ou=q,ou=p,dc=o"]
    if not allowed:
        with pytest.raises(ModuleError, match="prune would delete 2 of 4 entries"):
            with_pruned(Directory(), EntryPlan([], 0), keys, SUBSCHEMA, what)  # type: ignore[arg-type]
        return
    plan = with_pruned(Directory(), EntryPlan([], 0), keys, SUBSCHEMA, what)  # type: ignore[arg-type]
    assert [operation.dn for operation in plan.operations] == ["cn=old,ou=q,ou=p,dc=o", "cn=gone,ou=p,dc=o"]


def test_a_prune_limit_that_is_no_number_is_told() -> None:
    with pytest.raises(ModuleError, match="prune_limit 'many' is neither"):
        with_pruned(None, EntryPlan([], 0), [], SUBSCHEMA, Pruning("dc=o", "(x=*)", "many"))
