# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every variable of every role refuses null and wrong types in one sentence; good input passes."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import OPTIONS, ROLES, problems

ALL = [(role, name, option) for role in ROLES for name, option in OPTIONS[role].items()]
NUMBERS = [name for _role, name, option in ALL if option["type"] in ("int", "float")]
NAMES = [name for _role, name, _option in ALL]


def test_the_defaults_and_a_password_are_enough() -> None:
    assert problems() == []


@pytest.mark.parametrize(("role", "name", "option"), ALL, ids=NAMES)
def test_null_is_refused(role: str, name: str, option: dict[str, t.Any]) -> None:
    assert problems(**{name: None}) == [f"{name} is null; give it a value, or remove it to get the default."]


@pytest.mark.parametrize(("role", "name", "option"), ALL, ids=NAMES)
def test_a_value_of_another_type_is_refused(role: str, name: str, option: dict[str, t.Any]) -> None:
    wrong: t.Any = "text" if option["type"] in ("list", "dict", "int", "float", "bool") else ["an item"]
    said = problems(**{name: wrong})
    assert len(said) == 1
    assert said[0].startswith(f"{name} is ")
    assert "must be" in said[0]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_negative_number_is_refused(name: str) -> None:
    assert problems(**{name: -1})[0].startswith(f"{name} is -1, but must be ")


def test_a_consequence_is_not_blamed_beside_its_cause() -> None:
    assert len(problems(openldap_suffix=None)) == 1
