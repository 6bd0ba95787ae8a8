#!/usr/bin/env bash
# Builds the documentation site from the working tree into build/docs. The network is needed once, for .cache/docs-venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=$PWD/.cache/docs-venv requirements=tools/docs/requirements.txt source=build/docs-source site=build/docs

if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  echo "==> creating the Python environment of the documentation in .cache/docs-venv"
  "${PYTHON:-python3}" -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$venv/requirements.txt"
fi
export PATH=$venv/bin:$PATH ANSIBLE_COLLECTIONS_PATH=$PWD/.cache/collections
unset PYTHONPATH

echo "==> checking the documentation"
# Sphinx reads the same pages, so rstcheck, which takes Asterisk's "[section](+)" for a Markdown link, is left out.
antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --check-extra-docs-refs --validate-collection-refs self .
echo "==> building the documentation in $site"
rm -rf "$source" "$site"
install -d -m 755 "$source"
antsibull-docs --config-file tools/docs/antsibull-docs.cfg collection --use-current --squash-hierarchy \
  --fail-on-error --dest-dir "$source" switchboard.pbx
cp tools/docs/index.rst docs/parts.svg "$source"
sphinx-build --quiet --fail-on-warning --keep-going --conf-dir tools/docs --doctree-dir build/docs-trees "$source" "$site"
echo "==> $site/index.html"
