#!/usr/bin/env bash
# Says what `make lab` installs on this machine, and where, and changes nothing: installs.sh READY SCENARIO
# READY is the file that says that the Python environment is complete.
set -euo pipefail
cd "$(dirname "$0")/../.."
ready=$1
scenario=$2

show() {
  local label=$1 line
  while read -r line; do
    printf '  %-18s %s\n' "$label" "$line"
    label=
  done < <(fold -s -w 78 <<<"$2")
}

debian=$(tools/prerequisites.sh --list python hosts phone)
python=
requirements=(requirements-dev.txt tests/unit/requirements.txt)
[ -e "$ready" ] && [ -z "$(find "${requirements[@]}" -newer "$ready")" ] ||
  python=$(grep -ohE '^[A-Za-z0-9][A-Za-z0-9-]*' "${requirements[@]}" | sort -f | xargs)
suites=$(sed -n 's/^ *suite: *//p' "molecule/$scenario/molecule.yml" | sort -u | xargs)

echo "make lab installs on this machine, where it is missing:"
show "Debian packages" "${debian:-all are there}${debian:+, and what they depend on (apt-get, as root)}"
show "Python packages" "${python:-all are there}${python:+, and what they depend on (from PyPI into .cache/venv)}"
show "containers" "hosts of $suites, made from packages of the distribution, in podman's storage"
show "files" ".cache and build in this folder, /run/switchboard-lab while the lab runs"
