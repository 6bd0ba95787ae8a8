#!/usr/bin/env bash
# Runs every linter on the working tree, even if one fails; exits 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=()

check() {
  local name=$1
  shift
  echo "==> $name"
  "$@" || failed+=("$name")
}

check ruff ruff check --quiet .
check "ruff format" ruff format --quiet --diff .
check yamllint yamllint --strict .
mapfile -t shell_files < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
check shellcheck shellcheck "${shell_files[@]}"
check mypy tools/typecheck.sh
check ansible-lint ansible-lint --offline --profile production --strict -q
check REUSE reuse lint --quiet
check changelog antsibull-changelog lint
check "role documentation" python tools/check_roles.py

if [ ${#failed[@]} -gt 0 ]; then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
