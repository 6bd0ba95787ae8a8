#!/usr/bin/env bash
# Builds the collection and imports it as Galaxy does, with a session of antsibull-nox. A warning of galaxy-importer is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
log=build/logs/importer.log ready=.cache/nox/build-import-check/.ready
unset PYTHONPATH ANSIBLE_COLLECTIONS_PATH  # Galaxy does not have the working tree.

options=(--reuse-venv=yes)
[ ! "$ready" -nt antsibull-nox.toml ] || options+=(--no-install)
mkdir -p build/logs
echo "==> galaxy-importer, see $log"
if ! nox "${options[@]}" --session build-import-check >"$log" 2>&1 || grep -qE '(WARNING|ERROR):' "$log"; then
  cat "$log"
  exit 1
fi
touch "$ready"
