# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pending reloads are kept until they are done or Asterisk is restarted."""

from __future__ import annotations

import os
import typing as t

from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.pending_reloads import (
    PendingReloads,
    from_json,
    load_pending,
    remove_finished,
    to_json,
)

if t.TYPE_CHECKING:
    from pathlib import Path


def test_modules_are_added_once_and_in_order() -> None:
    assert PendingReloads(("a", "b")).plus(["b", "c"], True) == PendingReloads(("a", "b", "c"), True)


def test_reloaded_modules_are_removed_and_a_restart_clears_everything() -> None:
    pending = PendingReloads(("a", "b"), True)
    assert pending.minus({"a"}, restarted=False) == PendingReloads(("b",), True)
    assert not pending.minus(set(), restarted=True)


@given(strategies.lists(strategies.text()).map(tuple), strategies.booleans())
def test_the_file_is_read_back_as_it_was_written(modules: tuple[str, ...], restart: bool) -> None:
    assert from_json(to_json(PendingReloads(modules, restart)).decode()) == PendingReloads(modules, restart)


@given(strategies.text())
def test_an_invalid_file_contains_no_pending_reloads(text: str) -> None:
    assert isinstance(from_json(text), PendingReloads)


def test_nothing_is_pending_without_a_file(tmp_path: Path) -> None:
    assert not load_pending(None)
    assert not load_pending(str(tmp_path / "none"))
    remove_finished(str(tmp_path / "none"), set(), restarted=True)


def test_a_start_of_asterisk_clears_everything(tmp_path: Path) -> None:
    path, socket = tmp_path / "pending", tmp_path / "asterisk.ctl"
    path.write_bytes(to_json(PendingReloads(("a",), True)))
    socket.touch()
    os.utime(path, (1000, 1000))
    os.utime(socket, (999, 999))
    assert load_pending(str(path), str(socket))
    os.utime(socket, (1001, 1001))
    assert not load_pending(str(path), str(socket))
