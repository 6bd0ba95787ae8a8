# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds Asterisk from its source and puts it in force: the acting part.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import resource
import shutil
import subprocess
import time
import typing as t

from ansible.module_utils.urls import open_url

from ..._module import (ModuleError, RedactingModule)
from .menuselect import complaints
from .plan import (BuildStep, choosing, data_folder, making, preparing, reason)
from .store import (Store, write_manifest)
from .spec import (CHECKSUM, BuildSpec, validate, described, is_address, platform_name, release_name)


def build(module: RedactingModule) -> dict[str, t.Any]:
    """Bring the release that the options ask for into force, building it only if it is not there yet."""
    options = module.params
    validate(options)
    store = Store(options["prefix"], options["program"])
    before, installed = store.active(), store.releases()
    spec = None if options["release"] else _spec(options)
    release = options["release"] or (release_name(spec) if spec else "")
    if spec is None and release not in installed:
        kept = ", ".join(installed) or "none"
        raise ModuleError(f"There is no release '{release}' in {store.prefix}; there are: {kept}.")
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
        # Asterisk's own account reads what is installed here, whatever root's habit is.
        os.umask(0o022)
        os.makedirs(store.prefix, mode=0o755, exist_ok=True)
        # Held until the process ends, also if it is killed.
        lock = os.open(store.prefix, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModuleError(
                f"Another run is building in {store.prefix}; wait until it ends, then run again."
            ) from error
        if spec and action == "unpacked":
            store.unpack(release, archive)
        elif spec and action == "built":
            _Build(spec, options, store).run()
        store.activate(release)
        store.prune(options["keep"], before)
        seconds = round(time.monotonic() - started, 1)
    if archive and spec and not module.check_mode and not os.path.exists(archive):
        store.pack(release, archive)
    running = store.running()
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
        "diff": {
            "before": f"release: {before}\n" if before else "",
            "after": f"release: {release}\n" + (described(spec) if spec and action == "built" else ""),
        }
        if action != "none"
        else {"before": "", "after": ""},
    }


def _spec(options: t.Mapping[str, t.Any]) -> BuildSpec:
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
        cure = f"bring the file to the host first, or correct '{option}'"
        raise ModuleError(f"{path} cannot be read ({error.strerror}); {cure}.") from error


class _Build:
    """One build, in a folder of its own; whatever happens, what is in force stays there."""

    def __init__(self, spec: BuildSpec, options: t.Mapping[str, t.Any], store: Store) -> None:
        self._spec = spec
        self._options = options
        self._store = store
        self._release = release_name(spec)
        self._folder = f"{store.prefix}/.building"
        self._log = store.log(self._release)

    def run(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        # What is not finished is nobody else's to read or to change.
        os.mkdir(self._folder, mode=0o700)
        os.mkdir(f"{self._folder}/source", mode=0o755)
        os.makedirs(os.path.dirname(self._log), mode=0o755, exist_ok=True)
        with open(self._log, "w", encoding="utf-8"):
            pass
        started = time.monotonic()
        try:
            stage = f"{self._folder}/stage"
            self._take(
                preparing(self._spec, self._source(), self._patches(), self._options["downloads"] or "")
            )
            # Menuselect itself would just say that it did not find a part.
            self._ask_menuselect()
            self._take(choosing(self._spec))
            self._ask_menuselect("menuselect.makeopts")
            self._take(making(self._spec, self._options["jobs"] or len(os.sched_getaffinity(0)), stage))
            seconds = time.monotonic() - started
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            self._say(
                f"done in {seconds:.0f} s, with {used.ru_utime + used.ru_stime:.0f} s of processor time"
            )
            self._finish(stage + self._store.path(self._release), seconds)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _source(self) -> str:
        source, copy = self._spec.source, f"{self._folder}/source.tar"
        try:
            if is_address(source):
                with open_url(source, timeout=60) as answer, open(copy, "wb") as file:
                    shutil.copyfileobj(answer, file)
            else:
                shutil.copyfile(source, copy)
        except OSError as error:
            raise self._failed(f"{source} cannot be fetched ({error})") from error
        return self._as_checked(copy, source, self._spec.checksum)

    def _patches(self) -> list[str]:
        copies = []
        for number, (patch, checksum) in enumerate(zip(self._options["patches"], self._spec.patches)):
            folder = f"{self._folder}/patches/{number}"
            os.makedirs(folder)
            copy = shutil.copy(patch, folder)
            copies.append(self._as_checked(copy, patch, checksum))
        return copies

    def _as_checked(self, copy: str, origin: str, checksum: str) -> str:
        """Return *copy* if it is what gave the release its name, whatever became of *origin* since."""
        found = _checksum(copy, "source")
        if found != checksum:
            raise self._failed(f"{origin} has the checksum sha256:{found}, not sha256:{checksum}")
        return copy

    def _take(self, steps: t.Iterable[BuildStep]) -> None:
        for step in steps:
            self._say(f"{step.why}: {' '.join(step.command)}")
            with open(self._log, "ab") as log:
                begin = log.tell()
                code = self._call(step, log)
            if code != 0:
                with open(self._log, encoding="utf-8", errors="replace") as text:
                    text.seek(begin)
                    raise self._failed(f"{step.why} failed ({reason(text.read())})")

    def _say(self, what: str) -> None:
        with open(self._log, "a", encoding="utf-8") as log:
            log.write(f"==> {what}\n")

    def _call(self, step: BuildStep, log: t.IO[bytes]) -> int:
        # What make passes on by its environment is its caller's business, not ours.
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
        }
        environment = {**kept, "LC_ALL": "C", "TERM": "dumb", **dict(step.variables)}
        try:
            return subprocess.run(
                list(step.command),
                cwd=f"{self._folder}/source",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        except OSError as error:
            log.write(f"error: {step.command[0]} cannot be run ({error.strerror})\n".encode())
            return 127

    def _ask_menuselect(self, chosen: str = os.devnull) -> None:
        texts = []
        for name in ("menuselect-tree", "build_tools/menuselect-deps", chosen):
            with open(os.path.join(self._folder, "source", name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        found = complaints(self._spec.modules, *texts)
        if found:
            raise self._failed(" ".join(found)[:-1])

    def _finish(self, tree: str, seconds: float) -> None:
        modules = f"{tree}/lib/asterisk/modules"
        absent = [name for name in self._spec.modules if not os.path.exists(f"{modules}/{name}.so")]
        if absent:
            raise self._failed(f"the build has no {', '.join(sorted(absent))}, though nothing complained")
        if self._spec.sounds:
            for name in ("sounds", "moh"):
                place = f"{data_folder(tree)}/{name}"
                shutil.rmtree(place, ignore_errors=True)
                os.symlink(f"{self._spec.sounds}/{name}", place)
        facts = {**self._spec._asdict(), "release": self._release, "seconds": round(seconds, 1)}
        write_manifest(tree, facts)
        # What a killed run left of it.
        shutil.rmtree(self._store.path(self._release), ignore_errors=True)
        os.rename(tree, self._store.path(self._release))

    def _failed(self, what: str) -> ModuleError:
        force = self._store.active()
        stays = f"{force} stays in force" if force else "nothing was installed"
        sentence = (
            f"Asterisk {self._spec.version} was not built: {what}; {stays}, and the log is {self._log}."
        )
        return ModuleError(sentence, log=self._log, release=self._release, active=force)
