# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files are read as Asterisk reads them, and merging has the effect in Asterisk that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asterisk_server import AsteriskServer, Section, versions_present
from hypothesis import HealthCheck, assume, given, settings, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.merge import merge
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import (
    ResolvedConfig,
    resolve,
)

if not versions_present():
    pytest.skip("tools/debian_trees.sh asterisk builds the trees", allow_module_level=True)

MAIN = "main.conf"
MORE = "more.conf"
often = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module", params=versions_present(), ids=lambda version: f"asterisk-{version}")
def asterisk(request: pytest.FixtureRequest) -> Iterator[AsteriskServer]:
    """A running Asterisk of each version that reads files for the tests."""
    with AsteriskServer(request.param) as server:
        yield server


def write(asterisk: AsteriskServer, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = asterisk.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())


def read_by_us(asterisk: AsteriskServer, files: dict[str, str]) -> ResolvedConfig:
    documents = {name: parse(text, name) for name, text in files.items()}
    return resolve(MAIN, documents, str(asterisk.directory))


def sections(resolved: ResolvedConfig) -> list[Section]:
    return [
        Section(one.name, one.template, [(setting.name, setting.value) for setting in one.settings])
        for one in resolved.categories
    ]


REJECTED = [
    "[a]\nk=1\n[a](+k=2)\ny=1\n",
    "[a]\nk=1\n[a](+k)\ny=1\n",
    "[a]\nk=1\n[a](+k=1&z=1)\ny=1\n",
    "[a]\nk=1\n[a](+k=[)\ny=1\n",
    "[a](!)\nk=1\n[a](+k=1)\ny=1\n",
    "[a]\nk=1\n[a](+TEMPLATES=restrict)\ny=1\n",
    "[a]\nk=1\n[a](!,+)\n[a](+)\n",
    "[a]\n[a](+,!,+)\n",
    "[b]()\ny=1\n",
    "[a](! )\n",
    "lonely\n[a]\nx=1\n",
    "=1\n[a]\nx=1\n",
    "x=1\n[a]\n",
    "x+=1\n[a]\n",
    "#include missing.conf\n",
    "#include missing.d/*.conf\n",
    "#tryinclude missing.conf\nlonely\n[a]\n",
]


@pytest.mark.parametrize("text", REJECTED)
def test_a_file_that_asterisk_rejects_is_told_to_be_rejected(asterisk: AsteriskServer, text: str) -> None:
    write(asterisk, {MAIN: text})
    assert asterisk.read(MAIN) is None
    reasons = " ".join(located.problem.reason for located in read_by_us(asterisk, {MAIN: text}).problems)
    assert "reject" in reasons or "not defined above" in reasons


READ = [
    "[a]\nx=1\n[b]\n[a](+)\nx=9\n",
    "[a]\nk=1\n[a]\nk=2\n[a](+k=2)\ny=1\n",
    "[a]\nk=12\nm=x\n[a](+k=2&m=.)\ny=1\n",
    "[a]\nkey=12\n[a](+k.y=^[0-9]+$)\ny=1\n",
    "[a]\nk=2\n[a](+ k = 2 & k = [[:digit:]])\ny=1\n",
    "[a](!)\n[a]\n[a](+TEMPLATES=restrict)\ny=1\n",
    "[a](!)\n[a](+TEMPLATES=include)\ny=1\n",
    "[a](!)\nk=1\n[a](+k=1&TEMPLATES=include)\ny=1\n",
    "[a]\nk=1\n[a](!,+)\ny=1\n",
    "[a]\nk=1\n[a](+,!)\ny=1\n",
    "[t](!)\nx=1\n[a]\nk=1\n[a](t,+)\ny=1\n",
    "[t](!)\nx=1\n[a]\nk=1\n[a](+,t)\ny=1\n",
    "[É]\nx=1\n[É](+)\ny=2\n",
    "[a]\nx=1\nX=1\nx+=2\n",
    "[a]\nx=1\nX=2\nx+=2\n",
    "[a]\nX=1\nx+=2\n",
    "[a]\nx=1\nx=1\nx+=2\n",
    "[a]\nx=0\nx=\nx+=2\n",
    "[a]\n#include {more,none}.conf\ny=1\n",
    "[a]\n#tryinclude none*.conf\ny=1\n",
]


@pytest.mark.parametrize("text", READ)
def test_sections_additions_filters_and_continuations_are_read_as_asterisk_reads_them(
    asterisk: AsteriskServer, text: str
) -> None:
    files = {MAIN: text, MORE: "z=1\n"}
    write(asterisk, files)
    resolved = read_by_us(asterisk, files)
    assert resolved.problems == []
    assert sections(resolved) == asterisk.read(MAIN)


def test_a_name_in_another_case_beyond_ascii_is_another_name(asterisk: AsteriskServer) -> None:
    write(asterisk, {MAIN: "[É]\nx=1\n[é](+)\ny=2\n"})
    assert asterisk.read(MAIN) is None
    assert read_by_us(asterisk, {MAIN: "[É]\nx=1\n[é](+)\ny=2\n"}).problems


def test_an_empty_name_among_the_bases_inherits_the_first_section_and_is_reported(
    asterisk: AsteriskServer,
) -> None:
    for text in ("[a](!)\nk=1\n[c]\nk=2\n[b]()\ny=1\n", "[a]\nk=1\n[c](!)\nk=2\n[b](c,)\ny=1\n"):
        write(asterisk, {MAIN: text})
        resolved = read_by_us(asterisk, {MAIN: text})
        assert sections(resolved) == asterisk.read(MAIN)
        assert "inherits from the first section" in resolved.problems[0].problem.reason


@pytest.mark.parametrize(("levels", "accepted"), [(10, True), (11, False)])
def test_includes_may_be_as_deep_as_in_asterisk(
    asterisk: AsteriskServer, levels: int, accepted: bool
) -> None:
    files = {f"{level}.conf": f"#include {level + 1}.conf\n" for level in range(1, levels)}
    files |= {MAIN: "#include 1.conf\n", f"{levels}.conf": "[a]\nx=1\n"}
    write(asterisk, files)
    assert (asterisk.read(MAIN) == [Section("a", False, [("x", "1")])]) == accepted
    assert (read_by_us(asterisk, files).problems == []) == accepted


LINES = strategies.sampled_from(
    """[a]|[b]|[a](+)|[a](!)|[b](a)|[a](+x=1)|[b](!,+)|[A](+y=.)|[b]()|x=1|x = 2 ; c|x => 3|x+=4|X=1|y=5|lonely|
    ; c|;-- d|--;|;-- e --;|--; x=6|x=7 ;-- f|--; [b]|[a] ;-- g|;-- h --; y=8 ;-- i|x=\\;9;-- j --;0|\\=x|x=a\\|
    #include more.conf|#tryinclude none.conf|=|;--- k|--;-- l""".replace("\n", "").split("|")
)
TEXTS = strategies.lists(LINES, max_size=12).map(lambda lines: "\n".join(line.strip() for line in lines))


@often
@given(TEXTS, TEXTS)
def test_any_file_without_problems_is_read_as_asterisk_reads_it(
    asterisk: AsteriskServer, text: str, more: str
) -> None:
    files = {MAIN: text, MORE: more.replace("#include", "#tryinclude")}
    write(asterisk, files)
    resolved = read_by_us(asterisk, files)
    assume(not resolved.problems)
    assert sections(resolved) == (asterisk.read(MAIN) or [])


VALUES = strategies.lists(strategies.sampled_from(["1", "2", ">", "a;b", ";-- c", "--;", "a\\"]), max_size=3)


def others(found: list[Section]) -> list[tuple[str, bool, list[tuple[str, str]]]]:
    """What is not in a section [a], without the option x, which others may inherit from it."""
    return [
        (one.name, one.template, [option for option in one.options if option[0].lower() != "x"])
        for one in found
        if one.name.lower() != "a"
    ]


@often
@given(TEXTS, VALUES, strategies.sampled_from(["set", "replace", "remove"]))
def test_a_merge_into_any_file_has_its_effect_in_asterisk_and_no_other(
    asterisk: AsteriskServer, text: str, values: list[str], how: str
) -> None:
    # Without the first section, or its options, those that inherit from it differ.
    assume(how == "set" or ("(a)" not in text and "()" not in text))
    write(asterisk, {MAIN: text, MORE: "m=1\n"})
    before = asterisk.read(MAIN)
    assume(before is not None and "block comment" not in str(parse(text, MAIN).problems))
    desired: dict[str, Any] = {"name": "a", "options": {"x": values}, "replace": how == "replace"}
    if how == "remove":
        desired = {"name": "a", "state": "absent"}
    merged = merge(parse(text, MAIN), [desired])
    if how != "remove":
        assert merge(parse(merged, MAIN), [desired]) == merged
    write(asterisk, {MAIN: merged})
    after = asterisk.read(MAIN)
    assume(after is not None or not read_by_us(asterisk, {MAIN: merged, MORE: "m=1\n"}).problems)
    assert before is not None
    assert after is not None
    assert others(after) == others(before)
    mine = [one for one in after if one.name.lower() == "a"]
    mine_before = [one for one in before if one.name.lower() == "a"]
    if how == "remove":
        assert mine == mine_before[1:]
    else:
        found = [value for name, value in mine[0].options if name.lower() == "x"]
        assert found[len(found) - len(values) :] == values
        assert mine[1:] == mine_before[1:]
