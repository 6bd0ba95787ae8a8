# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ssha; tests/integration/test_plugins.py lets slapd check its hashes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.switchboard.pbx.plugins.filter.ssha import ssha_filter


def test_a_password_and_its_salt_give_one_hash() -> None:
    # (printf s3cretsaltsalt | openssl sha1 -binary; printf saltsalt) | base64
    assert ssha_filter("s3cret", "saltsalt") == "{SSHA}/E1l+cHA9/sxcS5MD8umnjm1FX9zYWx0c2FsdA=="


def test_the_salt_is_random_unless_given() -> None:
    assert ssha_filter("s3cret") != ssha_filter("s3cret")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1234,), "the password is int, not a string; quote it"),
        (("s3cret", 12345678), "salt is not a string"),
        (("s3cret", "abc"), "at least 4 bytes"),
    ],
)
def test_input_of_another_type_or_length_is_refused(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words) as refused:
        ssha_filter(*arguments)
    assert "s3cret" not in str(refused.value)
