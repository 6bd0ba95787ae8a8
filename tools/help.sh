#!/usr/bin/env bash
# Prints the targets of a Makefile in groups, with how long each takes and whether it needs root: help.sh MAKEFILE
# A target is described as in `target: ## description [2 min; root]`, a group begins with `##@ name`.
set -euo pipefail
bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' plain=$'\e[0m'
fi
echo "make TARGET [VARIABLE=value]"
awk -v bold="$bold" -v plain="$plain" '
  /^##@ / { printf "\n%s%s%s\n", bold, substr($0, 5), plain }
  /^[a-z-]+:.*## / {
    target = $0; sub(/:.*/, "", target)
    text = $0; sub(/.*## /, "", text)
    time = root = ""
    if (match(text, / \[[^]]*\]$/)) {
      time = substr(text, RSTART + 2, RLENGTH - 3)
      text = substr(text, 1, RSTART - 1)
      if (sub(/; root$/, "", time)) root = "root"
    }
    printf "  %-14s%-9s%-6s%s\n", target, time, root, text
  }' "$1"
cat <<'EOT'

Times are those of two cores when everything is installed; the first run of a target takes some minutes more.
Targets marked root run containers or servers. Each target installs missing Debian packages as root, and names them
to another user. SCENARIO=name chooses the hosts of make lab, molecule and test; CONTRIBUTING.md lists the scenarios.
EOT
