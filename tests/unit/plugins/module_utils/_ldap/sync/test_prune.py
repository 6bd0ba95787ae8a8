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
    """A connection; each test defines what a search finds."""


@pytest.mark.parametrize(
    ("limit", "allowed"), [("2", True), ("1", False), ("50%", True), ("49%", False), (" 100 % ", True)]
)
def test_prune_observes_its_limit_and_keeps_ancestors_of_desired_entries(
    limit: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns = ["ou=p,dc=o", "ou=q,ou=p,dc=o", "cn=old,ou=q,ou=p,dc=o", "cn=gone,ou=p,dc=o"]
    monkeypatch.setattr(prune, "search_whole", lambda *_args: [(dn, {}) for dn in dns])
    pruning = Pruning("ou=p,dc=o", "(objectClass=*)", limit)
    keys = ["cn=a,ou=q,ou=p,dc=o"]
    if not allowed:
        with pytest.raises(ModuleError, match="prune would delete 2 of 4 entries"):
            with_pruned(Directory(), EntryPlan([], 0), keys, SUBSCHEMA, pruning)  # type: ignore[arg-type]
        return
    plan = with_pruned(Directory(), EntryPlan([], 0), keys, SUBSCHEMA, pruning)  # type: ignore[arg-type]
    assert [operation.dn for operation in plan.operations] == ["cn=old,ou=q,ou=p,dc=o", "cn=gone,ou=p,dc=o"]


def test_an_invalid_prune_limit_is_refused() -> None:
    with pytest.raises(ModuleError, match="prune_limit 'many' is neither"):
        with_pruned(None, EntryPlan([], 0), [], SUBSCHEMA, Pruning("dc=o", "(x=*)", "many"))
