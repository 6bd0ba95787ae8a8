#!/usr/bin/env python3
"""Show the steps of a long command with their times, and keep all that it prints in a log: steps.py LOG COMMAND...

The command announces its steps by lines of its output; all other lines go to the log alone.
    === TEXT   a heading for the steps that follow
    ==> TEXT   a step begins; it ends with the next one, or with its result
    --> TEXT   what the step is doing now
    <== TEXT   the result of the step
If the command fails, what it printed last is shown. Only the standard library is used, because `make lab` begins
with this before anything is installed.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

NAME_WIDTH = 50
REDRAW_SECONDS = 0.1
# What is shown of a failed step: the beginning usually names the fault, the end what followed from it.
SHOWN_FIRST, SHOWN_LAST = 30, 50
# A warning of Ansible itself, or one that a task reports as its message.
WARNING = re.compile(r"\[WARNING\]: | +msg: '?WARNING: ")
COLOURS = {"heading": "1", "ok": "32", "failed": "1;31", "running": "36", "faint": "90"}


@dataclass
class Step:
    """A step that has begun."""

    name: str
    started: float
    detail: str = ""
    result: str = ""
    warnings: int = 0
    printed: list[str] = field(default_factory=list)


def parse(line: str) -> tuple[str, str]:
    """Return the marker and the text of a line; the marker of other output is empty."""
    marker, _space, text = line.partition(" ")
    return (marker, text) if marker in ("===", "==>", "-->", "<==") else ("", line)


def shorten(lines: list[str]) -> list[str]:
    """Return the beginning and the end of a long output."""
    left_out = len(lines) - SHOWN_FIRST - SHOWN_LAST
    if left_out <= 0:
        return lines
    return [*lines[:SHOWN_FIRST], f"[… {left_out} lines, see the log]", *lines[-SHOWN_LAST:]]


class Screen:
    """Writes steps to a terminal, where the running one is redrawn, or as plain lines to anything else."""

    def __init__(self, out: TextIO, environ: Mapping[str, str], columns: int) -> None:
        self.out = out
        self.live = out.isatty() and environ.get("TERM", "dumb") != "dumb"
        self.coloured = self.live and not environ.get("NO_COLOR")
        self.columns = columns
        unicode = (out.encoding or "").lower().startswith("utf")
        self.marks = {"ok": "✓", "failed": "✗", "running": "•"} if unicode else dict.fromkeys(COLOURS, "-")

    def heading(self, text: str) -> None:
        self._write("\n" + self._paint("heading", text) + "\n")

    def begin(self, step: Step) -> None:
        if self.live:
            self.redraw(step, step.started)
        else:
            self._write(f"  {step.name} ".ljust(NAME_WIDTH + 4, "."))

    def redraw(self, step: Step, now: float) -> None:
        if self.live:
            self._write("\r\x1b[K" + self._line("running", step, now, step.detail, "faint"))

    def end(self, step: Step, ok: bool, now: float) -> None:
        state = "ok" if ok else "failed"
        result = ", ".join(filter(None, [step.result, _count(step.warnings, "warning")]))
        if self.live:
            self._write("\r\x1b[K" + self._line(state, step, now, result) + "\n")
        else:
            note = result if ok else f"FAILED {result}"
            self._write(f" {_seconds(step, now)}  {note}".rstrip() + "\n")

    def failure(self, printed: list[str], log: Path) -> None:
        self._write("\n" + "\n".join(shorten(printed)).strip("\n") + "\n\n")
        self._write(self._paint("failed", f"failed; {log} has the whole output") + "\n")

    def success(self, seconds: float, log: Path) -> None:
        self._write(self._paint("faint", f"\ndone in {seconds:.0f} s; {log} has the whole output") + "\n")

    def _line(self, state: str, step: Step, now: float, note: str, colour: str = "plain") -> str:
        start = f" {step.name:{NAME_WIDTH}} {_seconds(step, now)}  "
        # A line that wraps could not be redrawn.
        room = max(0, self.columns - len(start) - 4)
        return f"  {self._paint(state, self.marks[state])}{start}{self._paint(colour, note[:room])}"

    def _paint(self, colour: str, text: str) -> str:
        return (
            f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self.coloured and colour in COLOURS and text else text
        )

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


class Progress:
    """Follows the output of the command, line by line."""

    def __init__(self, screen: Screen, clock: Callable[[], float] = time.monotonic) -> None:
        self.screen = screen
        self.clock = clock
        self.step: Step | None = None
        self.heading = ""
        # What was printed since the last marker.
        self.printed: list[str] = []

    def read(self, line: str) -> None:
        """Take a line of output."""
        marker, text = parse(line)
        if marker in ("===", "==>"):
            self.finish()
        if marker:
            self.printed = []
        if marker == "===":
            self.heading = text
        elif marker == "==>":
            self._begin(text)
        elif self.step and marker == "-->":
            self.step.detail = text
        elif self.step and marker == "<==":
            self.step.result = text
            self.finish()
        else:
            self.printed.append(line)
            if self.step and WARNING.match(line):
                self.step.warnings += 1

    def tick(self) -> None:
        """Show the time that has passed."""
        if self.step:
            self.screen.redraw(self.step, self.clock())

    def finish(self, ok: bool = True) -> None:
        """End the running step."""
        if self.step:
            self.screen.end(self.step, ok, self.clock())
        self.step = None

    def _begin(self, name: str) -> None:
        # A heading without steps is not shown.
        if self.heading:
            self.screen.heading(self.heading)
        self.heading = ""
        self.step = Step(name, self.clock())
        self.screen.begin(self.step)


def _seconds(step: Step, now: float) -> str:
    return f"{now - step.started:6.1f} s"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def follow(command: list[str], log: Path, progress: Progress) -> int:
    """Run the command, write its output to the log, and return its exit status."""
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with log.open("wb") as copy, process:
        assert process.stdout  # noqa: S101
        output, rest = process.stdout.fileno(), b""
        while True:
            if not select.select([output], [], [], REDRAW_SECONDS)[0]:
                progress.tick()
                continue
            if not (block := os.read(output, 65536)):
                break
            copy.write(block)
            copy.flush()
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                progress.read(line.decode(errors="replace"))
        if rest:
            progress.read(rest.decode(errors="replace"))
    return process.returncode


def main() -> int:
    log, *command = sys.argv[1:]
    screen = Screen(sys.stdout, os.environ, shutil.get_terminal_size().columns)
    progress = Progress(screen)
    started = time.monotonic()
    try:
        status = follow(command, Path(log), progress)
    except KeyboardInterrupt:
        status = 130
    progress.finish(ok=status == 0)
    if status == 0:
        screen.success(time.monotonic() - started, Path(log))
    else:
        screen.failure(progress.printed, Path(log))
    return status


if __name__ == "__main__":
    sys.exit(main())
