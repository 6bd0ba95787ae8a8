"""Install pip into a virtual environment from the copy bundled with Python.

ansible-test would download a script for this; with this one in its cache, it needs only the package index that is
configured for pip. The arguments are those of that script: options and packages for pip.
"""

from __future__ import annotations

import subprocess
import sys

NOT_FOR_PIP = {"--no-setuptools", "--no-wheel"}


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument not in NOT_FOR_PIP]
    subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", *arguments], check=True)


if __name__ == "__main__":
    main()
