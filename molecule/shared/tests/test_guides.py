"""The commands that the guides show for a host exist there and work."""

from __future__ import annotations

import os

import pytest
from lab.hosts import PROJECT
from lab.proof import Lab
from testinfra.host import Host

from ansible_collections.switchboard.pbx.tests.unit.docs.snippets import rst_snippets

# The guides whose commands need a scenario of their own; the others are for any host.
SCENARIO_OF = {"messaging": "messaging"}
# Asterisk's console reports these with the exit status of success.
WRONG = ("No such command", "' failed.")


def commands() -> list[str]:
    """Return the commands for this scenario, each after the prompt of root."""
    scenario = os.environ.get("MOLECULE_SCENARIO_NAME", "default")
    return [
        line.removeprefix("# ")
        for path in sorted((PROJECT / "docs/docsite/rst").glob("*.rst"))
        if SCENARIO_OF.get(path.stem, "default") == scenario
        for snippet in rst_snippets(path.read_text())
        if snippet.language == "console"
        for line in snippet.text.splitlines()
        if line.startswith("# ")
    ]


@pytest.mark.parametrize("command", commands())
def test_a_command_works(pbx: Host, lab: Lab, command: str) -> None:
    done = pbx.run(command.replace("dc=example,dc=org", lab.facts["base_dn"]))
    assert done.rc == 0, done.stderr
    assert not any(sign in done.stdout for sign in WRONG), done.stdout
