#!/usr/bin/env bash
# Runs ansible-test sanity on a copy of the collection and its tests, because it requires a real directory with its own
# repository. The tooling is not part of the collection; lint.sh checks it.
# Usage: sanity.sh CACHE [ansible-test's arguments]
# CORE lists the releases of ansible-core; those whose Python is not installed are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
cache=$1
copy=$cache/sanity/ansible_collections/switchboard/pbx
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
  [ -d "$bin" ] && PATH=$PATH:$bin
done
unset PYTHONPATH
# ansible-test keeps its environments in HOME; here they are part of the project's cache and need no other download.
home=$cache/sanity-home
mkdir -p "$home/.ansible/test/cache"

# Runs the tests of one release, with the output only if they fail.
run_tests() {
  local release=$1 programs=$2 packaged log=$cache/sanity-$1.log
  shift 2
  packaged=$("$programs/python" -c 'import ansible_test; print(ansible_test.__path__[0])')
  grep -ohP "pip='\K[0-9.]+" "$packaged/_internal/python_requirements.py" | sort -u | while read -r version; do
    cp "$root/tools/bootstrap_pip.py" "$home/.ansible/test/cache/get_pip_${version//./_}.py"
  done
  echo "==> ansible-test sanity of ansible-core $release"
  if PATH=$programs:$PATH HOME=$home ansible-test sanity --local --requirements --color no "$@" >"$log" 2>&1; then
    grep -c '^Running sanity test' "$log" | sed 's/.*/    & tests passed/'
  else
    grep -v -E '^(Looking in|Collecting|Processing|WARNING: Location| +━|  Downloading|  Using cached)' "$log" >&2
    exit 1
  fi
}

for release in ${CORE:-2.19 2.20 2.21}; do
  programs=$("$root/tools/ansible_core.sh" "$release")
  if [ "$programs" ]; then
    run_tests "$release" "$programs" "$@"
  else
    echo "==> ansible-core $release was skipped: its Python is not installed"
  fi
done
