# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extract community.general, whose ldap_entry is measured, from the package "ansible": incumbent.py DIRECTORY.

Only that collection is extracted, to DIRECTORY/ansible_collections, and only if it is not there yet.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# The community package whose ansible-core is the one of requirements-dev.txt.
PACKAGE = "ansible ~= 12.0"
COLLECTION = "ansible_collections/community/general/"


def main(target: Path) -> int:
    """Fetch the collection; return an exit code."""
    if (target / COLLECTION).is_dir():
        return 0
    print("==> fetching community.general into .cache (once) to measure its ldap_entry")
    with tempfile.TemporaryDirectory() as directory:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        done = subprocess.run([*command, "--dest", directory, PACKAGE], check=False)
        wheels = list(Path(directory).glob("*.whl"))
        if done.returncode or not wheels:
            print(
                "bench: community.general cannot be fetched; showing its published figure instead",
                file=sys.stderr,
            )
            return 0
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(target, [name for name in wheel.namelist() if name.startswith(COLLECTION)])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
