"""Create, test and remove lab hosts: python -m lab {up,down,prove} --use lab|test --scenario NAME."""

from __future__ import annotations

import argparse
import os
import sys

from . import hosts, proof
from .engine import EngineError


def main() -> int:
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("action", choices=["up", "prove", "down"])
    parser.add_argument("--use", default="lab", choices=["lab", "test"])
    parser.add_argument("--scenario", default="default")
    parser.add_argument(
        "--image",
        default=os.environ.get("SWITCHBOARD_IMAGE"),
        help="a published systemd image to use instead of one built here (default: $SWITCHBOARD_IMAGE)",
    )
    arguments = parser.parse_args()
    host_set = hosts.HostSet(arguments.use, arguments.scenario)
    try:
        if arguments.action == "up":
            for host in hosts.up(host_set, arguments.image or None):
                print(f"    {host.name} is up at {host.address} (container {host.container})")
        elif arguments.action == "prove":
            lab = proof.describe(host_set)
            lab.write(proof.LAB_FILE)
            proof.prove(lab)
            named = "" if arguments.scenario == "default" else f" SCENARIO={arguments.scenario}"
            print(proof.table(lab, f"make lab-down{named}"))
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
