# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers outside of their range are refused in one sentence."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"asterisk_rtp_port_max": 70000}, ["70000", "from 1 to 65535"]),
        ({"asterisk_tts_loudness": 1.5}, ["asterisk_tts_loudness is 1.5", "at most 1"]),
    ],
)
def test_a_value_that_cannot_work_is_named_with_the_reason(given: dict[str, t.Any], words: list[str]) -> None:
    (said,) = problems(**given)
    for word in words:
        assert word in said
    assert "hunter2" not in said
