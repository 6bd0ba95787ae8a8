# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the directory could not be written or read with is refused in one sentence."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"directory_bind_dn": "cn=x"}, ["directory_bind_password"]),
    ],
)
def test_a_value_that_cannot_work_is_named_with_the_reason(given: dict[str, t.Any], words: list[str]) -> None:
    (said,) = problems(**given)
    for word in words:
        assert word in said
    assert "hunter2" not in said


def test_a_missing_password_is_reported_where_it_is_set() -> None:
    assert problems(["directory"], directory_service_password="")[0].startswith(
        "directory_service_password is not set"
    )
    assert "set directory_service_password" in problems(["asterisk"], directory_service_password="")[0]


def test_a_password_that_the_configuration_of_asterisk_would_cut_is_refused() -> None:
    said = problems(["directory"], directory_service_password="hunter2;")
    assert len(said) == 1
    assert "semicolons" in said[0]
    assert "hunter2" not in said[0]
