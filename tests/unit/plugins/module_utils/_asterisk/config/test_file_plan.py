# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan contains the right writes, errors, reloads and diffs for the files of a configuration directory."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.file_plan import (
    DesiredFile,
    FilePlan,
    plan,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._files import FileState
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

HERE = "/etc/asterisk"


def file(text: str, mode: int = 0o640, uid: int = 0, gid: int = 100) -> FileState:
    return FileState(text.encode(), mode, uid, gid)


def planned(current: dict[str, str], *desired: DesiredFile, **options: t.Any) -> FilePlan:
    current_files = {name: file(text) for name, text in current.items()}
    return plan(desired, current_files, HERE, uid=0, gid=100, **options)


def changed(steps: FilePlan) -> list[str]:
    return [change.name for change in steps.changes]


def test_an_identical_file_is_not_changed() -> None:
    steps = planned({"rtp.conf": "[general]\n"}, DesiredFile("rtp.conf", "[general]\n"))
    assert not steps.changes
    assert not steps.reload
    assert not steps.diff


def test_a_different_mode_or_owner_is_a_change_and_appears_in_the_diff() -> None:
    current_files = {"rtp.conf": file("[general]\n", mode=0o644)}
    steps = plan([DesiredFile("rtp.conf", "[general]\n")], current_files, HERE, uid=0, gid=100)
    assert changed(steps) == ["rtp.conf"]
    assert "mode 0644" in steps.diff[0]["before_header"]
    assert "mode 0640" in steps.diff[0]["after_header"]


def test_an_owner_that_does_not_exist_yet_is_not_compared() -> None:
    current_files = {"rtp.conf": file("[general]\n")}
    assert not plan([DesiredFile("rtp.conf", "[general]\n")], current_files, HERE).changes


def test_an_absent_file_is_removed_only_if_it_exists() -> None:
    absent = DesiredFile("users.conf", state="absent")
    assert planned({"users.conf": "[a]\n"}, absent).changes[0].after is None
    assert not planned({}, absent).changes


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[a]\nx\n", 2, "no '='"),
        ("x=1\n", 1, "before the first section"),
        ("[a](b)\n", 1, "inherits from 'b'"),
        ("[a]\n;-- open\n", 2, "never closed"),
        ("[a\n", 1, "no closing ']'"),
        ("#include missing.conf\n", 1, "does not exist"),
    ],
)
def test_what_asterisk_would_reject_is_an_error_with_file_line_and_cure(
    text: str, line: int, message: str
) -> None:
    with pytest.raises(ModuleError) as error:
        planned({}, DesiredFile("sip.conf", text))
    assert str(error.value).startswith(f"{HERE}/sip.conf, line {line}: ")
    assert message in str(error.value)
    assert "; " in str(error.value)


def test_one_invalid_file_fails_the_whole_plan() -> None:
    with pytest.raises(ModuleError):
        planned({}, DesiredFile("rtp.conf", "[general]\n"), DesiredFile("sip.conf", "broken\n"))


def test_removing_an_included_file_is_an_error() -> None:
    with pytest.raises(ModuleError, match=r"extensions\.conf, line 1: .*phones\.conf"):
        planned(
            {"extensions.conf": "#include phones.conf\n", "phones.conf": "[a]\n"},
            DesiredFile("phones.conf", state="absent"),
        )


def test_a_file_is_resolved_where_it_is_included() -> None:
    current = {"pjsip.conf": "[base](!)\n#include phones.conf\n"}
    assert changed(planned(current, DesiredFile("phones.conf", "x=1\n[101](base)\n"))) == ["phones.conf"]


def test_problems_in_other_files_are_not_reported() -> None:
    assert not planned({"a.conf": "broken #include\n"}, DesiredFile("rtp.conf", "[general]\n")).warnings


def test_an_existing_problem_is_only_a_warning_when_sections_are_merged() -> None:
    sections = ({"name": "general", "options": {"x": "1"}},)
    steps = planned({"rtp.conf": "; first\n[general]\nlonely\n"}, DesiredFile("rtp.conf", sections=sections))
    assert changed(steps) == ["rtp.conf"]
    assert "line 4" in steps.warnings[0]


def test_a_missing_include_is_only_a_warning_while_the_directory_does_not_exist() -> None:
    steps = planned({}, DesiredFile("sip.conf", "#include more.conf\n"), complete=False)
    assert "more.conf" in steps.warnings[0]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x.conf", "a/../b.conf", "", "a\nb.conf", "./a.conf", "a//b"]
)
def test_a_name_outside_the_directory_is_an_error(name: str) -> None:
    with pytest.raises(ModuleError, match="plain path"):
        planned({}, DesiredFile(name, "[a]\n"))


def test_a_file_listed_twice_is_an_error() -> None:
    with pytest.raises(ModuleError, match="twice"):
        planned({}, DesiredFile("a.conf", "[a]\n"), DesiredFile("a.conf", "[b]\n"))


def test_exactly_one_of_content_and_sections_is_required() -> None:
    for desired in (DesiredFile("a.conf"), DesiredFile("a.conf", "[a]\n", sections=({"name": "a"},))):
        with pytest.raises(ModuleError, match="exactly one"):
            planned({}, desired)


def test_files_in_other_languages_are_written_unchanged() -> None:
    assert changed(planned({}, DesiredFile("extensions.lua", "local x = 1\nreturn x\n"))) == [
        "extensions.lua"
    ]


def test_the_plan_lists_the_modules_to_reload_in_the_order_of_their_dependencies() -> None:
    names = ("voicemail.conf", "pjsip.conf", "res_ldap.conf", "extconfig.conf")
    steps = planned({}, *(DesiredFile(name, "[general]\n") for name in names))
    assert steps.reload == ["extconfig", "res_config_ldap.so", "app_voicemail.so", "res_pjsip.so"]
    assert not steps.restart


def test_an_included_file_reloads_the_module_that_reads_its_includer() -> None:
    current = {"extensions.conf": '#include "dial.d/*.conf"\n', "dial.d/a.conf": "[a]\n"}
    assert planned(current, DesiredFile("dial.d/b.conf", "[b]\n")).reload == ["pbx_config.so"]


def test_files_read_only_at_start_require_a_restart() -> None:
    assert planned({}, DesiredFile("sorcery.conf", "[a]\n")).restart
    assert planned({}, DesiredFile("modules.conf", "[modules]\n")).restart


def test_festival_conf_needs_nothing() -> None:
    steps = planned({}, DesiredFile("festival.conf", "[general]\n"))
    assert (steps.reload, steps.restart, steps.warnings) == ([], False, [])


def test_a_file_without_a_known_reader_is_a_warning_unless_its_module_is_set() -> None:
    assert "not known which Asterisk module" in planned({}, DesiredFile("mine.conf", "[a]\n")).warnings[0]
    steps = planned({}, DesiredFile("mine.conf", "[a]\n", reload=("app_mine.so",)))
    assert (steps.reload, steps.warnings) == (["app_mine.so"], [])


def test_the_diff_shows_both_states_and_no_secret() -> None:
    diff = planned(
        {"sip.conf": "[a]\nsecret=s3cr3t\n"}, DesiredFile("sip.conf", "[a]\nsecret=n3w\nx=1\n")
    ).diff[0]
    assert diff["before"] == "[a]\nsecret=********\n"
    assert diff["after"] == "[a]\nsecret=******** (changed)\nx=1\n"
    assert diff["before_header"] == f"{HERE}/sip.conf"


def test_the_pins_in_a_file_included_by_voicemail_conf_are_redacted() -> None:
    current = {"voicemail.conf": "[default]\n#include boxes.conf\n", "boxes.conf": ""}
    diff = planned(current, DesiredFile("boxes.conf", "[default]\n101 => 4711,R\n")).diff[0]
    assert "4711" not in diff["after"]


NAMES = strategies.sampled_from(["pjsip.conf", "rtp.conf", "d/more.conf"])
TEXTS = strategies.sampled_from(
    ["", "[a]\nx=1\n", "[a]\nx=2\n[b](a)\n", "#tryinclude d/more.conf\n[a]\n", "[c]\nx=\\;\n"]
)
SECTIONS = strategies.builds(
    lambda name, value, state: {"name": name, "options": {"x": value}, "state": state},
    strategies.sampled_from("abc"),
    strategies.sampled_from([None, "1", ["1", "2"], True, 7]),
    strategies.sampled_from(["present", "absent"]),
)
FILES = strategies.one_of(
    strategies.builds(DesiredFile, NAMES, TEXTS),
    strategies.builds(lambda name: DesiredFile(name, state="absent"), NAMES),
    strategies.builds(lambda name, section: DesiredFile(name, sections=(section,)), NAMES, SECTIONS),
)


@given(
    strategies.dictionaries(NAMES, TEXTS),
    strategies.lists(FILES, max_size=3, unique_by=lambda desired: desired.name),
)
def test_a_second_plan_after_the_first_was_applied_is_empty(
    current: dict[str, str], desired: list[DesiredFile]
) -> None:
    current_files = {name: file(text, mode=0o600) for name, text in current.items()}
    try:
        steps = plan(desired, current_files, HERE, uid=0, gid=100)
    except ModuleError:
        return
    for change in steps.changes:
        if change.after is None:
            del current_files[change.name]
        else:
            current_files[change.name] = change.after
    again = plan(desired, current_files, HERE, uid=0, gid=100)
    assert (again.changes, again.reload, again.restart, again.diff) == ([], [], False, [])
