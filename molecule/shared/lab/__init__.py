from __future__ import annotations

import sys
from pathlib import Path

# The lab uses the collection's own phone code, which is found where Ansible finds the working tree.
sys.path.append(str(Path(__file__).resolve().parents[3] / ".cache" / "collections"))
