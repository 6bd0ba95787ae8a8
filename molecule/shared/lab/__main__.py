"""Create, test, explain and remove lab hosts: python -m lab {up,prove,card,down} --use lab|test --scenario NAME.

What begins with ==> or <== is for tools/lab/steps.py, which shows the steps.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from . import hosts, proof
from .card import card
from .engine import EngineError


def _is_coloured() -> bool:
    terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return terminal and not os.environ.get("NO_COLOR")


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def main() -> int:
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("action", choices=["up", "prove", "card", "down"])
    parser.add_argument("--use", default="lab", choices=["lab", "test"])
    parser.add_argument("--scenario", default="default")
    parser.add_argument(
        "--image",
        default=os.environ.get("SWITCHBOARD_IMAGE", ""),
        help="instead of images built here, 'published' ones of each host's release, those of another release, or an "
        "image that runs systemd (default: $SWITCHBOARD_IMAGE)",
    )
    arguments = parser.parse_args()
    host_set = hosts.HostSet(arguments.use, arguments.scenario)
    try:
        if arguments.action == "up":
            hosts.up(host_set, arguments.image)
        elif arguments.action == "prove":
            lab = proof.describe(host_set)
            lab.write(proof.LAB_FILE)
            proof.prove(lab)
        elif arguments.action == "card":
            facts = json.loads(proof.LAB_FILE.read_text())
            print(card(facts, arguments.scenario, _bold if _is_coloured() else str))
        else:
            hosts.down(host_set)
            if arguments.use == "lab":
                proof.LAB_FILE.unlink(missing_ok=True)
            print(f"    the hosts of {host_set.name} were removed")
    except (EngineError, proof.ProofError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
