"""The collection's own softphone, as the lab and the tests use it."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import (
    CALL_SECONDS,
    Account,
    Phone,
    PhoneError,
    call,
    phone,
    register,
)

__all__ = ["CALL_SECONDS", "Account", "Phone", "PhoneError", "call", "phone", "register"]
