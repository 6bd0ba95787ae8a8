# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phrases become a grammar, and samples get the rate of the acoustic model."""

from __future__ import annotations

import array

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import listen


def test_a_grammar_contains_each_phrase_once_and_only_words() -> None:
    text = listen.grammar(["Hello, World!", "hello world", "It's 5; <evil> = x", "?"])
    assert text.splitlines()[2] == "public <phrase> = hello world | it's evil x;"


def test_samples_are_resampled_to_the_rate_of_the_model() -> None:
    doubled = listen.resample(array.array("h", [0, 100, 200]), 8000)
    assert list(doubled) == [0, 50, 100, 150, 200, 200]
    assert list(listen.resample(array.array("h", [1, 2]), 16000)) == [1, 2]
    assert list(listen.resample(array.array("h"), 8000)) == []
