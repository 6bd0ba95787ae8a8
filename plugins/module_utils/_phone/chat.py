# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An XMPP client for checks and tests: slixmpp in a thread, over TLS with a verified server certificate.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .phone import PhoneError

try:
    from slixmpp import ClientXMPP
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

ANSWER_SECONDS = 10.0


class ChatError(PhoneError):
    """The client did not receive what was expected; the message contains what it received."""


@dataclass(frozen=True)
class ChatAccount:
    """An account; *server* is the address to connect to, *certificate* a CA file (default: those of the system)."""

    jid: str
    password: str
    server: str
    certificate: Path | None = None


class Chat:
    """A client with one account; use it through chat()."""

    def __init__(self, account: ChatAccount) -> None:
        self._account = account
        self._received: list[tuple[str, str]] = []
        self._online = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._client: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def connect(self) -> None:
        """Go online; ChatError if that takes too long."""
        self._thread.start()
        if not self._online.wait(ANSWER_SECONDS):
            raise ChatError(f"{self._account.jid} did not go online within {ANSWER_SECONDS} s")

    def close(self) -> None:
        """Go offline and end the thread."""
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def send(self, to: str, body: str) -> None:
        """Send a chat message."""
        self._loop.call_soon_threadsafe(lambda: self._client.send_message(mto=to, mbody=body, mtype="chat"))

    def received(self, index: int = 0, seconds: float = ANSWER_SECONDS) -> tuple[str, str]:
        """Return the sender (bare JID) and body of message number *index*, after waiting for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(self._received) > index:
                return self._received[index]
            time.sleep(0.05)
        raise ChatError(
            f"{self._account.jid} did not receive message number {index} within {seconds} s, only {self._received}"
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        client: Any = ClientXMPP(self._account.jid, self._account.password)
        if self._account.certificate:
            client.ca_certs = self._account.certificate
        client.add_event_handler("session_start", self._start)
        client.add_event_handler("message", self._store)
        self._client = client
        client.connect(self._account.server, 5222)
        self._loop.run_forever()

    async def _leave(self) -> None:
        await self._client.disconnect()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _start(self, event: object) -> None:
        self._client.send_presence()
        self._online.set()

    def _store(self, message: Any) -> None:
        self._received.append((message["from"].bare, message["body"]))


@contextmanager
def chat(account: ChatAccount) -> Iterator[Chat]:
    """An XMPP client that is online within the block."""
    client = Chat(account)
    client.connect()
    try:
        yield client
    finally:
        client.close()
