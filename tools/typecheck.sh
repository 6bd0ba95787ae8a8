#!/usr/bin/env bash
# mypy over the collection under its full name, as Ansible imports it, and over the tooling.
set -euo pipefail
cd "$(dirname "$0")/.."
name=ansible_collections.switchboard.pbx.plugins
mypy -p "$name.module_utils" -p "$name.modules" -p "$name.doc_fragments" -p "$name.filter" -p "$name.lookup"
mapfile -t tooling < <(git ls-files --cached --others --exclude-standard -- 'tools/*.py' 'molecule/shared/lab/*.py' 'molecule/shared/callbacks/*.py' 'roles/**/*.py' 'benchmarks/*.py')
[ ${#tooling[@]} -eq 0 ] || MYPYPATH=$MYPYPATH:roles/asterisk/files/directory_watch:molecule/shared:tests/integration:benchmarks mypy "${tooling[@]}"
