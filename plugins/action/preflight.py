# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin preflight: validates the variables of the roles on the controller, without asking the host."""

from __future__ import annotations

import inspect
import os
import re
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.fields import EXTENSION
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users.module import check_input
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError
from ansible_collections.switchboard.pbx.plugins.module_utils._roles import check, hosts, people

ROLES_FOLDER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "roles")
ROLES = ("openldap", "directory", "festival", "asterisk")


class ActionModule(ActionBase):  # type: ignore[misc]
    """Fails with one sentence for each fault in the variables of a host's roles."""

    _requires_connection = False
    _VALID_ARGS = frozenset(("roles",))

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Validate the variables and return the result of the task."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        problems = self._problems(variables)
        result.update(changed=False, failed=bool(problems))
        result["msg"] = "\n".join(problems) or "The variables are valid."
        return dict(result)

    def _problems(self, variables: dict[str, t.Any]) -> list[str]:
        groups = variables.get("groups", {})
        roles = self._task.args.get("roles")
        if not roles:
            problem = hosts.group_problem(groups)
            if problem:
                return [problem]
        if roles is None:
            roles = hosts.roles_of(variables.get("group_names", []))
        if not roles:
            return []
        facts = variables.get("ansible_facts", {})
        problem = hosts.system_problem(facts)
        if problem:
            return [problem]
        known = check.Input(variables, self._files("defaults/main.yml"), self._options())
        evaluate = self._evaluator(variables, str(facts["os_family"]))
        problems, values = check.variable_problems(known, [*roles, *hosts.COMMON_ROLES], evaluate)
        if not problems:
            problems += self._problems_between_roles(variables, roles, values, known)
        return problems

    def _problems_between_roles(
        self,
        variables: dict[str, t.Any],
        roles: t.Sequence[str],
        values: t.Mapping[str, t.Any],
        known: check.Input,
    ) -> list[str]:
        """Check people, their extensions, and what Asterisk and its directory must agree on."""
        directory = values if "directory" in roles else None
        servers = variables.get("groups", {}).get("ldap_servers", [])
        if (
            directory is None
            and "asterisk" in roles
            and len(servers) == 1
            and servers[0] in variables["hostvars"]
        ):
            other = known._replace(variables=variables["hostvars"].raw_get(servers[0]))
            problems: list[str] = []
            directory = check.evaluated(
                other, ["directory"], self._evaluator(dict(other.variables), ""), problems
            )
            if problems:
                # That host reports them itself.
                return []
        if directory is None:
            return []
        try:
            entries = self._people(directory)
        except ModuleError as error:
            return [re.sub(r"^users\b", "directory_users", str(error))]
        if "asterisk" not in roles:
            return []
        extensions = [
            (re.sub(r"^users\b", "directory_users", entry.origin), value.decode("utf-8", "replace"))
            for entry in entries
            for value in entry.attributes.get(EXTENSION, [])
        ]
        return [*people.disagreements(values, directory), *people.extension_problems(values, extensions)]

    def _people(self, values: t.Mapping[str, t.Any]) -> list[t.Any]:
        """Return the desired entries of the people in the inventory and in the LDIF file."""
        options = {
            "people_dn": values["directory_people_dn"],
            "realm": values["directory_realm"],
            "sip_drivers": values["directory_sip_drivers"],
            "update_password": values["directory_update_password"],
            "state": "present",
            "defaults": values["directory_user_defaults"],
            "content": None,
        }
        found = check_input({**options, "users": values["directory_users"], "src": None})
        if values["directory_users_ldif"]:
            try:
                source = self._find_needle("files", str(values["directory_users_ldif"]))
            except Exception as error:
                raise ModuleError(
                    f"directory_users_ldif is {str(values['directory_users_ldif'])!r}, which does not exist on the "
                    "controller; correct the path."
                ) from error
            found += check_input({**options, "users": None, "src": self._loader.get_real_file(source)})
        return found

    def _evaluator(self, variables: dict[str, t.Any], family: str) -> check.Evaluate:
        """Return a function that evaluates a variable with the defaults and internal variables of the roles."""
        everything: dict[str, t.Any] = {}
        for defaults in self._files("defaults/main.yml").values():
            everything.update(defaults)
        everything.update(variables)
        for name in ("vars/main.yml", f"vars/{family}.yml"):
            for internal in self._files(name).values():
                everything.update(internal)
        templar = self._templar.copy_with_new_env(available_variables=everything)

        def evaluate(name: str) -> t.Any:
            try:
                value = templar.template(everything[name])
            except Exception as error:
                raise ValueError(_template_sentence(name, str(error))) from error
            # Up to ansible-core 2.18, a value encrypted with Ansible Vault is an object, not a string.
            return str(value) if hasattr(value, "vault") else value

        return evaluate

    def _options(self) -> dict[str, dict[str, t.Any]]:
        return {
            role: content["argument_specs"]["main"]["options"]
            for role, content in self._files("meta/argument_specs.yml").items()
        }

    def _files(self, name: str) -> dict[str, dict[str, t.Any]]:
        """Return the content of a file of each role that has it."""
        load = self._loader.load_from_file
        trusted = "trusted_as_template" in inspect.signature(load).parameters
        found = {}
        for role in (*ROLES, *hosts.COMMON_ROLES):
            path = os.path.join(ROLES_FOLDER, role, name)
            if os.path.exists(path):
                found[role] = load(path, **({"trusted_as_template": True} if trusted else {})) or {}
        return found


def _template_sentence(name: str, reason: str) -> str:
    missing = re.search(r"'(\w+)' is undefined", reason)
    if missing:
        return f"{name} refers to {missing[1]}, which is not defined; define it, or correct {name}."
    return f"{name} is a template that fails ({reason.splitlines()[0].rstrip('.')}); correct it."
