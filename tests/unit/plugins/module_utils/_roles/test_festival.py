# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Festival could not use is refused in one sentence."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"festival_listen": "300.0.0.1"}, ["'300.0.0.1'", "IPv4"]),
        ({"festival_scheme_extra": "(define x"}, ["festival_scheme_extra, line 1"]),
    ],
)
def test_a_value_that_cannot_work_is_named_with_the_reason(given: dict[str, t.Any], words: list[str]) -> None:
    (said,) = problems(**given)
    for word in words:
        assert word in said
    assert "hunter2" not in said
