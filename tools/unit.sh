#!/usr/bin/env bash
# Runs the unit tests with each release of ansible-core that is supported: unit.sh [pytest's arguments]
# CORE lists the releases of ansible-core; those whose Python is not installed are skipped. TESTS is a file or folder.
set -euo pipefail
cd "$(dirname "$0")/.."

for release in ${CORE:-2.19 2.20 2.21}; do
  programs=$(tools/ansible_core.sh "$release")
  if [ "$programs" ]; then
    echo "==> unit tests with ansible-core $release"
    PATH=$programs:$PATH python -m pytest -q -n 2 "${TESTS:-tests/unit}" "$@"
  else
    echo "==> ansible-core $release was skipped: its Python is not installed"
  fi
done
