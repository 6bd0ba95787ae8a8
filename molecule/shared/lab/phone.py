"""The softphone of the collection."""

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
