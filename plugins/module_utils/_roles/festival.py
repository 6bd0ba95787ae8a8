# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the variables of the role festival. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from .._festival.scheme import SchemeError, forms
from .rules import Options, Pattern, Values, is_ipv4, pattern_problems, share_problem

_PATTERNS = (
    Pattern("festival_voice", r"[A-Za-z0-9_]*", "the plain name of a voice, such as kal_diphone"),
    Pattern("festival_voice_packages", r"\S+", "names of packages"),
)


def festival_problems(values: Values, options: Options) -> t.Iterator[str]:
    """Yield a sentence for each value with which Festival would not start or would serve nobody."""
    yield from pattern_problems(values, options, _PATTERNS)
    yield from share_problem("festival_loudness", values)
    listen, clients = str(values["festival_listen"]), [str(client) for client in values["festival_clients"]]
    for name, addresses in (("festival_listen", [listen]), ("festival_clients", clients)):
        for address in addresses:
            if not is_ipv4(address):
                yield f"{name} contains {address!r}, which is not an IPv4 address; write one such as 192.0.2.10."
    if is_ipv4(listen) and not listen.startswith("127.") and not clients:
        yield (
            f"festival_listen is {listen!r}, which is not on loopback, but festival_clients is empty; "
            "list the addresses of the PBXs there."
        )
    try:
        forms(str(values["festival_scheme_extra"]))
    except SchemeError as error:
        yield f"festival_scheme_extra, line {error.line}: {error.reason}; {error.cure}."
