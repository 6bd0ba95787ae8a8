# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No module logs or returns a secret parameter, and every error is one sentence."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible.release import __version__ as ansible_version
from packaging.version import Version

from ansible_collections.switchboard.pbx.plugins.module_utils._module import (
    MASK,
    ModuleError,
    RedactingModule,
    redact,
    run,
)

SPEC = {
    "name": {"type": "str"},
    "people": {"type": "list", "elements": "dict"},
    "login": {"type": "dict"},
    "bind_pw": {"type": "str", "no_log": True},
    "variable_names": {"type": "dict"},
}
ARGUMENTS: dict[str, Any] = {
    "name": "shown",
    "people": [{"uid": "a", "password": "s3cret-one"}],
    "login": {"user": "shown too", "deep": [{"pin": "s3cret-two"}]},
    "bind_pw": "s3cret-three",
}


def result_of(
    capsys: pytest.CaptureFixture[str], run_module: Any, arguments: dict[str, Any]
) -> dict[str, Any]:
    with patch_module_args(arguments), pytest.raises(SystemExit):
        run(RedactingModule(argument_spec=SPEC, secret_options={"pin"}, bulk_options=("people",)), run_module)
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_the_invocation_contains_no_secrets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda _self, msg, **_kwargs: logged.write(msg))
    arguments = dict(ARGUMENTS)
    if Version(ansible_version) >= Version("2.21"):  # leaves the invocation out by default
        arguments["_ansible_inject_invocation"] = True
    result = result_of(capsys, lambda _module: {"changed": True}, arguments)
    assert result["changed"] is True
    assert result["invocation"]["module_args"] == {
        "name": "shown",
        "people": "1 items",
        "login": {"user": "shown too", "deep": [{"pin": MASK}]},
        "bind_pw": MASK,
        "variable_names": None,
    }
    assert logged.getvalue() == "Invoked"


def test_a_module_error_fails_the_module_with_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    def run_module(_module: RedactingModule) -> dict[str, Any]:
        raise ModuleError("The thing is wrong; correct it.", done=3)

    result = result_of(capsys, run_module, ARGUMENTS)
    assert (result["failed"], result["msg"], result["done"]) == (True, "The thing is wrong; correct it.", 3)
    assert "s3cret" not in json.dumps(result)


def test_an_unknown_option_fails_without_showing_the_values_of_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = result_of(capsys, lambda _module: {}, {**ARGUMENTS, "nmae": "x"})
    assert "nmae" in result["msg"]
    assert "s3cret" not in json.dumps(result)


def test_secrets_are_redacted_at_any_depth_and_null_is_kept() -> None:
    data = {"a": [{"pin": "1", "b": {"pin": None}}], "pin": ["x"]}
    assert redact(data, {"pin"}) == {"a": [{"pin": MASK, "b": {"pin": None}}], "pin": MASK}


def test_messages_name_options_as_the_caller_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    # Where the controller's code is loaded too, as for filters, Ansible would print the warning instead.
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, warning: warnings.append(warning))
    names = {"name": "role_name", "name.first": "role_first"}

    def fail(module: RedactingModule) -> dict[str, Any]:
        module.warn("check name")
        raise ModuleError("name.first: correct name and names, not other.name.")

    result = result_of(capsys, fail, {"variable_names": names})
    assert result["msg"] == "role_first: correct role_name and names, not other.name."
    assert warnings == ["check role_name"]
