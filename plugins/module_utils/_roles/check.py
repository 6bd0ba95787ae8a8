# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check all variables of the roles that apply to a host, in stages. Pure but for the functions it is given.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

from . import names
from .asterisk import asterisk_problems
from .directory import directory_problems
from .festival import festival_problems
from .openldap import openldap_problems
from .rules import Options, Values, number_problems
from .values import type_problem


class Evaluate(t.Protocol):
    """Return the value of a variable; raises ValueError with a sentence if its template fails."""

    def __call__(self, name: str) -> t.Any: ...


class Input(t.NamedTuple):
    """The input for the checks of a host: its raw variables, and the defaults and documented options of each role."""

    variables: t.Mapping[str, t.Any]
    defaults: t.Mapping[str, t.Mapping[str, t.Any]]
    options: t.Mapping[str, Options]


def evaluated(
    host: Input, roles: t.Iterable[str], evaluate: Evaluate, problems: list[str]
) -> dict[str, t.Any]:
    """Return the values of all variables of some roles; add a sentence for each that has no usable value.

    Defaults that refer to a bad value are not blamed: what the user set is checked first.
    """
    values: dict[str, t.Any] = {}
    for given in (True, False):
        for role in roles:
            defaults = host.defaults[role]
            for name, option in host.options[role].items():
                is_given = name in host.variables and host.variables[name] != defaults.get(name)
                if is_given is not given or name not in defaults:
                    continue
                try:
                    values[name] = evaluate(name)
                except ValueError as error:
                    problems.append(str(error))
                    continue
                problem = type_problem(name, values[name], option) if given else None
                if problem:
                    problems.append(problem)
        if problems:
            break
    return values


def variable_problems(host: Input, roles: t.Sequence[str], evaluate: Evaluate) -> tuple[list[str], Values]:
    """Return a sentence for each fault of the first stage that finds one, and the values of the variables."""
    known = {name for defaults in host.defaults.values() for name in defaults}
    others = host.variables.get(names.OTHERS) or []
    prefixes = tuple(f"{role}_" for role in roles)
    mine = {name: value for name, value in host.variables.items() if name.startswith(prefixes)}
    problems = list(names.unknown_names(mine, known, others))
    values = evaluated(host, roles, evaluate, problems)
    if not problems:
        for role in roles:
            problems += number_problems(values, host.options[role])
    if not problems:
        problems += _role_problems(host, roles, values, evaluate)
    return problems, values


def _role_problems(
    host: Input, roles: t.Sequence[str], values: Values, evaluate: Evaluate
) -> t.Iterator[str]:
    if "openldap" in roles:
        yield from openldap_problems(values, host.options["openldap"])
    if "directory" in roles:
        yield from directory_problems(values, host.options["directory"])
    if "festival" in roles:
        yield from festival_problems(values, host.options["festival"])
    if "asterisk" in roles:
        yield from asterisk_problems(values, host.options["asterisk"], evaluate)
