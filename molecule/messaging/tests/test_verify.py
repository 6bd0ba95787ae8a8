"""The verify playbook sends messages by SIP and XMPP, and recognizes a wrong reply."""

from __future__ import annotations

from html import unescape
from pathlib import Path

from lab.verification import run

THANKS = "answered 'Thank you for messaging the Shift-Eight PBX'"


def test_messages_and_chat_are_on_the_page(
    inventory: Path, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    done = run(inventory, ansible_environment, page)
    assert done.returncode == 0, done.stdout
    text = unescape(page.read_text())
    assert "checks passed" in text
    assert f"<td>rbryant writes to pbx</td><td>{THANKS}</td>" in text
    assert (
        f"<td>russell@chat.shifteight.org writes to pbx@chat.shifteight.org in chat</td><td>{THANKS}</td>"
        in text
    )
    assert "<td>jvanmeg got 'A test of messages' from 101</td>" in text
    assert "heard 'hello world', " in text, "by text2wave at 204"


def test_another_answer_fails_and_no_password_is_shown(
    inventory: Path, ansible_environment: dict[str, str], tmp_path: Path, secrets: dict[str, str]
) -> None:
    page = tmp_path / "report.html"
    calls = [{"extension": "204", "phrase": "Hello World"}]
    asked = {"verify_calls": calls, "asterisk_messages_reply": "Something else"}
    done = run(inventory, ansible_environment, page, "-vvv", **asked)
    assert done.returncode != 0
    text = unescape(page.read_text())
    assert "2 of " in text, "by SIP and in chat"
    assert "not 'Something else'" in text
    for secret in secrets.values():
        assert secret not in done.stdout + done.stderr
        assert secret not in text
