# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that several roles have for their variables. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from .values import Option, describe

Values = t.Mapping[str, t.Any]
Options = t.Mapping[str, Option]

# The least and the greatest value of numbers; no number of the roles is negative.
_PORT = (1, 65535)
_RANGES: dict[str, tuple[float, float]] = {
    "asterisk_rtp_port_min": _PORT,
    "asterisk_rtp_port_max": _PORT,
    "asterisk_festival_port": _PORT,
    "asterisk_messages_length": (1, 1000),
    "asterisk_messages_per_minute": (1, 100_000),
    "asterisk_ring_seconds": (1, 3600),
    "asterisk_ldap_poll_interval": (1, 86400),
    "openldap_max_size": (1048576, 2**63 - 1),
}


class Pattern(t.NamedTuple):
    """A pattern that the text of a variable, or each item of its list, must match, and its description."""

    name: str
    pattern: str
    words: str


def number_problems(values: Values, options: Options) -> t.Iterator[str]:
    """Yield a sentence for each number outside of its range."""
    for name, option in options.items():
        if name not in values or option.get("type") not in ("int", "float"):
            continue
        least, greatest = _RANGES.get(name, (0, float("inf")))
        number = float(values[name])
        if number < least or number > greatest:
            limit = (
                f"from {least:.0f} to {greatest:.0f}" if greatest != float("inf") else f"{least:.0f} or more"
            )
            yield f"{describe(name, values[name], option)}, but must be {limit}; correct it."


def pattern_problems(values: Values, options: Options, patterns: t.Iterable[Pattern]) -> t.Iterator[str]:
    """Yield a sentence for each text that does not match its pattern."""
    for name, pattern, words in patterns:
        value = values[name]
        items = value if isinstance(value, (list, tuple)) else [value]
        for item in items:
            if not re.fullmatch(pattern, str(item)):
                yield f"{describe(name, item, options.get(name, {}))}, but must be {words}."
                break


def share_problem(name: str, values: Values) -> t.Iterator[str]:
    """Yield a sentence if a loudness is not a share of full scale."""
    if not 0 < float(values[name]) <= 1:
        yield f"{name} is {values[name]}, but must be above 0 and at most 1; correct it."


def is_ipv4(text: str) -> bool:
    """Return whether a text is an IPv4 address."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
