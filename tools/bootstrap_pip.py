"""Put pip into a virtual environment that has none, from the copy that Python carries.

ansible-test would download a script for this from a host of its own; with this one in its cache, the package index
that is configured for pip is all it needs. The arguments are those of that script: options and packages for pip.
"""

from __future__ import annotations

import subprocess
import sys

NOT_FOR_PIP = {"--no-setuptools", "--no-wheel"}


def main() -> None:
    wanted = [argument for argument in sys.argv[1:] if argument not in NOT_FOR_PIP]
    subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", *wanted], check=True)


if __name__ == "__main__":
    main()
