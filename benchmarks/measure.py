# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time programs, compute figures and ratios from series of runs, print the table, write build/bench.json."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class BenchmarkError(Exception):
    """A run that did not do its work, so that its time means nothing."""


@dataclass
class Series:
    """The times of identical runs, in seconds."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median run."""
        return statistics.median(self.seconds)

    @property
    def fastest(self) -> float:
        """The fastest run, which noise on the machine affected least."""
        return min(self.seconds)


def timed(command: Sequence[str], **options: Any) -> tuple[float, str]:
    """Run a program; return seconds and standard output. Raises BenchmarkError if it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise BenchmarkError(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
    return seconds, done.stdout


def rounds(number: int, programs: Mapping[str, Callable[[], float]]) -> dict[str, Series]:
    """Run all programs in turn, *number* times, so that noise on the machine affects them equally."""
    series = {name: Series() for name in programs}
    for _ in range(number):
        for name, program in programs.items():
            series[name].seconds.append(program())
    return series


def figures(series: Mapping[str, Series], against: str) -> dict[str, Any]:
    """Return median and fastest times of a case, and the ratio of the medians of "ours" and *against*."""
    case: dict[str, Any] = {}
    for name, times in series.items():
        case[f"{name}_s"] = round(times.median, 3)
        case[f"{name}_min_s"] = round(times.fastest, 3)
    case["ratio"] = round(series["ours"].median / series[against].median, 3)
    case["runs"] = len(series["ours"].seconds)
    return case


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align rows in columns; the first row is the header."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def write_section(target: Path, section: str, cases: Mapping[str, Any]) -> None:
    """Write one section of the results file; other sections are kept."""
    results = json.loads(target.read_text()) if target.exists() else {}
    results[section] = dict(cases)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n")
