# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directory section of ``make bench``: import people, find them unchanged, and change one among many.

README.md describes the cases and how to read the figures.
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

from measure import BenchmarkError, Series, figures, rounds, table, write_section
from people import ldif, ldif_file, record
from rig import Rig
from slapd_server import SlapdVersion, versions_present

ROOT = Path(__file__).resolve().parent.parent
LARGE = 100_000
FEW = 100
# Seconds for 100 entries, published by users of community.general.ldap_entry.
PUBLISHED_INCUMBENT = (37.0, 59.0)


class Results:
    """The figures so far, and the rows of the table that shows them."""

    def __init__(self) -> None:
        self.cases: dict[str, Any] = {}
        self.rows = [["slapd", "case", "program", "median s", "fastest s", "ours/it"]]

    def add(self, version: str, case: str, series: dict[str, Series], against: str, **more: Any) -> None:
        """Add the series of one case; "ours" is among them."""
        self.cases[case] = {"slapd": version, **figures(series, against), **more}
        ours = series["ours"].median
        for name, times in series.items():
            ratio = "" if name == "ours" else f"{ours / times.median:.2f}"
            self.rows.append([version, case, name, f"{times.median:.2f}", f"{times.fastest:.2f}", ratio])
        if "peak_mb" in more:
            self.rows.append([version, case, "ours, peak memory", f"{more['peak_mb']:.0f} MB", "", ""])
        print(f"{version} {case}: {json.dumps(self.cases[case])}", file=sys.stderr, flush=True)


def on_empty_database(rig: Rig, count: int, program: Callable[[], float]) -> Callable[[], float]:
    """Wrap a program so that it begins with an empty database and is checked to leave *count* people."""

    def run() -> float:
        rig.empty_database()
        seconds = program()
        rig.check_count(count)
        return seconds

    return run


def measure_size(rig: Rig, count: int, runs: int, results: Results, suffix: str) -> None:
    """Measure all cases with *count* people."""
    version = rig.full_version()
    source = rig.file("people.ldif", ldif_file(count))
    changed = rig.file("changed.ldif", ldif_file(count, changed=count // 2))
    ours = on_empty_database(rig, count, lambda: rig.ldap_users(src=str(source), changes=True))
    imports = rounds(
        runs,
        {
            "ours": ours,
            "ldapadd": on_empty_database(rig, count, lambda: rig.ldapadd(source)),
            "python_ldap_loop": on_empty_database(rig, count, lambda: rig.bare_loop(source)),
            "slapadd_q": on_empty_database(rig, count, lambda: rig.slapadd(source)),
        },
    )
    results.add(version, f"import_{count}{suffix}", imports, "ldapadd", peak_mb=rig.peak_megabytes(ours))

    def again() -> float:
        return rig.ldap_users(src=str(source), changes=False)

    unchanged = rounds(runs, {"ours": again, "empty_play": rig.empty_play})
    peak = rig.peak_megabytes(again)
    results.add(version, f"nochange_{count}{suffix}", unchanged, "empty_play", peak_mb=peak)

    sources = [changed, source]

    def change_one() -> float:
        sources.reverse()
        return rig.ldap_users(src=str(sources[1]), changes=True)

    one = rounds(runs, {"ours": change_one, "empty_play": rig.empty_play})
    results.add(version, f"onechange_{count}{suffix}", one, "empty_play")


def measure_records(rig: Rig, count: int, runs: int, results: Results) -> None:
    """Measure the same people as records, where Ansible's own handling of them takes most of the time."""
    version = rig.full_version()
    records = rig.file("people.json", json.dumps({"people": [record(number) for number in range(count)]}))
    ours = on_empty_database(rig, count, lambda: rig.ldap_users_records(records, changes=True))
    alone = functools.partial(rig.ansible_alone, records)
    series = rounds(runs, {"ours": ours, "ansible_alone": alone})
    peak = rig.peak_megabytes(ours)
    results.add(version, f"import_records_{count}", series, "ansible_alone", peak_mb=peak)
    again = functools.partial(rig.ldap_users_records, records, changes=False)
    series = rounds(runs, {"ours": again, "ansible_alone": alone})
    results.add(version, f"nochange_records_{count}", series, "ansible_alone")


def measure_large(rig: Rig, results: Results) -> None:
    """Measure time and memory of one large import and of the run after it."""
    version = rig.full_version()
    source = rig.file("people.ldif", ldif_file(LARGE))
    ours = on_empty_database(rig, LARGE, lambda: rig.ldap_users(src=str(source), changes=True))
    series = rounds(1, {"ldapadd": on_empty_database(rig, LARGE, lambda: rig.ldapadd(source)), "ours": ours})
    results.add(version, f"import_{LARGE}", series, "ldapadd", peak_mb=rig.peak_megabytes(ours))

    def again() -> float:
        return rig.ldap_users(src=str(source), changes=False)

    series = rounds(1, {"ours": again, "empty_play": rig.empty_play})
    results.add(version, f"nochange_{LARGE}", series, "empty_play", peak_mb=rig.peak_megabytes(again))


def measure_incumbent(rig: Rig, collections: Path | None, results: Results) -> None:
    """Measure 100 entries with a loop of community.general.ldap_entry, or show its published figure."""
    version = rig.full_version()
    source = rig.file("few.ldif", ldif_file(FEW))
    programs = {"ours": on_empty_database(rig, FEW, lambda: rig.ldap_users(src=str(source), changes=True))}
    published: dict[str, Any] = {}
    if collections is None:
        series = rounds(1, programs)
        series["ldap_entry_loop"] = Series(list(PUBLISHED_INCUMBENT))
        published = {"ldap_entry_loop_is_published": True}
    else:
        records = rig.file("few.json", json.dumps({"entries": [as_entry(number) for number in range(FEW)]}))
        programs["ldap_entry_loop"] = on_empty_database(rig, FEW, lambda: rig.incumbent(records, collections))
        series = rounds(1, programs)
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
    """Return the directory of collections that contains community.general, None if there is none."""
    directories = (
        [given] if given else [*os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"), *sys.path]
    )
    for directory in directories:
        if directory and (Path(directory) / "ansible_collections/community/general/plugins").is_dir():
            return Path(directory).resolve()
    return None


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description="Benchmark of the directory modules.")
    parser.add_argument("--size", type=int, default=10_000, help="people to import")
    parser.add_argument("--runs", type=int, default=3, help="runs of each program")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE} people, once")
    parser.add_argument("--slapd", nargs="*", help="versions, for example 2.6 (default: all installed)")
    parser.add_argument(
        "--collections", help="directory whose ansible_collections contains community.general"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "build/bench.json")
    return parser.parse_args()


def measure_all(options: argparse.Namespace, versions: list[SlapdVersion], results: Results) -> None:
    """Measure on each slapd, newest first; the names of cases on older ones end in the version."""
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
    options = parse_arguments()
    versions = [one for one in reversed(versions_present()) if not options.slapd or one.name in options.slapd]
    if not versions:
        print(
            "bench: no slapd is installed; run make bench as root once, which installs them", file=sys.stderr
        )
        return 1
    results = Results()
    loads = [os.getloadavg()[0]]
    try:
        measure_all(options, versions, results)
    except BenchmarkError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    loads.append(os.getloadavg()[0])
    results.cases["machine"] = {"cpus": os.cpu_count(), "load_before": loads[0], "load_after": loads[1]}
    write_section(options.output, "directory", results.cases)
    print(table(results.rows))
    print(
        f"\n{os.cpu_count()} CPUs, load {loads[0]:.1f} before and {loads[1]:.1f} after; {options.runs} runs each."
    )
    print(f"Written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
