#!/usr/bin/env bash
# Runs Molecule scenarios, JOBS at a time: scenarios.sh JOBS SCENARIO...
# Each writes to build/logs/molecule-SCENARIO.log, which is printed if the scenario fails or takes more than MINUTES.
set -euo pipefail
MINUTES=30

jobs=$1
shift
logs=build/logs
mkdir -p "$logs"
declare -A scenario_of=() started_at=()
failed=()
trap 'kill "${!scenario_of[@]}" 2>/dev/null || true' EXIT

start() {
  echo "==> scenario $1 started; see $logs/molecule-$1.log"
  COLUMNS=160 timeout --kill-after=60 "${MINUTES}m" molecule test --scenario-name "$1" >"$logs/molecule-$1.log" 2>&1 &
  scenario_of[$!]=$1
  started_at[$!]=$SECONDS
}

finish_one() {
  local pid status=0 scenario log took
  wait -n -p pid "${!scenario_of[@]}" || status=$?
  scenario=${scenario_of[$pid]}
  log=$logs/molecule-$scenario.log
  took=$((SECONDS - started_at[$pid]))
  unset "scenario_of[$pid]"
  if [ "$status" = 0 ]; then
    echo "==> scenario $scenario passed in $took s: $(grep -Eo '[0-9]+ passed[^=]*' "$log" | tail -n 1)"
  else
    cat "$log"
    echo "==> scenario $scenario FAILED after $took s; its log is above and in $log"
    failed+=("$scenario")
  fi
}

for scenario in "$@"; do
  while [ "${#scenario_of[@]}" -ge "$jobs" ]; do finish_one; done
  start "$scenario"
done
while [ "${#scenario_of[@]}" -gt 0 ]; do finish_one; done

if [ "${#failed[@]}" -gt 0 ]; then
  echo "These scenarios failed: ${failed[*]}" >&2
  exit 1
fi
