#!/usr/bin/env bash
# Runs ansible-test sanity over a copy of what is shipped, and its tests: it insists on a real directory with a
# repository of its own. The tooling is not part of the collection; lint.sh looks at that.
# Usage: sanity.sh COPY [ansible-test's arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$1
tools_path=$(dirname "$(command -v ansible-test)")
shift

rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard -- ':!molecule' ':!tools' ':!benchmarks' |
  rsync -a --delete-missing-args --from0 --files-from=- ./ "$copy/"
cd "$copy"
git init --quiet
git add --all
# pyenv's shims fail for versions that are not switched on, so name the interpreters themselves: more targets are checked.
for bin in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do
  [ -d "$bin" ] && PATH=$tools_path:$bin:${PATH#"$tools_path:"}
done
unset PYTHONPATH
log=$copy/../../../sanity.log
echo "==> ansible-test sanity"
if ansible-test sanity --local --requirements --color no "$@" >"$log" 2>&1; then
  grep '^Running sanity test' "$log" | sed 's/Running sanity test/   /'
else
  grep -v -E '^(Looking in|Collecting|Processing|WARNING: Location| +━|  Downloading|  Using cached)' "$log" >&2
  exit 1
fi
