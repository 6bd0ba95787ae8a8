# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the roles as a test gives them, beside the roles' own defaults."""

from __future__ import annotations

import typing as t
from pathlib import Path

import jinja2
import yaml

from ansible_collections.switchboard.pbx.plugins.module_utils._roles import check

ROLES = ("openldap", "directory", "festival", "asterisk")
FOLDER = Path(__file__).resolve().parents[5] / "roles"
COMMON = ("packages", "firewall", "selinux")


def contents(name: str) -> dict[str, t.Any]:
    return {role: yaml.safe_load((FOLDER / role / name).read_text()) for role in (*ROLES, *COMMON)}


DEFAULTS = contents("defaults/main.yml")
OPTIONS = {
    role: specs["argument_specs"]["main"]["options"]
    for role, specs in contents("meta/argument_specs.yml").items()
}
GOOD = {"directory_service_password": "known"}


def problems(roles: t.Sequence[str] = ROLES, method: str = "package", **given: t.Any) -> list[str]:
    """Check variables as the action plugin does, with a template engine that knows as much as the defaults need."""
    variables = {**GOOD, **given}
    everything: dict[str, t.Any] = {}
    for role in DEFAULTS.values():
        everything.update(role)
    everything.update({**variables, "ansible_facts": {"selinux": {"status": "disabled"}}, "groups": {}})
    everything.update({"inventory_hostname": "pbx", "group_names": ["asterisk_servers", "festival_servers"]})
    everything.update(
        {"__asterisk_method": method, "__asterisk_method_reason": "set by asterisk_install_method"}
    )
    engine = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701
    engine.filters["regex_replace"] = lambda text, _pattern, _by: str(text)

    def evaluate(name: str) -> t.Any:
        value = everything[name]
        for _level in range(5):
            if isinstance(value, str) and "{{" in value:
                value = engine.from_string(value).render({**everything, **resolved(everything, engine)})
        return value

    found, _values = check.variable_problems(check.Input(variables, DEFAULTS, OPTIONS), roles, evaluate)
    return found


def resolved(everything: dict[str, t.Any], engine: jinja2.Environment) -> dict[str, t.Any]:
    values = dict(everything)
    for _level in range(4):
        for name, value in values.items():
            if isinstance(value, str) and "{{" in value:
                values[name] = engine.from_string(value).render(values)
    return values
