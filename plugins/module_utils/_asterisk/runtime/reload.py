# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What asterisk_reload does: reloads modules, restarts when that is due and allowed, and checks the result.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import typing as t

from ..._module import ModuleError, RedactingModule
from ..config import pending_reloads
from ..language.parser import decode, parse
from ..language.resolver import evaluate
from . import cli_parsers, log
from .console import Console, NotRunning, run_program

POLL_SECONDS = 2
# How long a console that does not answer is given, for Asterisk may just have been started.
START_SECONDS = 10
BUSY_TRIES = 10
MAX_WARNINGS = 10
# One of several readers of a file: often not there, or declined for want of its part of the file.
OPTIONAL = ("app_meetme.so", "app_sla.so", "cdr_csv.so", "cel_manager.so", "codec_speex.so")
_LOOK = "look at Asterisk's log, mend the file that the module reads and run again"


class Outcome(t.TypedDict):
    """The module's result."""

    changed: bool
    reloaded: list[str]
    not_in_use: list[str]
    restarted: bool
    restart_pending: bool
    log: list[str]


def reload(module: RedactingModule) -> t.Mapping[str, t.Any]:
    """Bring changed configuration into force and return the module's result."""
    params = module.params
    modules = list(dict.fromkeys(params["modules"]))
    outcome = Outcome(
        changed=bool(modules or params["restart"]),
        reloaded=[],
        not_in_use=[],
        restarted=False,
        restart_pending=False,
        log=[],
    )
    if module.check_mode:
        outcome["restarted"] = params["restart"] and params["restart_policy"] == "now"
        outcome["reloaded"] = [] if outcome["restarted"] else modules
        outcome["restart_pending"] = params["restart"] and not outcome["restarted"]
        return {**outcome, "diff": _diff(outcome)}
    if not outcome["changed"]:
        return outcome
    console = Console(params["binary"], params["timeout"])
    places = log.marks(params["log_directory"])
    try:
        if params["restart"]:
            _restart(module, console, outcome)
        if outcome["restarted"]:
            _verify(console, modules, outcome, params["modules_conf"])
        else:
            console.wait_booted(START_SECONDS)
            for name in modules:
                reload_one(console, name, outcome, params["modules_conf"])
    finally:
        finished = {*outcome["reloaded"], *outcome["not_in_use"], *OPTIONAL}
        pending_reloads.done(params["pending_file"], finished, outcome["restarted"])
    for name in outcome["not_in_use"]:
        module.warn(f"The Asterisk module {name} is not in use on this host, so it was not reloaded.")
    outcome["log"] = log.since(places)
    # A restart logs what each unused module finds missing, as every start does.
    errors = [] if outcome["restarted"] else [line for line in outcome["log"] if line.startswith("ERROR")]
    for line in errors[:MAX_WARNINGS]:
        module.warn(f"Asterisk logged: {line}")
    outcome["changed"] = bool(outcome["reloaded"] or outcome["restarted"])
    return {**outcome, "diff": _diff(outcome)}


def _diff(outcome: Outcome) -> dict[str, str]:
    steps = [f"module reload {name}\n" for name in outcome["reloaded"]]
    if outcome["restarted"]:
        steps.append("restart Asterisk\n")
    elif outcome["restart_pending"]:
        steps.append("restart Asterisk when no call is up\n")
    return {"before": "", "after": "".join(steps)}


def _restart(module: RedactingModule, console: Console, outcome: Outcome) -> None:
    params = module.params
    policy = params["restart_policy"]
    if policy == "idle" and not wait_idle(console, params["idle_timeout"]):
        policy = "never"
    if policy == "never":
        outcome["restart_pending"] = True
        module.warn(
            "A restart of Asterisk is pending: part of the new configuration takes effect only then. "
            "Restart the service when no call is up, or set restart_policy=now."
        )
        return
    restart_service(params["service"], console)
    console.wait_booted(params["timeout"])
    outcome["restarted"] = True


def wait_idle(console: Console, seconds: float) -> bool:
    """Wait until no channel is up, at most *seconds*; an Asterisk that does not run is idle."""
    waited = 0.0
    while True:
        try:
            channels = cli_parsers.active_channels(console.ask("core show channels count"))
        except NotRunning:
            return True
        if channels == 0:
            return True
        if waited >= seconds:
            return False
        console.sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def restart_service(service: str, console: Console) -> None:
    """Restart the service by systemd where that runs, else by Asterisk itself."""
    if not os.path.isdir("/run/systemd/system"):
        console.ask("core restart now")
        console.sleep(POLL_SECONDS)
        return
    code, text = run_program(["systemctl", "restart", service], console.timeout)
    if code:
        cure = f"look at 'journalctl -u {service}'"
        raise ModuleError(f"The service {service} did not restart ({' '.join(text.split())}); {cure}.")


def _verify(console: Console, names: t.Sequence[str], outcome: Outcome, modules_conf: str) -> None:
    """After a restart, look whether each module is there; those that are not in use here do not count."""
    running = cli_parsers.modules(console.ask("module show"))
    for name in names:
        if running.get(name):
            outcome["reloaded"].append(name)
        elif name not in running and not _is_due(console, name, modules_conf):
            outcome["not_in_use"].append(name)
        elif name not in OPTIONAL:
            raise ModuleError(f"The Asterisk module {name} did not come up with the restart; {_LOOK}.")


def reload_one(console: Console, name: str, outcome: Outcome, modules_conf: str) -> None:
    """Reload one module, or load it if it had declined, and note in *outcome* what came of it."""
    running = cli_parsers.modules(console.ask(f"module show like {name}"))
    if not running.get(name):
        if name in OPTIONAL:
            return
        if name not in running and not _is_due(console, name, modules_conf):
            outcome["not_in_use"].append(name)
            return
        # It declined to load, most often for want of the file that has just been written.
        said = console.ask(f"module load {name}")
    else:
        said = _reload_patiently(console, name)
    running = cli_parsers.modules(console.ask(f"module show like {name}"))
    if not running.get(name):
        raise ModuleError(
            f"The Asterisk module {name} is not running after its reload ({_short(said)}); {_LOOK}."
        )
    outcome["reloaded"].append(name)


def _reload_patiently(console: Console, name: str) -> str:
    said = ""
    for _try in range(BUSY_TRIES):
        said = console.ask(f"module reload {name}")
        result = cli_parsers.reload_outcome(said)
        if result == "reloaded":
            return said
        if result == "unsupported":
            raise ModuleError(
                f"The Asterisk module {name} cannot be reloaded; restart Asterisk with restart=true."
            )
        if result not in ("busy", "queued"):
            break
        console.sleep(1)
    raise ModuleError(f"The Asterisk module {name} did not reload ({_short(said)}); {_LOOK}.")


def _short(text: str) -> str:
    return " ".join(cli_parsers.plain(text).split())[:200] or "Asterisk said nothing"


def _is_due(console: Console, name: str, modules_conf: str) -> bool:
    """Tell whether a module that Asterisk does not know yet is installed and meant to be loaded."""
    folder = cli_parsers.setting(console.ask("core show settings"), "Module directory")
    if not folder or not os.path.exists(os.path.join(folder, name)):
        return False
    try:
        with open(modules_conf, "rb") as file:
            return is_loaded_by(decode(file.read()), name)
    except OSError:
        return False


def is_loaded_by(modules_conf: str, name: str) -> bool:
    """Tell whether the text of a C(modules.conf) has the module loaded when Asterisk starts."""
    document = parse(modules_conf, "modules.conf")
    section = evaluate("modules.conf", {"modules.conf": document}, "/").find("modules", templates=False)
    if section is None:
        return False
    stem = name[:-3] if name.endswith(".so") else name

    def named(option: str) -> bool:
        return any(value in (name, stem) for value in section.values(option))

    if named("noload"):
        return False
    autoload = section.values("autoload")[:1]
    loads = ("load", "preload", "require", "preload-require", "load-require")
    return autoload in (["yes"], ["true"], ["1"], ["on"]) or any(named(option) for option in loads)
