#!/usr/bin/env bash
# Prints the folder with the programs of a release of ansible-core, which it installs into .cache if necessary, with what the
# unit tests require.
# Prints nothing if the Python of that release is not installed.
# Usage: ansible_core.sh RELEASE
set -euo pipefail
cd "$(dirname "$0")/.."
release=$1
# The Python of each release that is not the one of `make setup`.
declare -A pythons=([2.20]=3.12 [2.21]=3.13)

if ! [ "${pythons[$release]:-}" ]; then
  dirname "$(command -v ansible-playbook)"
  exit
fi
venv=$PWD/.cache/ansible-core-$release
requirements=tests/unit/requirements.txt
# Two targets of make may need it at the same time.
exec 9<tools/ansible_core.sh
flock 9
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  # pyenv's shims fail for inactive versions, so use the interpreters themselves.
  for bin in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do
    [ -d "$bin" ] && PATH=$PATH:$bin
  done
  interpreter=
  for candidate in $(type -aP "python${pythons[$release]}"); do
    if "$candidate" -c '' 2>/dev/null; then interpreter=$candidate; fi
  done
  [ "$interpreter" ] || exit 0
  [ -e "$venv/bin/python" ] || "$interpreter" -m venv "$venv"
  "$venv/bin/pip" install --quiet --quiet --disable-pip-version-check "ansible-core ~= $release.0" -r "$requirements" >&2
  cp "$requirements" "$venv/requirements.txt"
fi
echo "$venv/bin"
