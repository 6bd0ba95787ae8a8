# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds a release of Asterisk from source and activates it.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import resource
import shutil
import time
import typing as t

from ansible.module_utils.urls import open_url

from ..._module import ModuleError, RedactingModule, RunCommand
from .menuselect import problems
from .plan import BuildStep, data_folder, failure_reason, make_steps, menuselect_step, prepare_steps
from .spec import CHECKSUM, BuildSpec, describe, is_url, platform_name, release_name, validate_options
from .store import Store, write_manifest

# If make started Ansible, its options must not reach the build.
CLEAN_ENVIRONMENT = "env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS"


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Activate the release that the options describe, after building it if it does not exist; return the result."""
    options = module.params
    validate_options(options)
    store = Store(options["prefix"], options["program"])
    before, installed = store.active_release(), store.releases()
    spec = None if options["release"] else _build_spec(options)
    release = options["release"] or (release_name(spec) if spec else "")
    if spec is None and release not in installed:
        raise ModuleError(
            f"The release '{release}' does not exist in {store.prefix}; "
            f"choose one of: {', '.join(installed) or 'none is installed'}."
        )
    store.check_program()
    archive = options["archive"]
    action = "none"
    if release not in installed:
        action = "unpacked" if archive and os.path.exists(archive) else "built"
    elif before != release or not store.is_linked():
        action = "switched"
    seconds = 0.0
    if action != "none" and not module.check_mode:
        started = time.monotonic()
        # The account that Asterisk runs as must be able to read the release, whatever the umask of root.
        os.umask(0o022)
        os.makedirs(store.prefix, mode=0o755, exist_ok=True)
        _lock(store.prefix)
        if spec and action == "unpacked":
            store.unpack(module.run_command, release, archive)
        elif spec and action == "built":
            _Build(spec, options, store, module.run_command).run()
        store.activate(release)
        store.prune(options["keep"], before)
        seconds = round(time.monotonic() - started, 1)
    if archive and spec and not module.check_mode and not os.path.exists(archive):
        store.pack(module.run_command, release, archive)
    running = store.running_release()
    diff = {"before": "", "after": ""}
    if action != "none":
        diff["before"] = f"release: {before}\n" if before else ""
        diff["after"] = f"release: {release}\n" + (describe(spec) if spec and action == "built" else "")
    return {
        "changed": action != "none",
        "action": action,
        "release": release,
        "previous": before if before != release else "",
        "releases": store.releases(),
        "path": store.path(release),
        "log": store.log(release),
        "restart": bool(running) and running != release,
        "seconds": seconds,
        "diff": diff,
    }


def _lock(folder: str) -> None:
    """Lock *folder* until the process ends, even if it is killed; ModuleError if another process holds the lock."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ModuleError(
            f"Another run is building in {folder}; wait until it ends, then run again."
        ) from error


def _build_spec(options: t.Mapping[str, t.Any]) -> BuildSpec:
    given = CHECKSUM.fullmatch(options["checksum"] or "")
    with open("/etc/os-release", encoding="utf-8") as file:
        system = platform_name(file.read(), platform.machine())
    return BuildSpec(
        version=options["version"],
        source=options["source"],
        checksum=given.group(1).lower() if given else _checksum(options["source"], "source"),
        patches=tuple(_checksum(patch, "patches") for patch in options["patches"]),
        modules=tuple(options["modules"]),
        disable=tuple(options["disable"]),
        configure=tuple(options["configure"]),
        sounds=options["sounds"] or "",
        prefix=options["prefix"],
        platform=system,
    )


def _checksum(path: str, option: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        cure = f"copy the file to the host first, or correct '{option}'"
        raise ModuleError(f"{path} cannot be read ({error.strerror}); {cure}.") from error


class _Build:
    """One build in a temporary folder; the active release stays untouched until it is complete."""

    def __init__(
        self, spec: BuildSpec, options: t.Mapping[str, t.Any], store: Store, run_command: RunCommand
    ) -> None:
        self._spec = spec
        self._options = options
        self._store = store
        self._run_command = run_command
        self._release = release_name(spec)
        self._folder = f"{store.prefix}/.building"
        self._log = store.log(self._release)

    def run(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        # No other account may read or change an unfinished build.
        os.mkdir(self._folder, mode=0o700)
        os.mkdir(f"{self._folder}/source", mode=0o755)
        os.makedirs(os.path.dirname(self._log), mode=0o755, exist_ok=True)
        with open(self._log, "w", encoding="utf-8"):
            pass
        started = time.monotonic()
        try:
            stage = f"{self._folder}/stage"
            jobs = self._options["jobs"] or len(os.sched_getaffinity(0))
            downloads = self._options["downloads"] or ""
            self._run_steps(prepare_steps(self._spec, self._source(), self._patches(), downloads))
            # Checked first, since menuselect itself does not report the reason.
            self._check_menuselect()
            self._run_steps([menuselect_step(self._spec)])
            self._check_menuselect("menuselect.makeopts")
            self._run_steps(make_steps(self._spec, jobs, stage))
            seconds = time.monotonic() - started
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = used.ru_utime + used.ru_stime
            self._write_log(f"done in {seconds:.0f} s, with {processor:.0f} s of processor time")
            self._install(stage + self._store.path(self._release), seconds)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _source(self) -> str:
        source, copy = self._spec.source, f"{self._folder}/source.tar"
        try:
            if is_url(source):
                with open_url(source, timeout=60) as response, open(copy, "wb") as file:
                    shutil.copyfileobj(response, file)
            else:
                shutil.copyfile(source, copy)
        except OSError as error:
            raise self._error(f"{source} cannot be downloaded or copied ({error})") from error
        return self._verified(copy, source, self._spec.checksum)

    def _patches(self) -> list[str]:
        copies = []
        for number, (patch, checksum) in enumerate(zip(self._options["patches"], self._spec.patches)):
            folder = f"{self._folder}/patches/{number}"
            os.makedirs(folder)
            copy = shutil.copy(patch, folder)
            copies.append(self._verified(copy, patch, checksum))
        return copies

    def _verified(self, copy: str, origin: str, checksum: str) -> str:
        """Return *copy* if it has the checksum that is part of the release name; *origin* may have changed since."""
        found = _checksum(copy, "source")
        if found != checksum:
            raise self._error(f"{origin} has the checksum sha256:{found}, not sha256:{checksum}")
        return copy

    def _run_steps(self, steps: t.Iterable[BuildStep]) -> None:
        for step in steps:
            self._write_log(f"{step.name}: {' '.join(step.command)}")
            start = os.path.getsize(self._log)
            if self._run_step(step) != 0:
                with open(self._log, encoding="utf-8", errors="replace") as text:
                    text.seek(start)
                    raise self._error(f"{step.name} failed ({failure_reason(text.read())})")

    def _write_log(self, line: str) -> None:
        with open(self._log, "a", encoding="utf-8") as log:
            log.write(f"==> {line}\n")

    def _run_step(self, step: BuildStep) -> int:
        # Its output is in the log while it runs, which can take an hour.
        code, _output, _errors = self._run_command(
            ["sh", "-c", f'exec {CLEAN_ENVIRONMENT} "$@" >>"$0" 2>&1', self._log, *step.command],
            cwd=f"{self._folder}/source",
            environ_update={"LC_ALL": "C", "TERM": "dumb", **dict(step.variables)},
        )
        return code

    def _check_menuselect(self, makeopts: str = os.devnull) -> None:
        texts = []
        for name in ("menuselect-tree", "build_tools/menuselect-deps", makeopts):
            with open(os.path.join(self._folder, "source", name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        found = problems(self._spec.modules, *texts)
        if found:
            raise self._error(" ".join(found)[:-1])

    def _install(self, tree: str, seconds: float) -> None:
        modules = f"{tree}/lib/asterisk/modules"
        absent = [name for name in self._spec.modules if not os.path.exists(f"{modules}/{name}.so")]
        if absent:
            raise self._error(f"the build reported no error but lacks {', '.join(sorted(absent))}")
        if self._spec.sounds:
            for name in ("sounds", "moh"):
                folder = f"{data_folder(tree)}/{name}"
                shutil.rmtree(folder, ignore_errors=True)
                os.symlink(f"{self._spec.sounds}/{name}", folder)
        facts = {**self._spec._asdict(), "release": self._release, "seconds": round(seconds, 1)}
        write_manifest(tree, facts)
        # Remains of an interrupted run.
        shutil.rmtree(self._store.path(self._release), ignore_errors=True)
        os.rename(tree, self._store.path(self._release))

    def _error(self, reason: str) -> ModuleError:
        active = self._store.active_release()
        effect = f"{active} remains active" if active else "nothing was installed"
        message = f"Asterisk {self._spec.version} was not built: {reason}; {effect}, see the log {self._log}."
        return ModuleError(message, log=self._log, release=self._release, active=active)
