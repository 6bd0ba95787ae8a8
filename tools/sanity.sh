#!/usr/bin/env bash
# Runs ansible-test sanity on a copy of the collection and its tests, because it requires a real directory with its own
# repository. The tooling is not part of the collection; lint.sh checks it.
# Usage: sanity.sh CACHE [ansible-test's arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
cache=$1
copy=$cache/sanity/ansible_collections/switchboard/pbx
tools_path=$(dirname "$(command -v ansible-test)")
shift

rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard -- ':!molecule' ':!tools' ':!benchmarks' |
  rsync -a --delete-missing-args --from0 --files-from=- ./ "$copy/"
cd "$copy"
git init --quiet
git add --all
# pyenv's shims fail for inactive versions, so use the interpreters themselves: more targets are checked.
for bin in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do
  [ -d "$bin" ] && PATH=$tools_path:$bin:${PATH#"$tools_path:"}
done
unset PYTHONPATH
# ansible-test keeps its environments in HOME; here they are part of the project's cache and need no other download.
home=$cache/sanity-home
mkdir -p "$home/.ansible/test/cache"
packaged=$("$tools_path/python" -c 'import ansible_test; print(ansible_test.__path__[0])')
grep -ohP "pip='\K[0-9.]+" "$packaged/_internal/python_requirements.py" | sort -u | while read -r version; do
  cp "$root/tools/bootstrap_pip.py" "$home/.ansible/test/cache/get_pip_${version//./_}.py"
done
log=$cache/sanity.log
echo "==> ansible-test sanity"
if HOME=$home ansible-test sanity --local --requirements --color no "$@" >"$log" 2>&1; then
  grep '^Running sanity test' "$log" | sed 's/Running sanity test/   /'
else
  grep -v -E '^(Looking in|Collecting|Processing|WARNING: Location| +━|  Downloading|  Using cached)' "$log" >&2
  exit 1
fi
