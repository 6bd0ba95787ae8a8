# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ldap_entries on trees: renames, deletions, containers and prune together, on a real slapd."""

from __future__ import annotations

import random
from typing import Any

import pytest
from conftest import Runner, entries_of

SUFFIX = "dc=example,dc=org"
TOP = f"ou=top,{SUFFIX}"
BASE = [
    {"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}},
    {"dn": TOP, "attributes": {"objectClass": "organizationalUnit"}},
]
EVERYTHING = {"base": TOP}


def unit(dn: str, **more: Any) -> dict[str, Any]:
    return {"dn": dn, "attributes": {"objectClass": "organizationalUnit"}, **more}


def person(dn: str, **more: Any) -> dict[str, Any]:
    return {"dn": dn, "attributes": {"objectClass": "inetOrgPerson", "cn": "P", "sn": "P"}, **more}


@pytest.fixture
def tree(run: Runner) -> Runner:
    """A runner on a tree of two units with two persons each."""
    people = [person(f"uid={uid},ou={name},{TOP}") for name in "ab" for uid in "xy"]
    entries = [*BASE, unit(f"ou=a,{TOP}"), unit(f"ou=b,{TOP}"), *people]
    assert run("ldap_entries", entries=entries)["changed"]
    return run


def below_top(runner: Runner) -> set[str]:
    return {dn[: -len(TOP) - 1] for dn in entries_of(runner.server) if dn.endswith("," + TOP)}


def converge(runner: Runner, *entries: dict[str, Any], **options: Any) -> set[str]:
    """Apply, in check mode first and a second time afterwards; return what is below ou=top."""
    result = runner.both("ldap_entries", entries=list(entries), **options)
    assert not result.get("failed"), result["msg"]
    again = runner.both("ldap_entries", entries=list(entries), **options)
    assert again.get("changed") is False, again
    return below_top(runner)


def test_prune_keeps_an_entry_that_is_renamed(tree: Runner) -> None:
    kept = converge(
        tree,
        person(f"uid=new,ou=a,{TOP}", rename_from=f"uid=x,ou=a,{TOP}"),
        prune=EVERYTHING,
        prune_limit="100%",
    )
    assert kept == {"ou=a", "uid=new,ou=a"}


def test_prune_and_recursive_delete_each_entry_once(tree: Runner) -> None:
    gone = {"dn": f"ou=a,{TOP}", "state": "absent"}
    options: dict[str, Any] = {"recursive": True, "prune": EVERYTHING, "prune_limit": "100%"}
    assert converge(tree, gone, person(f"uid=x,ou=b,{TOP}"), **options) == {"ou=b", "uid=x,ou=b"}


def test_an_entry_is_renamed_below_a_parent_that_is_created(tree: Runner) -> None:
    moved = person(f"uid=x,ou=deep,ou=new,{TOP}", rename_from=f"uid=x,ou=a,{TOP}")
    parents = [unit(f"ou=deep,ou=new,{TOP}"), unit(f"ou=new,{TOP}")]
    assert "uid=x,ou=deep,ou=new" in converge(tree, moved, *parents)


def test_a_container_is_renamed_with_its_children_listed(tree: Runner) -> None:
    entries = [unit(f"ou=new,{TOP}", rename_from=f"ou=a,{TOP}"), person(f"uid=x,ou=new,{TOP}")]
    entries.append(person(f"uid=z,ou=new,{TOP}", rename_from=f"uid=y,ou=a,{TOP}"))
    kept = converge(tree, *entries)
    assert kept == {"ou=new", "uid=x,ou=new", "uid=z,ou=new", "ou=b", "uid=x,ou=b", "uid=y,ou=b"}


def test_a_container_is_deleted_after_an_entry_has_left_it(tree: Runner) -> None:
    moved = person(f"uid=z,ou=b,{TOP}", rename_from=f"uid=x,ou=a,{TOP}")
    kept = converge(tree, {"dn": f"ou=a,{TOP}", "state": "absent"}, moved, recursive=True)
    assert kept == {"uid=z,ou=b", "ou=b", "uid=x,ou=b", "uid=y,ou=b"}


def test_prune_reaches_into_a_container_that_is_renamed(tree: Runner) -> None:
    entries = [unit(f"ou=new,{TOP}", rename_from=f"ou=a,{TOP}"), person(f"uid=x,ou=new,{TOP}")]
    kept = converge(tree, *entries, prune={"base": f"ou=new,{TOP}"}, prune_limit="100%")
    assert kept == {"ou=new", "uid=x,ou=new", "ou=b", "uid=x,ou=b", "uid=y,ou=b"}


@pytest.mark.parametrize("dn", [f"ou=A,{TOP}", f"OU=A,{TOP.upper()}"])
def test_a_rename_can_change_case_alone(tree: Runner, dn: str) -> None:
    converge(tree, unit(dn, rename_from=f"ou=a,{TOP}"))
    stored = [
        values["ou"] for name, values in entries_of(tree.server).items() if name.lower().startswith("ou=a,")
    ]
    assert stored == [[b"A"]]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{"dn": f"ou=a,{TOP}", "state": "absent"}, person(f"uid=x,ou=a,{TOP}")], "is below"),
        ([unit(f"ou=c,{TOP}", rename_from=f"ou=a,{TOP}"), person(f"uid=x,ou=a,{TOP}")], "renames"),
        ([unit(f"ou=c,{TOP}", rename_from=f"ou=a,{TOP}"), unit(f"ou=a,{TOP}")], "renames"),
        (
            [unit(f"ou={name},{TOP}", rename_from=f"ou=a,{TOP}") for name in "cd"],
            "is already renamed",
        ),
    ],
)
def test_entries_that_contradict_each_other_are_refused(
    tree: Runner, entries: list[dict[str, Any]], words: str
) -> None:
    before = entries_of(tree.server)
    refused = tree.both("ldap_entries", entries=entries, recursive=True)
    assert refused["failed"] and words in refused["msg"], refused["msg"]
    assert entries_of(tree.server) == before


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_leads_to_the_tree_that_is_described(run: Runner, seed: int) -> None:
    """A random tree, and a random description of another one: units and persons renamed, kept, new and deleted."""
    choose = random.Random(seed)
    units = ["ou=a", "ou=b", "ou=c,ou=a", "ou=d,ou=b"]
    persons = [f"uid=u{number},{choose.choice(units)}" for number in range(8)]
    start = [unit(f"{dn},{TOP}") for dn in units] + [person(f"{dn},{TOP}") for dn in persons]
    assert run("ldap_entries", entries=[*BASE, *start])["changed"]

    # One unit is renamed with all that is in it; "now" is where each old entry is then.
    old_unit = choose.choice(units)
    new_unit = "ou=renamed" + choose.choice(
        ["", ",ou=n", "".join("," + u for u in units if u == "ou=a" != old_unit)]
    )

    def now(dn: str) -> str:
        inside = dn == old_unit or dn.endswith("," + old_unit)
        return dn[: len(dn) - len(old_unit)] + new_unit if inside else dn

    entries = [unit(f"{new_unit},{TOP}", rename_from=f"{old_unit},{TOP}")]
    expected = {now(dn) for dn in [*units, *persons]}
    homes = [now(dn) for dn in units]
    if "ou=n" in new_unit:
        entries.append(unit(f"ou=n,{TOP}"))
        expected.add("ou=n")
        homes.append("ou=n")
    listed = {dn for dn in expected if dn in ("ou=n", new_unit)}
    for dn in persons:
        fate = choose.choice(["moved", "listed", "absent", "left"])
        if fate == "moved":
            target = f"{dn.partition(',')[0]}m,{choose.choice(homes)}"
            entries.append(person(f"{target},{TOP}", rename_from=f"{dn},{TOP}"))
            expected = expected - {now(dn)} | {target}
            listed.add(target)
        elif fate == "listed":
            entries.append(person(f"{now(dn)},{TOP}"))
            listed.add(now(dn))
        elif fate == "absent":
            entries.append({"dn": f"{now(dn)},{TOP}", "state": "absent"})
            expected.remove(now(dn))
    options: dict[str, Any] = {"recursive": choose.random() < 0.5}
    if choose.random() < 0.5:
        options.update(prune=EVERYTHING, prune_limit="100%")
        gone_too = {e["dn"][: -len(TOP) - 1] for e in entries if e.get("state") == "absent"}
        expected = {dn for dn in expected if any(f",{each}".endswith(f",{dn}") for each in listed | gone_too)}
    choose.shuffle(entries)
    assert converge(run, *entries, **options) == expected
