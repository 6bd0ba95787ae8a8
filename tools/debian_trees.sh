#!/usr/bin/env bash
# Provides slapd 2.4 and 2.6 and Asterisk 16 and 22 as Debian root trees, and files of upstream's Asterisk.
#   debian_trees.sh slapd asterisk   builds what is missing below .cache (about half a minute a tree, once; root)
#   debian_trees.sh upstream         puts schema and sample files into .cache/upstream (once; needs slapd's trees)
#   debian_trees.sh schemas          puts the schemas of Debian's packages into .cache/schemas (once; needs slapd's trees)
# slapd_server.py and asterisk_server.py in tests/integration run them in a private mount namespace.
set -euo pipefail

cache=$(cd "$(dirname "$0")/.." && pwd)/.cache
upstream=$cache/upstream
schemas=$cache/schemas
suites=(bullseye forky)

# The packages that ship schemas of OpenLDAP or of 389 Directory Server; not every suite has each.
with_schemas=(
  389-ds-base amavisd-new autofs-ldap bdii courier-authlib-ldap cups freeradius 'fusiondirectory(-.*)?-schema' gfmd
  glue-schema 'gosa(-.*)?-schema' heimdal-kdc isc-dhcp-server-ldap krb5-kdc-ldap ldap2dns libapache2-mod-vhost-ldap
  liblemonldap-ng-common-perl libnss-ldap nordugrid-arc-infosys-ldap nslcd opendkim opendmarc pdns-backend-ldap
  perdition-ldap phpldapadmin pure-ftpd-common quota samba uif
)

build_tree() {
  local package=$1 suite=$2 target=$cache/$1/$2 options=()
  [ ! -e "$target/usr/sbin/$package" ] || return 0
  # The Release file of a suite in flux may have expired by the time it is used.
  [ "$suite" != forky ] || options+=(--aptopt='Acquire::Check-Valid-Until "false"')
  echo "==> building a root tree of Debian $suite with its $package in .cache/$package (once)"
  rm -rf "$target.part"
  mkdir -p "$cache/$package"
  mmdebstrap --quiet --mode=root --variant=minbase --include="$package" "${options[@]}" "$suite" "$target.part" ||
    { echo "debian_trees.sh: the tree of $suite could not be built; see the output above, then try again" >&2; exit 1; }
  mv "$target.part" "$target"
}

fetch_upstream() {
  local tree=$cache/slapd/forky archive
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

fetch_schemas() {
  local suite=$1 target=$schemas/$1 tree=$cache/slapd/$1 package
  [ ! -d "$target" ] || return 0
  echo "==> fetching the schemas of the packages of Debian $suite into .cache/schemas (once)"
  rm -rf "$target.part" "$tree/var/cache/schemas"
  mkdir -p "$target.part" "$tree/var/cache/schemas"
  # Without its security updates: an archive of old ones does not keep them all.
  grep -E "^deb [^ ]+ $suite main" "$tree/etc/apt/sources.list" >"$tree/var/cache/schemas/sources.list"
  # shellcheck disable=SC2016  # The shell in the tree expands these.
  chroot "$tree" sh -ec '
    cd /var/cache/schemas
    with() { "$@" -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o APT::Sandbox::User=root; }
    with apt-get -o Acquire::Check-Valid-Until=false update
    with apt-cache pkgnames | grep -Ex "$1" >packages
    with apt-get download $(cat packages)' sh "$(IFS='|' && echo "${with_schemas[*]}")"
  for package in "$tree"/var/cache/schemas/*.deb; do
    dpkg-deb --extract "$package" "$tree/var/cache/schemas/root"
  done
  (cd "$tree/var/cache/schemas/root" && find . -path '*schema*' \( -name '*.schema*' -o -name '*.ldif*' \) -type f -print0 |
    xargs -0 cp --parents -t "$target.part")
  find "$target.part" -name '*.gz' -exec gunzip {} +
  rm -rf "$tree/var/cache/schemas"
  mv "$target.part" "$target"
}

[ $# -gt 0 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
for what; do
  case $what in
    slapd | asterisk) for suite in "${suites[@]}"; do build_tree "$what" "$suite"; done ;;
    upstream) fetch_upstream ;;
    schemas) for suite in "${suites[@]}"; do fetch_schemas "$suite"; done ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
  esac
done
