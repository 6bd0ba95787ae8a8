#!/bin/sh
# Builds the rpm repositories of the stand-in, in a container of its image: build.sh RECIPE OUT, both folders in there.
set -eu
out=$2
# Somebody may edit the recipe meanwhile.
cp -rL "$1" /build-recipe
recipe=/build-recipe
export PATH="/usr/libexec/apt:$PATH" DEBIAN_FRONTEND=noninteractive
mkdir -p /build/SOURCES
sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/sources.list
apt-get -qq update
relaid=$(python3 "$recipe/relay.py" plan "$recipe/relaid.txt")
cd /build/SOURCES
apt-get -qq -o APT::Sandbox::User=root source --download-only openldap
# shellcheck disable=SC2086
apt-get -qq install --download-only --no-install-recommends $relaid
apt-get -qq install --no-install-recommends \
  createrepo-c gcc libc6-dev libltdl-dev libsasl2-dev libssl-dev make pkgconf xz-utils groff-base >/dev/null
cp "$recipe"/slapd.* "$recipe"/epel.repo .

# What Asterisk is built from comes along.
sh "$recipe/fetch_source.sh" >/dev/null
cp -r /var/cache/apt/archives/asterisk-source "$out/"

package() {
  rpmbuild -bb --quiet --nodeps --define "_topdir /build" --define "_libdir /usr/lib64" \
    --define "_smp_mflags -j2" --define "_binary_payload w1.gzdio" "$@"
}
version=$(echo openldap_*.orig.tar.* | sed 's/^openldap_//; s/[+].*//')
package --define "ldap_version $version" "$recipe/openldap.spec" >/build/openldap.log 2>&1 &
openldap=$!
python3 "$recipe/relay.py" spec "$recipe/relaid.txt" /build
package --define "stage /build/stage" /build/relaid.spec >/build/relaid.log 2>&1 ||
  { tail -n 30 /build/relaid.log; exit 1; }
wait "$openldap" || { tail -n 30 /build/openldap.log; exit 1; }

mkdir -p "$out/base" "$out/appstream" "$out/crb" "$out/epel"
while read -r repository name _debian; do
  case $repository in
    \#*|"") ;;
    *) mv /build/RPMS/*/"${name%:}-9.6-1.el9.x86_64.rpm" "$out/$repository/" ;;
  esac
done <"$recipe/relaid.txt"
mv /build/RPMS/*/openldap-servers-*.rpm "$out/epel/"
mv /build/RPMS/*/*.rpm "$out/base/"
for repository in base appstream crb epel; do createrepo_c --quiet "$out/$repository"; done
