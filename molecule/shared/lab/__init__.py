from __future__ import annotations

import sys
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[3]
# The lab uses the collection's own phone code, found where Ansible finds the working tree, and reads README.
sys.path += [str(_PROJECT / ".cache" / "collections"), str(_PROJECT)]
