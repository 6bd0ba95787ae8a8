# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fake Asterisk console for the tests."""

from __future__ import annotations

import typing as t

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.runtime.console import Console

RUNNING = "%s    Something    0    Running    core\n"
NOT_CONNECTED = "Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)"


class FakeAsterisk:
    """Answers console commands from a table; of a list of outputs, the last one repeats."""

    def __init__(self, **outputs: t.Any) -> None:
        self.outputs = {command.replace("_", " "): output for command, output in outputs.items()}
        self.commands: list[str] = []
        self.slept = 0.0

    def __call__(self, command: t.Sequence[str], timeout: float) -> tuple[int, str]:
        self.commands.append(command[-1])
        for start, output in self.outputs.items():
            if command[-1].startswith(start):
                texts = output if isinstance(output, list) else [output]
                text = texts.pop(0) if len(texts) > 1 else texts[0]
                return 1 if text == NOT_CONNECTED else 0, text
        return 0, ""

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def console(self) -> Console:
        return Console("asterisk", 1, self, self.sleep)
