"""Check that defaults, argument_specs and README of each role contain the same variables, with the role's prefix."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROLES = Path(__file__).resolve().parents[1] / "roles"


def problems(role: Path) -> Iterator[str]:
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    options = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"][
        "options"
    ]
    readme = (role / "README.md").read_text() if (role / "README.md").exists() else ""
    for name in sorted(defaults.keys() ^ options.keys()):
        where = "argument_specs" if name in defaults else "defaults"
        yield f"{role.name}: {name} is missing in {where}"
    for name in sorted(defaults.keys() & options.keys()):
        if not name.startswith(f"{role.name}_"):
            yield f"{role.name}: {name} does not start with {role.name}_"
        if f"`{name}`" not in readme:
            yield f"{role.name}: {name} is missing in README.md"
        documented = options[name].get("default")
        computed = isinstance(defaults[name], str) and "{{" in defaults[name]
        if documented is not None and not computed and documented != defaults[name]:
            yield f"{role.name}: {name} has the default {defaults[name]!r}, but argument_specs says {documented!r}"


def main() -> int:
    # A role without defaults has no variables for users.
    found = [
        line for role in sorted(ROLES.iterdir()) if (role / "defaults").exists() for line in problems(role)
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
