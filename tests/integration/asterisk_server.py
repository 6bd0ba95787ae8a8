# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Asterisk for a test, out of a root tree that ``tools/debian_trees.sh`` builds, without a container.

It loads almost no modules and has its own configuration directory, so that a test can ask what it reads in a file.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from slapd_server import ENTER_TREE, ROOT, prepare_process

TREES = ROOT / ".cache" / "asterisk"
SUITE_OF = {"16": "bullseye", "22": "forky"}
SECRET = "manager-secret"
# What the dialplan of a test uses.
MODULES = (
    "pbx_config",
    "func_dialplan",
    "func_logic",
    "func_global",
    "app_verbose",
    "app_stack",
    "app_exec",
)


class Section(NamedTuple):
    """A section as Asterisk has read it."""

    name: str
    template: bool
    options: list[tuple[str, str]]


def versions_present() -> list[str]:
    """The major versions of Asterisk that can be started here; a tree needs root for its mount namespace."""
    if os.geteuid():
        return []
    return [name for name, suite in SUITE_OF.items() if (TREES / suite / "usr/sbin/asterisk").exists()]


class AsteriskServer:
    """An Asterisk whose configuration directory is ``directory``."""

    def __init__(self, version: str) -> None:
        self.tree = TREES / SUITE_OF[version]
        self.directory = Path(tempfile.mkdtemp(prefix="asterisk-"))
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.socket = socket.socket()
        self._configure()

    def _configure(self) -> None:
        modules = next(self.tree.glob("usr/lib/**/asterisk/modules")).relative_to(self.tree)
        folders = {"astetcdir": ".", "astvarlibdir": "lib", "astdbdir": "lib", "astspooldir": "spool"}
        folders |= {"astrundir": "run", "astlogdir": "log"}
        for folder in folders.values():
            (self.directory / folder).mkdir(exist_ok=True)
        lines = [f"{name} => {self.directory / folder}" for name, folder in folders.items()]
        lines += [f"astmoddir => /{modules}", "astdatadir => /usr/share/asterisk"]
        files = {
            "asterisk.conf": "[directories]\n" + "\n".join(lines) + "\n",
            "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in MODULES),
            "manager.conf": f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nport={self.port}\n"
            f"[test]\nsecret={SECRET}\nread=all\nwrite=all\n",
            "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
            "extensions.conf": "[default]\n",
        }
        for name, text in files.items():
            (self.directory / name).write_text(text)

    def start(self) -> AsteriskServer:
        """Start it and log in to its manager interface."""
        command = ("/usr/sbin/asterisk", "-f", "-C", str(self.directory / "asterisk.conf"))
        inside = [
            "unshare",
            "--mount",
            "sh",
            "-c",
            ENTER_TREE,
            "asterisk",
            str(self.tree),
            str(self.directory),
        ]
        with (self.directory / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [*inside, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=prepare_process,  # noqa: PLW1509  the tests have one thread
            )
        for _attempt in range(300):
            with contextlib.suppress(OSError):
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=20)
                self.socket.recv(100)
                self.action("Login", Username="test", Secret=SECRET, Events="off")
                self._wait_until_booted()
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.remove()
        raise RuntimeError("Asterisk did not start")

    def _wait_until_booted(self) -> None:
        for _attempt in range(300):
            if "fully booted" in self.command("core waitfullybooted"):
                return
            time.sleep(0.05)

    def action(self, name: str, **headers: str) -> str:
        """Return what the manager interface answers to an action."""
        lines = [f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape"))
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            received = self.socket.recv(65536)
            if not received:
                raise RuntimeError("Asterisk closed the connection")
            answer += received
        return answer.decode("utf-8", "surrogateescape")

    def command(self, text: str) -> str:
        """Return the output of a console command."""
        return "\n".join(re.findall(r"^Output: ?(.*?)\r?$", self.action("Command", Command=text), re.M))

    def variable(self, text: str) -> str:
        """Return the value of a global variable or function."""
        found = re.search(r"^Value: (.*?)\r?$", self.action("Getvar", Variable=text), re.M)
        return found[1] if found else ""

    def has_priority(self, context: str, extension: str, priority: str) -> bool:
        """Return whether the dialplan has a priority, a number or a label."""
        return self.variable(f"DIALPLAN_EXISTS({context},{extension},{priority})") == "1"

    def call(self, destination: str) -> None:
        """Let a call run through the dialplan to its end."""
        self.action(
            "Originate", Channel=f"Local/{destination}/n", Application="Wait", Data="1", Timeout="3000"
        )
        for _attempt in range(100):
            if "0 active channels" in self.command("core show channels count"):
                return
            time.sleep(0.02)

    def read(self, name: str) -> list[Section] | None:
        """Return the sections, with templates, that it reads in a file of its directory; None if it rejects it."""
        answer = self.action("GetConfig", Filename=name, Filter="TEMPLATES=include")
        if answer.startswith("Response: Error"):
            return None
        sections: list[Section] = []
        for line in answer.split("\r\n"):
            key, _colon, value = line.partition(": ")
            if key.startswith("Category-"):
                sections.append(Section(value, False, []))
            elif key.startswith("IsTemplate-"):
                sections[-1] = sections[-1]._replace(template=True)
            elif key.startswith("Line-"):
                option, _equal, text = value.partition("=")
                sections[-1].options.append((option, text))
        return sections

    def remove(self) -> None:
        """End it and remove its files."""
        self.socket.close()
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> AsteriskServer:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.remove()
