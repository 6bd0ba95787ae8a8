# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directory part of ``make bench``: people imported, found unchanged, and one changed among many.

Every figure is that of whole processes on the same slapd in the same run: ``ansible-playbook`` with one task of
ldap_users against ``ldapadd -f``, ``slapadd -q``, a loop with python-ldap, and an empty play. Nothing here passes
or fails by time: the machine's noise is in every figure, so read the ratios.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import BenchmarkError, Series, figures, rounds, table, write_part
from people import ldif, ldif_file, record
from rig import Rig
from slapd_server import SlapdVersion, versions_present

ROOT = Path(__file__).resolve().parent.parent
LARGE = 100_000
FEW = 100
# Seconds for 100 entries, published by users of community.general.ldap_entry.
PUBLISHED_INCUMBENT = (37.0, 59.0)


class Results:
    """The figures so far, and the table that tells of them."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.rows = [["slapd", "case", "program", "median s", "least s", "ours/it"]]

    def add(self, version: str, case: str, series: dict[str, Series], against: str, **more: Any) -> None:
        """Note the series of one case; "ours" is among them."""
        self.found[case] = {"slapd": version, **figures(series, against), **more}
        ours = series["ours"].median
        for name, times in series.items():
            ratio = "" if name == "ours" else f"{ours / times.median:.2f}"
            self.rows.append([version, case, name, f"{times.median:.2f}", f"{times.least:.2f}", ratio])
        if "peak_mb" in more:
            self.rows.append([version, case, "ours, peak memory", f"{more['peak_mb']:.0f} MB", "", ""])
        print(f"{version} {case}: {json.dumps(self.found[case])}", file=sys.stderr, flush=True)


def on_fresh(rig: Rig, count: int, program: Callable[[], float]) -> Callable[[], float]:
    """Wrap a program: it begins with an empty database and must leave *count* people."""

    def run() -> float:
        rig.fresh()
        seconds = program()
        rig.check_count(count)
        return seconds

    return run


def measure_size(rig: Rig, count: int, runs: int, results: Results, suffix: str) -> None:
    """Measure all cases with so many people."""
    version = rig.version_in_full()
    source = rig.file("people.ldif", ldif_file(count))
    changed = rig.file("changed.ldif", ldif_file(count, changed=count // 2))
    ours = on_fresh(rig, count, lambda: rig.ldap_users(src=str(source), changes=True))
    imports = rounds(
        runs,
        {
            "ours": ours,
            "ldapadd": on_fresh(rig, count, lambda: rig.ldapadd(source)),
            "python_ldap_loop": on_fresh(rig, count, lambda: rig.bare_loop(source)),
            "slapadd_q": on_fresh(rig, count, lambda: rig.slapadd(source)),
        },
    )
    results.add(version, f"import_{count}{suffix}", imports, "ldapadd", peak_mb=rig.peak_megabytes(ours))

    def again() -> float:
        return rig.ldap_users(src=str(source), changes=False)

    unchanged = rounds(runs, {"ours": again, "empty_play": rig.empty_play})
    peak = rig.peak_megabytes(again)
    results.add(version, f"nochange_{count}{suffix}", unchanged, "empty_play", peak_mb=peak)

    turn = [changed, source]

    def change_one() -> float:
        turn.reverse()
        return rig.ldap_users(src=str(turn[1]), changes=True)

    one = rounds(runs, {"ours": change_one, "empty_play": rig.empty_play})
    results.add(version, f"onechange_{count}{suffix}", one, "empty_play")


def measure_records(rig: Rig, count: int, runs: int, results: Results) -> None:
    """Measure the same people as records, where most of the time is what Ansible takes to carry them."""
    version = rig.version_in_full()
    records = rig.file("people.json", json.dumps({"people": [record(number) for number in range(count)]}))
    ours = on_fresh(rig, count, lambda: rig.ldap_users_of(records, changes=True))
    alone = functools.partial(rig.ansible_alone, records)
    series = rounds(runs, {"ours": ours, "ansible_alone": alone})
    peak = rig.peak_megabytes(ours)
    results.add(version, f"import_records_{count}", series, "ansible_alone", peak_mb=peak)
    again = functools.partial(rig.ldap_users_of, records, changes=False)
    series = rounds(runs, {"ours": again, "ansible_alone": alone})
    results.add(version, f"nochange_records_{count}", series, "ansible_alone")


def measure_large(rig: Rig, results: Results) -> None:
    """Measure the time and the memory of one large import and of the run after it."""
    version = rig.version_in_full()
    source = rig.file("people.ldif", ldif_file(LARGE))
    ours = on_fresh(rig, LARGE, lambda: rig.ldap_users(src=str(source), changes=True))
    series = rounds(1, {"ldapadd": on_fresh(rig, LARGE, lambda: rig.ldapadd(source)), "ours": ours})
    results.add(version, f"import_{LARGE}", series, "ldapadd", peak_mb=rig.peak_megabytes(ours))

    def again() -> float:
        return rig.ldap_users(src=str(source), changes=False)

    series = rounds(1, {"ours": again, "empty_play": rig.empty_play})
    results.add(version, f"nochange_{LARGE}", series, "empty_play", peak_mb=rig.peak_megabytes(again))


def measure_incumbent(rig: Rig, collections: Path | None, results: Results) -> None:
    """Measure 100 entries by a loop of community.general.ldap_entry, or tell its published figure."""
    version = rig.version_in_full()
    source = rig.file("few.ldif", ldif_file(FEW))
    ways = {"ours": on_fresh(rig, FEW, lambda: rig.ldap_users(src=str(source), changes=True))}
    published: dict[str, Any] = {}
    if collections is None:
        series = rounds(1, ways)
        series["ldap_entry_loop"] = Series(list(PUBLISHED_INCUMBENT))
        published = {"ldap_entry_loop_is_published": True}
    else:
        records = rig.file("few.json", json.dumps({"entries": [as_entry(number) for number in range(FEW)]}))
        ways["ldap_entry_loop"] = on_fresh(rig, FEW, lambda: rig.incumbent(records, collections))
        series = rounds(1, ways)
    results.add(version, f"import_{FEW}", series, "ldap_entry_loop", **published)
    if published:
        results.rows[-1][2] += " (published)"


def as_entry(number: int) -> dict[str, Any]:
    """Return a person's entry as ldap_entry takes it."""
    lines = [line.partition(": ") for line in ldif(number).splitlines()]
    pairs = [(name, value) for name, _colon, value in lines]
    attributes = {name: value for name, value in pairs if name not in ("dn", "objectClass")}
    classes = [value for name, value in pairs if name == "objectClass"]
    return {"dn": pairs[0][1], "classes": classes, "attributes": attributes}


def find_incumbent(given: str | None) -> Path | None:
    """Return the directory of collections that has community.general, None if there is none."""
    places = [given] if given else [*os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"), *sys.path]
    for place in places:
        if place and (Path(place) / "ansible_collections/community/general/plugins").is_dir():
            return Path(place).resolve()
    return None


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Benchmark of the directory engine.")
    parser.add_argument("--size", type=int, default=10_000, help="people to import")
    parser.add_argument("--runs", type=int, default=3, help="runs of each program")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE} people, once")
    parser.add_argument("--slapd", nargs="*", help="versions, for example 2.6; all that are here")
    parser.add_argument("--collections", help="directory whose ansible_collections has community.general")
    parser.add_argument("--output", type=Path, default=ROOT / "build/bench.json")
    return parser.parse_args()


def measure_all(options: argparse.Namespace, versions: list[SlapdVersion], results: Results) -> None:
    """Measure on each slapd, newest first; the names of cases on older ones end in its version."""
    for version in versions:
        newest = version is versions[0]
        suffix = "" if newest else f"_slapd_{version.name}"
        with Rig(version) as rig:
            if newest:
                measure_incumbent(rig, find_incumbent(options.collections), results)
            measure_size(rig, options.size, options.runs, results, suffix)
            if newest:
                measure_records(rig, options.size, options.runs, results)
            if newest and options.large:
                measure_large(rig, results)


def main() -> int:
    """Measure, print the table, write the results."""
    options = arguments()
    versions = [one for one in reversed(versions_present()) if not options.slapd or one.name in options.slapd]
    if not versions:
        print("bench: no slapd to measure with is here; make bench sets them up as root", file=sys.stderr)
        return 1
    results = Results()
    loads = [os.getloadavg()[0]]
    try:
        measure_all(options, versions, results)
    except BenchmarkError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    loads.append(os.getloadavg()[0])
    results.found["machine"] = {"cpus": os.cpu_count(), "load_before": loads[0], "load_after": loads[1]}
    write_part(options.output, "directory", results.found)
    print(table(results.rows))
    print(
        f"\n{os.cpu_count()} CPUs, load {loads[0]:.1f} before and {loads[1]:.1f} after; {options.runs} runs each."
    )
    print(f"Written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
