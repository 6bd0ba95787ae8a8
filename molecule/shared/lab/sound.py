"""Sound measurement of the collection."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.sound import (
    Sound,
    measure,
    measure_file,
    write_tone,
)

__all__ = ["Sound", "measure", "measure_file", "write_tone"]
