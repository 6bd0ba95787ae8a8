"""The default output of ansible-playbook, with a line for each role that tools/lab/steps.py shows as a step."""

from __future__ import annotations

from typing import Any

from ansible.plugins.callback.default import CallbackModule as DefaultCallback

DOCUMENTATION = """
name: steps
type: stdout
short_description: the default output with a line for each role, for tools/lab/steps.py
description: Adds lines that begin a step with each role or play, name the running task, and count tasks and changes.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
"""


class CallbackModule(DefaultCallback):  # type: ignore[misc]
    """Announces steps; everything else is the default."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "steps"

    def __init__(self) -> None:
        super().__init__()
        self.step = ""
        self.failed = False
        self.tasks: set[str] = set()
        self.changed: set[str] = set()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._announce(task)
        super().v2_playbook_on_task_start(task, is_conditional)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._announce(task)
        super().v2_playbook_on_handler_task_start(task)

    def v2_runner_on_ok(self, result: Any) -> None:
        self.tasks.add(result.task._uuid)
        if result.is_changed():
            self.changed.add(result.task._uuid)
        super().v2_runner_on_ok(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self.failed = self.failed or not ignore_errors
        super().v2_runner_on_failed(result, ignore_errors)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self.failed = True
        super().v2_runner_on_unreachable(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        super().v2_playbook_on_stats(stats)
        self._end_step()

    def _announce(self, task: Any) -> None:
        # The output from the first failure on belongs together.
        if self.failed:
            return
        # A role that a role includes is part of that role, and one that a task includes is part of its play.
        first = (task.get_dep_chain() or [task._role])[0]
        in_role = first and not first.from_include
        step = f"role {first.get_name(include_role_fqcn=False)}" if in_role else task.play.get_name()
        if step != self.step:
            self._end_step()
            self.step = step
            self._display.display(f"==> {step}")
        self._display.display(f"--> {task.name or task.action}")

    def _end_step(self) -> None:
        if self.step and not self.failed:
            tasks = "1 task" if len(self.tasks) == 1 else f"{len(self.tasks)} tasks"
            self._display.display(f"<== {tasks}, {len(self.changed)} changed")
        self.step = ""
        self.tasks, self.changed = set(), set()
