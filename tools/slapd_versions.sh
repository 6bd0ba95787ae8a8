#!/usr/bin/env bash
# Provides slapd 2.4 and 2.6 as Debian root trees beside the host's own slapd, and files of upstream's Asterisk.
#   slapd_versions.sh trees      builds what is missing below .cache/slapd (about half a minute a tree, once; root)
#   slapd_versions.sh upstream   puts its schema and sample files into .cache/upstream (once; needs trees)
# tests/integration/slapd_server.py runs the slapd of a tree in a private mount namespace.
set -euo pipefail

cache=$(cd "$(dirname "$0")/.." && pwd)/.cache
trees=$cache/slapd
upstream=$cache/upstream
suites=(bullseye forky)

build_tree() {
  local suite=$1 target=$trees/$1 options=()
  [ ! -e "$target/usr/sbin/slapd" ] || return 0
  # The Release file of a suite in flux may have expired by the time it is used.
  [ "$suite" != forky ] || options+=(--aptopt='Acquire::Check-Valid-Until "false"')
  echo "==> building a root tree of Debian $suite with its slapd in .cache/slapd (once)"
  rm -rf "$target.part"
  mkdir -p "$trees"
  mmdebstrap --quiet --mode=root --variant=minbase --include=slapd "${options[@]}" "$suite" "$target.part" ||
    { echo "slapd_versions.sh: the tree of $suite could not be built; see the output above, then try again" >&2; exit 1; }
  mv "$target.part" "$target"
}

fetch_upstream() {
  local tree=$trees/forky archive
  [ ! -d "$upstream/configs" ] || return 0
  echo "==> fetching schema and sample files of Asterisk's Debian source package into .cache/upstream (once)"
  mkdir -p "$upstream" "$tree/var/cache/upstream"
  sed -E 's/^deb /deb-src /' "$tree/etc/apt/sources.list" >"$tree/etc/apt/sources.list.d/source.list"
  chroot "$tree" sh -ec '
    apt-get -qq -o Acquire::Check-Valid-Until=false update
    cd /var/cache/upstream && apt-get -qq -o APT::Sandbox::User=root source --download-only asterisk'
  archive=$(find "$tree/var/cache/upstream" -name 'asterisk_*.orig.tar.*' ! -name '*.asc' | head -n 1)
  tar -xf "$archive" -C "$upstream" --strip-components=3 --wildcards \
    '*/contrib/scripts/asterisk.ldap-schema' '*/contrib/scripts/asterisk.ldif'
  tar -xf "$archive" -C "$upstream" --strip-components=1 --wildcards '*/configs/samples/*' '*/configs/basic-pbx/*'
  rm -rf "$tree/var/cache/upstream"
}

case ${1:-} in
  trees) for suite in "${suites[@]}"; do build_tree "$suite"; done ;;
  upstream) fetch_upstream ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac
