"""Asterisk's own reading of the files on this host, compared with ours."""

from checks.readback import (
    asked,
    test_asterisk_reads_in_every_file_what_our_parser_says,
    test_the_manager_interface_is_shut,
)

__all__ = [
    "asked",
    "test_asterisk_reads_in_every_file_what_our_parser_says",
    "test_the_manager_interface_is_shut",
]
