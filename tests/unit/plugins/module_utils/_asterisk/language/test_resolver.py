# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sections that Asterisk has after reading a file with its templates, additions and includes."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import (
    ResolvedConfig,
    included_files,
    includers,
    resolve,
    roots,
)


def resolved_config(files: dict[str, str], name: str = "main.conf") -> ResolvedConfig:
    return resolve(name, {n: parse(text, n) for n, text in files.items()}, "/etc/asterisk")


def problems(text: str, **others: str) -> list[str]:
    files = {"main.conf": text, **{f"{name}.conf": content for name, content in others.items()}}
    return [
        f"{located.file}:{located.problem.line}: {located.problem.reason}"
        for located in resolved_config(files).problems
    ]


def test_a_section_inherits_the_options_of_its_bases_before_its_own() -> None:
    resolved = resolved_config({"main.conf": "[base](!)\nx=1\ny=2\n[phone](base)\ny=3\n"})
    phone = resolved.find("phone", templates=False)
    assert phone is not None
    assert phone.values("y") == ["2", "3"]
    assert phone.values("x") == ["1"]


def test_a_template_is_found_only_when_asked_for() -> None:
    resolved = resolved_config({"main.conf": "[base](!)\nx=1\n"})
    assert resolved.find("base", templates=False) is None
    assert resolved.find("base", templates=True) is not None


def test_plus_equal_continues_the_last_value_of_its_name() -> None:
    phone = resolved_config({"main.conf": "[a]\nx=1\nx=2\nx+=, 3\nz+=4\n"}).find("a", templates=False)
    assert phone is not None
    assert phone.values("x") == ["1", "2, 3"]
    assert phone.values("z") == ["4"]


def test_an_addition_joins_the_first_section_of_its_name() -> None:
    resolved = resolved_config({"main.conf": "[a]\nx=1\n[b]\n[a](+)\ny=2\n"})
    assert [category.name for category in resolved.categories] == ["a", "b"]
    assert resolved.categories[0].values("y") == ["2"]


def test_an_addition_to_a_template_needs_the_filter() -> None:
    assert "adds to a section" in problems("[a](!)\n[a](+)\nx=1\n")[0]
    assert not problems("[a](!)\n[a](+TEMPLATES=include)\nx=1\n")


def test_an_addition_extends_the_first_section_that_passes_its_filter() -> None:
    resolved = resolved_config({"main.conf": "[a]\nk=1\n[a]\nk=23\n[a](+k=^2)\ny=1\n"})
    assert [category.values("y") for category in resolved.categories] == [[], ["1"]]
    assert "passes the filter" in problems("[a]\nk=1\n[a](+k=2)\ny=1\n")[0]
    assert "passes the filter" in problems("[a]\nk=1\n[a](+k)\ny=1\n")[0]
    assert "passes the filter" in problems("[a]\nk=1\n[a](+k=[)\ny=1\n")[0]
    assert not problems("[a](!)\nk=1\n[a](+TEMPLATES=restrict&k=[[:digit:]])\ny=1\n")


def test_an_addition_may_make_its_section_a_template() -> None:
    for header in ("[a](!,+)", "[a](+,!)"):
        assert resolved_config({"main.conf": f"[a]\n{header}\n"}).categories[0].template


def test_an_empty_name_inherits_from_the_first_section_and_is_reported() -> None:
    text = "[a]\nk=1\n[b]()\n"
    assert resolved_config({"main.conf": text}).categories[1].values("k") == ["1"]
    assert "first section of the file" in problems(text)[0]
    assert "inherits from ''" in problems("[b]()\n")[0]


def test_an_addition_to_an_unknown_section_does_not_extend_the_one_above() -> None:
    resolved = resolved_config({"main.conf": "#exec /bin/x\n[a]\nx=1\n[b](+)\ny=1\n"})
    assert [(one.name, one.values("y")) for one in resolved.categories] == [("a", []), ("b", ["1"])]


def test_only_ascii_letters_are_compared_without_case() -> None:
    assert not problems("[A]\n[a](+)\n")
    assert problems("[\u00c9]\n[\u00e9](+)\n")


def test_a_base_that_is_not_defined_above_is_reported_with_its_line() -> None:
    assert problems("[a](base)\n[base](!)\n") == [
        "main.conf:1: [a] inherits from 'base', which is not defined above it"
    ]


def test_a_base_may_come_from_an_included_file() -> None:
    assert not problems("#include base.conf\n[a](base)\n", base="[base](!)\nx=1\n")


def test_an_included_file_continues_the_section_of_its_includer() -> None:
    resolved = resolved_config({"main.conf": "[a]\n#include more.conf\ny=2\n", "more.conf": "x=1\n"})
    assert [(s.name, s.file) for s in resolved.categories[0].settings] == [
        ("x", "more.conf"),
        ("y", "main.conf"),
    ]
    assert not resolved.problems


def test_an_option_before_the_first_section_is_reported() -> None:
    for line in ("x=1", "x += 1", "lonely", "=1"):
        (problem,) = problems(f"{line}\n[a]\n")
        assert "before the first section, and Asterisk rejects the file" in problem
    assert "drops" in problems("[a]\nlonely\n")[0]


def test_an_include_of_a_missing_file_is_reported_and_a_tryinclude_is_not() -> None:
    assert "does not exist" in problems("#include missing.conf\n")[0]
    assert "does not exist" in problems('#include "missing.d/*.conf"\n')[0]
    assert not problems("#tryinclude missing.conf\n")


def test_circular_includes_are_reported() -> None:
    assert "is circular" in problems("#include b.conf\n", b="#include main.conf\n")[0]


def test_nothing_is_reported_as_missing_if_an_include_is_unknown() -> None:
    assert not problems("#exec /bin/true\n[a](base)\n[b](+)\n")
    assert not problems("#include /opt/other.conf\nx=1\n[a](base)\n")


def test_a_wildcard_matches_within_one_folder() -> None:
    names = ["p.d/a.conf", "p.d/x/b.conf", "c.conf"]
    assert included_files("p.d/*.conf", "/etc/asterisk", names) == ["p.d/a.conf"]
    assert included_files("/etc/asterisk/c.conf", "/etc/asterisk", names) == ["c.conf"]
    assert included_files("/etc/other/c.conf", "/etc/asterisk", names) is None
    assert included_files("../c.conf", "/etc/asterisk", names) is None


def test_braces_and_hidden_files_are_matched_as_glob_does() -> None:
    names = ["b.conf", "a.conf", ".c.conf"]
    assert included_files("{b,a,none}.conf", "/etc/asterisk", names) == ["b.conf", "a.conf"]
    assert included_files("*.conf", "/etc/asterisk", names) == ["a.conf", "b.conf"]
    assert included_files(".c.*", "/etc/asterisk", names) == [".c.conf"]


def test_the_roots_of_a_file_are_its_outermost_includers() -> None:
    documents = {
        "a.conf": parse("#include b.conf\n", "a.conf"),
        "b.conf": parse("#include c.conf\n", "b.conf"),
        "c.conf": parse("", "c.conf"),
    }
    parents = includers(documents, "/etc/asterisk")
    assert roots("c.conf", parents) == {"a.conf"}
    assert roots("a.conf", parents) == {"a.conf"}
