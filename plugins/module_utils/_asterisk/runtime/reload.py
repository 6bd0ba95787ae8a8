# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module asterisk_reload: reloads modules or restarts Asterisk, and checks the result.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import os
import shutil
import typing as t

from ..._module import ModuleError, RedactingModule
from ..config import pending_reloads
from ..config.file_effects import is_true
from ..language.parser import decode_config, parse
from ..language.resolver import resolve
from . import cli_parsers, log
from .console import Console, NotRunning, TimedOut, make_runner

POLL_SECONDS = 2
# Asterisk may just have been started, and its console not answer yet.
START_SECONDS = 10
BUSY_TRIES = 10
# How long new calls may be refused while a call that came last ends.
STOP_SECONDS = 10
SYSTEMD = "/run/systemd/system"
MAX_WARNINGS = 10
# Other modules read the same files; these are often not installed, or decline to load without their section.
OPTIONAL = (
    "app_meetme.so",
    "app_sla.so",
    "cdr_csv.so",
    "cel_manager.so",
    "codec_speex.so",
    "res_http_post.so",
)
_CURE = "look at Asterisk's log, correct the configuration file of the module and run again"


class ReloadResult(t.TypedDict):
    """The module's result."""

    changed: bool
    reloaded: list[str]
    not_in_use: list[str]
    restarted: bool
    restart_pending: bool
    log: list[str]


def run_module(module: RedactingModule) -> t.Mapping[str, t.Any]:
    """Apply changed configuration to the running Asterisk and return the module's result."""
    params = module.params
    modules = list(dict.fromkeys(params["modules"]))
    result = ReloadResult(
        changed=bool(modules or params["restart"]),
        reloaded=[],
        not_in_use=[],
        restarted=False,
        restart_pending=False,
        log=[],
    )
    if module.check_mode:
        result["restarted"] = params["restart"] and params["restart_policy"] == "now"
        result["reloaded"] = [] if result["restarted"] else modules
        result["restart_pending"] = params["restart"] and not result["restarted"]
        return {**result, "diff": _diff(result)}
    if not result["changed"]:
        return result
    console = Console(params["binary"], params["timeout"], make_runner(module.run_command))
    positions = log.end_positions(params["log_directory"])
    cursor = journal_cursor(console)
    try:
        if params["restart"]:
            _restart(module, console, result)
        if result["restarted"]:
            _check_after_restart(console, modules, result, params["modules_conf"])
        else:
            console.wait_until_booted(START_SECONDS)
            for name in modules:
                reload_module(console, name, result, params["modules_conf"])
    finally:
        finished = {*result["reloaded"], *result["not_in_use"], *OPTIONAL}
        pending_reloads.remove_finished(params["pending_file"], finished, result["restarted"])
    for name in result["not_in_use"]:
        module.warn(f"The Asterisk module {name} is not in use on this host and was not reloaded.")
    journal = journal_after(console, cursor, params["service"])
    result["log"] = log.logged_since(params["log_directory"], positions, journal)
    # At each start, Asterisk also logs errors of modules that are not configured.
    errors = [] if result["restarted"] else [line for line in result["log"] if line.startswith("ERROR")]
    for line in errors[:MAX_WARNINGS]:
        module.warn(f"Asterisk logged: {line}")
    result["changed"] = bool(result["reloaded"] or result["restarted"])
    return {**result, "diff": _diff(result)}


def journal_cursor(console: Console) -> str:
    """Return the cursor at the end of the journal, or an empty string on a host without one."""
    if not shutil.which("journalctl"):
        return ""
    _code, text = console.run_program(["journalctl", "--quiet", "--lines=0", "--show-cursor"])
    return text.partition("-- cursor: ")[2].strip()


def journal_after(console: Console, cursor: str, service: str) -> str:
    """Return what the service has written to the journal after a position."""
    if not cursor:
        return ""
    command = ["journalctl", "--quiet", "--output=cat", f"--after-cursor={cursor}", f"--unit={service}"]
    return console.run_program(command)[1]


def _diff(result: ReloadResult) -> dict[str, str]:
    steps = [f"module reload {name}\n" for name in result["reloaded"]]
    if result["restarted"]:
        steps.append("restart Asterisk\n")
    elif result["restart_pending"]:
        steps.append("restart Asterisk when there are no calls\n")
    return {"before": "", "after": "".join(steps)}


def _restart(module: RedactingModule, console: Console, result: ReloadResult) -> None:
    params = module.params
    policy = params["restart_policy"]
    if policy == "idle" and not stop_when_idle(console, params["idle_timeout"]):
        policy = "never"
    if policy == "never":
        result["restart_pending"] = True
        module.warn(
            "A restart of Asterisk is pending, without which part of the new configuration has no effect; "
            "restart the service when there are no calls, or set restart_policy=now."
        )
        return
    restart_service(params["service"], console)
    console.wait_until_booted(params["timeout"])
    result["restarted"] = True


def wait_idle(console: Console, seconds: float) -> bool:
    """Wait up to *seconds* until there are no channels; return whether Asterisk is idle or not running."""
    waited = 0.0
    while True:
        try:
            channels = cli_parsers.calls(console.run("core show channels count"))["channels"]
        except NotRunning:
            return True
        if channels == 0:
            return True
        if waited >= seconds:
            return False
        console.sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def stop_when_idle(console: Console, seconds: float) -> bool:
    """Stop Asterisk when there are no channels, and return whether it stopped; if not, it takes calls as before.

    While Asterisk stops gracefully it refuses new calls, so none can be cut off between the last look and the stop.
    """
    if not wait_idle(console, seconds):
        return False
    if not os.path.isdir(SYSTEMD):
        return True
    try:
        console.run("core stop gracefully", STOP_SECONDS)
    except NotRunning:
        return True
    except TimedOut:
        # A call came after the last look and goes on.
        console.run("core abort shutdown")
        return False
    return True


def restart_service(service: str, console: Console) -> None:
    """Restart the service through systemd if it is running, else through Asterisk's console."""
    if not os.path.isdir(SYSTEMD):
        console.run("core restart now")
        console.sleep(POLL_SECONDS)
        return
    code, text = console.run_program(["systemctl", "restart", service])
    if code:
        cure = f"look at 'journalctl -u {service}'"
        raise ModuleError(f"The service {service} did not restart ({' '.join(text.split())}); {cure}.")


def _check_after_restart(
    console: Console, names: t.Sequence[str], result: ReloadResult, modules_conf: str
) -> None:
    """Check after a restart that each module is running, except those that are not in use on this host."""
    running = cli_parsers.modules(console.run("module show"))
    for name in names:
        if running.get(name):
            result["reloaded"].append(name)
        elif name not in running and not _should_be_running(console, name, modules_conf):
            result["not_in_use"].append(name)
        elif name not in OPTIONAL:
            raise ModuleError(f"The Asterisk module {name} is not running after the restart; {_CURE}.")


def reload_module(console: Console, name: str, result: ReloadResult, modules_conf: str) -> None:
    """Reload a module, or load it if it had declined to load, and add it to *result*."""
    running = cli_parsers.modules(console.run(f"module show like {name}"))
    if not running.get(name):
        if name in OPTIONAL:
            return
        if name not in running and not _should_be_running(console, name, modules_conf):
            result["not_in_use"].append(name)
            return
        # It declined to load, usually because the file that has just been written was missing.
        output = console.run(f"module load {name}")
    else:
        output = _reload_with_retries(console, name)
    running = cli_parsers.modules(console.run(f"module show like {name}"))
    if not running.get(name):
        raise ModuleError(
            f"The Asterisk module {name} is not running after its reload ({_excerpt(output)}); {_CURE}."
        )
    result["reloaded"].append(name)


def _reload_with_retries(console: Console, name: str) -> str:
    output = ""
    for _try in range(BUSY_TRIES):
        output = console.run(f"module reload {name}")
        outcome = cli_parsers.reload_outcome(output)
        if outcome == "reloaded":
            return output
        if outcome == "unsupported":
            raise ModuleError(
                f"The Asterisk module {name} does not support reloads; restart Asterisk with restart=true."
            )
        if outcome not in ("busy", "queued"):
            break
        console.sleep(1)
    raise ModuleError(f"The Asterisk module {name} did not reload ({_excerpt(output)}); {_CURE}.")


def _excerpt(text: str) -> str:
    return " ".join(cli_parsers.strip_colours(text).split())[:200] or "no output"


def _should_be_running(console: Console, name: str, modules_conf: str) -> bool:
    """Return whether a module unknown to Asterisk is installed and loaded by C(modules.conf)."""
    folder = cli_parsers.setting(console.run("core show settings"), "Module directory")
    if not folder or not os.path.exists(os.path.join(folder, name)):
        return False
    try:
        with open(modules_conf, "rb") as file:
            return loads_at_start(decode_config(file.read()), name)
    except OSError:
        return False


def loads_at_start(modules_conf: str, name: str) -> bool:
    """Return whether Asterisk loads the module at its start, from the text of C(modules.conf)."""
    document = parse(modules_conf, "modules.conf")
    section = resolve("modules.conf", {"modules.conf": document}, "/").find("modules", templates=False)
    if section is None:
        return False
    stem = name[:-3] if name.endswith(".so") else name

    def listed(option: str) -> bool:
        return any(value in (name, stem) for value in section.values(option))

    if listed("noload"):
        return False
    autoload = section.values("autoload")[-1:]
    loads = ("load", "preload", "require", "preload-require", "load-require")
    return any(map(is_true, autoload)) or any(listed(option) for option in loads)
