"""Voicemail, as every scenario that has it must serve it."""

from checks.voicemail import (
    mailbox,
    test_a_message_is_left_announced_to_the_phone_and_heard_with_the_pin,
    test_a_phone_without_a_mailbox_gets_into_nobodys,
    test_a_pin_changed_by_phone_is_changed_in_the_directory_and_holds,
    test_with_another_pin_no_message_is_heard,
)

__all__ = [
    "mailbox",
    "test_a_message_is_left_announced_to_the_phone_and_heard_with_the_pin",
    "test_a_phone_without_a_mailbox_gets_into_nobodys",
    "test_a_pin_changed_by_phone_is_changed_in_the_directory_and_holds",
    "test_with_another_pin_no_message_is_heard",
]
