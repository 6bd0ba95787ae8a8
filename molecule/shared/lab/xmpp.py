"""The collection's own XMPP client, as the lab and the tests use it."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.chat import Chat, ChatAccount, chat

__all__ = ["Chat", "ChatAccount", "chat"]
