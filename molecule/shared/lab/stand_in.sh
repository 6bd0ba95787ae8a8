#!/bin/sh
# Makes a Debian tree look like RHEL to Ansible and to packages: stand_in.sh ROOT. molecule/el/README.md tells what for.
set -eu
root=$1 version=9.6
cat >"$root/usr/lib/os-release" <<END
NAME="Red Hat Enterprise Linux"
ID="rhel"
ID_LIKE="fedora"
VERSION="$version (Plow)"
VERSION_ID="$version"
PRETTY_NAME="Red Hat Enterprise Linux $version, a stand-in made of Debian"
END
echo "Red Hat Enterprise Linux release $version (Plow)" >"$root/etc/redhat-release"
rm -f "$root/etc/debian_version"

# apt is where no PATH leads, so that nothing can reach for it unnoticed.
mkdir "$root/usr/libexec/apt"
mv "$root"/usr/bin/apt* "$root/usr/libexec/apt/"

# Libraries are in lib64 there.
mkdir -p "$root/usr/lib64" "$root/etc/yum.repos.d" "$root/etc/dnf/vars"
echo /usr/lib64 >"$root/etc/ld.so.conf.d/00-lib64.conf"

echo 9 >"$root/etc/dnf/vars/releasever"
for repository in base appstream crb; do
  cat <<END
[$repository]
name=$repository
baseurl=file:///srv/rpms/$repository
enabled=$([ $repository = crb ] && echo 0 || echo 1)
gpgcheck=0
END
done >"$root/etc/yum.repos.d/stand-in.repo"
