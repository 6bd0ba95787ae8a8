# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common base of all modules: errors as one sentence, secrets kept out of logs and results.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import gc
import re
import typing as t

from ansible.module_utils.basic import AnsibleModule

# AnsibleModule.run_command(): takes the program with its arguments, returns exit code, output and errors.
RunCommand = t.Callable[..., t.Tuple[int, str, str]]

MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class ModuleError(Exception):
    """An error as one sentence for the user: the wrong input, the reason and the cure.

    *details* are further keys of the failed module's result; they must not contain secrets.
    """

    def __init__(self, sentence: str, **details: t.Any) -> None:
        super().__init__(sentence)
        self.details = details


def redact(value: t.Any, secrets: t.Container[str]) -> t.Any:
    """Return a copy of plain data with the value of each mapping key in *secrets* replaced, at any depth."""
    if isinstance(value, t.Mapping):
        return {
            key: MASK if key in secrets and inner is not None else redact(inner, secrets)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(inner, secrets) for inner in value]
    return value


class RedactingModule(AnsibleModule):  # type: ignore[misc]
    """An AnsibleModule that logs no parameters on the managed host and returns no secret ones.

    *secret_options* are the names of options, at any depth, whose values are redacted in the result's
    C(invocation). *bulk_options* are the names of top-level options of which only the size is shown there.
    """

    def __init__(
        self,
        *args: t.Any,
        secret_options: t.Iterable[str] = (),
        bulk_options: t.Iterable[str] = (),
        **kwargs: t.Any,
    ) -> None:
        # Set before the parent's constructor, which calls fail_json() if an option is invalid.
        self._secret_options = frozenset(secret_options)
        self._bulk_options = frozenset(bulk_options)
        super().__init__(*args, **kwargs)

    def _log_invocation(self) -> None:
        self.log("Invoked")

    def in_words_of_caller(self, text: str) -> str:
        """Replace names of options by what the caller calls them: O(variable_names), which roles give."""
        names = getattr(self, "params", {}).get("variable_names") or {}
        if not names:
            return text
        longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.sub(
            rf"(?<![\w.])(?:{longest_first})(?!\w)",
            lambda found: str(names[found.group()]),
            text,
        )

    def warn(self, warning: str, *args: t.Any, **kwargs: t.Any) -> None:
        super().warn(self.in_words_of_caller(warning), *args, **kwargs)

    def exit_json(self, **kwargs: t.Any) -> t.NoReturn:
        kwargs.setdefault("invocation", self._redacted_invocation())
        super().exit_json(**kwargs)
        raise SystemExit(0)  # for the type checker: the parent never returns

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        kwargs.setdefault("invocation", self._redacted_invocation())
        super().fail_json(self.in_words_of_caller(msg), **kwargs)
        raise SystemExit(1)  # for the type checker: the parent never returns

    def _redacted_invocation(self) -> dict[str, t.Any]:
        shown = {}
        for name, value in getattr(self, "params", {}).items():
            if name in self._bulk_options and value:
                unit = "characters" if isinstance(value, str) else "items"
                shown[name] = f"{len(value)} {unit}"
            elif self.argument_spec.get(name, {}).get("no_log") and value is not None:
                shown[name] = MASK
            else:
                shown[name] = redact({name: value}, self._secret_options)[name]
        return {"module_args": shown}


def run(
    module: RedactingModule, run_module: t.Callable[[RedactingModule], t.Mapping[str, t.Any]]
) -> t.NoReturn:
    """Call *run_module* and exit with its result, or fail with the message of the ModuleError it raises."""
    # The process is short-lived, and its tens of thousands of entries contain no reference cycles.
    gc.disable()
    try:
        result = run_module(module)
    except ModuleError as error:
        module.fail_json(msg=str(error), **error.details)
    module.exit_json(**result)
