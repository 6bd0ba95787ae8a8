"""The tests of this scenario start from the shared fixtures."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared"))

from fixtures import *  # noqa: E402, F403
