"""The softphone of the collection."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.switchboard.pbx.plugins.module_utils._phone import phone as _phone
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import (
    CALL_SECONDS,
    Account,
    Phone,
    PhoneError,
)

__all__ = ["CALL_SECONDS", "Account", "Phone", "PhoneError", "call", "phone", "register", "run_command"]


def run_command(
    arguments: list[str],
    before_communicate_callback: Callable[[Any], object] = lambda process: None,
    errors: str = "",
) -> tuple[int, str, str]:
    """Run a program as a module does with AnsibleModule.run_command(), which exists only in modules."""
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        before_communicate_callback(process)
        output, error_output = process.communicate()
    return process.returncode, output, error_output


call = partial(_phone.call, run_command)
phone = partial(_phone.phone, run_command)
register = partial(_phone.register, run_command)
