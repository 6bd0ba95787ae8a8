"""Run the verify playbook against the hosts under test."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from .hosts import PROJECT


def run(
    inventory: Path, environment: dict[str, str], page: Path, *arguments: str, **variables: Any
) -> subprocess.CompletedProcess[str]:
    """Run playbooks/verify.yml with the report at *page* and additional variables."""
    settings = json.dumps({"verify_report": str(page), **variables})
    play = ["ansible-playbook", "-i", str(inventory), str(PROJECT / "playbooks/verify.yml"), "-e", settings]
    return subprocess.run(
        [*play, *arguments],
        env={**environment, "ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_NOCOLOR": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
