#!/usr/bin/env bash
# Runs the linters on the working tree, even if one fails; exits 1 if any failed. lint.sh [NAME...] runs only those named.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
wanted=" $* "
failed=()

check() {
  local name=$1
  shift
  [ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || return 0
  wanted=${wanted/" $name "/ }
  echo "==> $name"
  "$@" || failed+=("$name")
}

# A session of antsibull-nox, in the environment of `make setup`. Its output is shown if it fails. CI: check, do not reformat.
session() {
  local output
  output=$(CI=true nox --no-venv --session "$@" 2>&1) || { echo "$output" && return 1; }
}

check ruff ruff check --quiet .
check formatters session formatters
check yamllint session yamllint
mapfile -t shell_files < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
check shellcheck shellcheck "${shell_files[@]}"
check mypy tools/typecheck.sh
check ansible-lint ansible-lint --offline --profile production --strict -q
check license-check session license-check
check extra-checks session extra-checks antsibull-nox-config
check changelog antsibull-changelog lint
check pre-commit pre-commit validate-config
check actionlint actionlint
check zizmor zizmor --offline --quiet .github
check roles python tools/check_roles.py

[ -z "${wanted// /}" ] || failed+=("unknown:$wanted")
if [ ${#failed[@]} -gt 0 ]; then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
