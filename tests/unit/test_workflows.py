# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows of GitHub run what a developer runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text()) for path in (ROOT / ".github/workflows").glob("*.yml")
}
MAKEFILE = (ROOT / "Makefile").read_text()
JOBS = [(name, job) for workflow in WORKFLOWS.values() for name, job in workflow["jobs"].items()]


def matrix_of(workflow: str, job: str) -> dict[str, Any]:
    matrix: dict[str, Any] = WORKFLOWS[workflow]["jobs"][job]["strategy"]["matrix"]
    return matrix


def test_every_make_target_of_a_workflow_exists() -> None:
    runs = [step["run"] for _name, job in JOBS for step in job.get("steps", []) if "run" in step]
    called = {target for run in runs for target in re.findall(r"\bmake ([a-z-]+)", run)}
    called |= set(matrix_of("checks.yml", "releases")["check"])
    assert {"lint", "docs", "importer", "sanity", "unit", "integration", "molecule", "archive"} == called
    for target in called:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_the_checks_of_make_test_are_those_of_the_workflows() -> None:
    [checks] = re.findall(r"^CHECKS := ([a-z ]+)", MAKEFILE, re.MULTILINE)
    jobs = set(WORKFLOWS["checks.yml"]["jobs"]) - {"releases"} | set(
        matrix_of("checks.yml", "releases")["check"]
    )
    assert set(checks.split()) == jobs


def test_every_scenario_runs_on_published_images() -> None:
    [scenarios] = re.findall(r"^SCENARIOS \?=.*,([a-z_ ]+),", MAKEFILE, re.MULTILINE)
    matrix = matrix_of("scenarios.yml", "scenario")
    assert sorted(matrix["scenario"]) == sorted(scenarios.split())
    assert matrix["image"] == ["published"]


def test_a_scenario_on_another_release_names_one_of_the_map() -> None:
    known = yaml.safe_load((ROOT / "molecule/shared/lab/published.yml").read_text())
    others = {entry["image"] for entry in matrix_of("scenarios.yml", "scenario")["include"]} - {"published"}
    assert others
    assert others <= known.keys()


@pytest.mark.parametrize(("name", "job"), JOBS, ids=[name for name, _job in JOBS])
def test_a_job_ends_in_time_and_calls_only_actions_of_github_by_major_version(
    name: str, job: dict[str, Any]
) -> None:
    if "uses" in job:
        return
    assert job["timeout-minutes"] <= 60
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(
        re.fullmatch(r"actions/[a-z-]+@v\d+|\./\.github/actions/prepare", action) for action in used
    ), name


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_unless_a_job_needs_more(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert "concurrency" in WORKFLOWS[name]
    more = {
        job: content["permissions"]
        for job, content in WORKFLOWS[name]["jobs"].items()
        if "permissions" in content
    }
    assert more == ({"github": {"contents": "write"}} if name == "release.yml" else {})
