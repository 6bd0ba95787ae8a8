"""Voicemail from the directory: left, announced, listened to with the PIN, and the PIN changed by phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lab.directory import replace_value, stored
from lab.phone import Account, Phone, phone
from lab.proof import Lab
from lab.wait import wait_until
from testinfra.host import Host

# Seconds: the greeting before the beep, and the longest prompt of the menu before it accepts keys.
GREETING, PROMPT = 13.0, 4.0
SPOOL = "/var/spool/asterisk/voicemail/default"
NEW_PIN = "86420975"


class Mailbox:
    """The mailbox of a person, and the phone of another person without one."""

    def __init__(self, pbx: Host, lab: Lab, pin: str) -> None:
        self.owner = lab.account(0)
        self.caller = lab.account(1)
        self.extension = lab.facts["phones"][0]["extension"]
        self.fetch = lab.facts["extensions"]["voicemail"]
        self.dn = f"uid={self.owner.user},{lab.facts['people_dn']}"
        self.pin = pin
        self.folder = f"{SPOOL}/{self.extension}"
        self._pbx = pbx

    def messages(self, folder: str) -> int:
        return int(self._pbx.check_output(f"ls {self.folder}/{folder}/*.txt 2>/dev/null | wc -l"))

    def soon_has(self, new: int, old: int) -> bool:
        """Return whether it soon has this many messages; Asterisk moves them after the caller has hung up."""
        return wait_until(lambda: (self.messages("INBOX"), self.messages("Old")) == (new, old))

    def leave_message(self, busy: Phone | None = None) -> float:
        """Call the owner, whose phone is off or busy, speak after the beep, and return the audible seconds."""
        with phone(self.caller, f"/dial {self.extension}") as running:
            if busy:
                busy.wait_for("Incoming call")
                busy.reject()
            running.wait_for("Call established")
            if busy:
                time.sleep(GREETING)
            else:
                # Skip the greeting.
                time.sleep(1)
                running.press("#")
            time.sleep(5)
            running.hang_up()
            return running.heard().audible_seconds


def log_in(running: Phone, pin: str) -> None:
    running.wait_for("Call established")
    time.sleep(PROMPT)
    running.press(pin + "#")
    time.sleep(PROMPT)


def listen_to_the_first_message(running: Phone) -> None:
    """Listen to the first message, after its date and time, which take about 8 seconds."""
    running.press("1")
    time.sleep(14)


@pytest.fixture
def mailbox(pbx: Host, lab: Lab, secrets: dict[str, str]) -> Iterator[Mailbox]:
    """An empty mailbox with the PIN of the inventory, restored afterwards."""
    box = Mailbox(pbx, lab, secrets["rbryant-pin"])

    def clean() -> None:
        pbx.run(f"rm -rf {box.folder}/INBOX {box.folder}/Old")
        # A changed entry makes the directory watch forget the phone, perhaps after it has registered for the test.
        if stored(pbx, box.dn, "AstVoicemailPassword") != [box.pin]:
            replace_value(pbx, box.dn, "AstVoicemailPassword", box.pin)

    clean()
    yield box
    clean()


def mwi_at(account: Account) -> str:
    """Return the message waiting indication that a phone gets after registering."""
    with phone(account, trace=True) as running:
        assert running.registration() == 200
        return running.wait_for(r"Messages-Waiting: (yes|no)").group(1)


def test_a_message_is_left_announced_to_the_phone_and_heard_with_the_pin(mailbox: Mailbox) -> None:
    assert mwi_at(mailbox.owner) == "no"
    with phone(replace(mailbox.owner, answers=False), trace=True) as registered:
        registered.wait_for("Messages-Waiting: no")
        assert mailbox.leave_message(registered) > 2, "the caller hears a greeting and the beep"
        registered.wait_for("Messages-Waiting: yes", 60)
    assert mailbox.soon_has(1, 0)
    assert mwi_at(mailbox.owner) == "yes"
    with phone(mailbox.owner, f"/dial {mailbox.fetch}") as running:
        log_in(running, mailbox.pin)
        listen_to_the_first_message(running)
        running.hang_up()
        heard = running.heard()
    assert heard.audible_seconds > 5
    assert mailbox.soon_has(0, 1), "it was listened to"
    assert mwi_at(mailbox.owner) == "no"


def test_with_another_pin_no_message_is_heard(mailbox: Mailbox) -> None:
    mailbox.leave_message()
    with phone(mailbox.owner, f"/dial {mailbox.fetch}") as running:
        log_in(running, "0000")
        running.press("1")
        time.sleep(3)
    assert mailbox.soon_has(1, 0)


def test_a_phone_without_a_mailbox_cannot_open_one(mailbox: Mailbox) -> None:
    with phone(mailbox.caller, f"/dial {mailbox.fetch}") as running:
        running.wait_for(r"session closed|404 Not Found|terminated")
        assert "Call established" not in running.printed


def test_a_pin_changed_by_phone_is_stored_in_the_directory(pbx: Host, mailbox: Mailbox) -> None:
    with phone(mailbox.owner, f"/dial {mailbox.fetch}") as running:
        log_in(running, mailbox.pin)
        # Mailbox options, change the PIN, and the new one twice.
        for keys in ("0", "5", NEW_PIN + "#", NEW_PIN + "#"):
            running.press(keys)
            time.sleep(PROMPT)
    assert stored(pbx, mailbox.dn, "AstVoicemailPassword") == [NEW_PIN]
    mailbox.leave_message()
    with phone(mailbox.owner, f"/dial {mailbox.fetch}") as running:
        log_in(running, NEW_PIN)
        listen_to_the_first_message(running)
    assert mailbox.soon_has(0, 1)
