# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module asterisk_info: reads the state of a running Asterisk.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from ..._module import RedactingModule
from . import cli_parsers
from .console import Console, NotRunning, make_runner

SUBSETS = ("modules", "endpoints", "contacts", "peers", "calls", "ldap")


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Return the state of Asterisk as the module's result; it is not an error if Asterisk is not running."""
    params = module.params
    console = Console(params["binary"], params["timeout"], make_runner(module.run_command))
    try:
        return gather(console, params["gather_subset"])
    except NotRunning as error:
        return {"changed": False, "running": False, "reason": str(error)}


def gather(console: Console, subset: t.Sequence[str]) -> dict[str, t.Any]:
    """Return Asterisk's version and the parts of its state in *subset*; NotRunning if it does not answer."""
    result: dict[str, t.Any] = {
        "changed": False,
        "running": True,
        "version": cli_parsers.version(console.run("core show version")),
    }
    if "modules" in subset:
        known = cli_parsers.modules(console.run("module show"))
        result["modules"] = sorted(name for name, running in known.items() if running)
        result["modules_not_running"] = sorted(name for name, running in known.items() if not running)
    if "endpoints" in subset:
        result["endpoints"] = cli_parsers.endpoints(console.run("pjsip show endpoints"))
    if "contacts" in subset:
        result["contacts"] = cli_parsers.contacts(console.run("pjsip show contacts"))
    if "peers" in subset:
        result["peers"] = cli_parsers.peers(console.run("sip show peers"))
    if "calls" in subset:
        result["calls"] = cli_parsers.calls(console.run("core show channels count"))
    if "ldap" in subset:
        result["ldap"] = cli_parsers.ldap_status(console.run("realtime show ldap status"))
    return result
