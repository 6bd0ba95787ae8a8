#!/usr/bin/env bash
# Installs the missing Debian packages of the given groups, or only lists them: prerequisites.sh [--list] GROUP...
set -euo pipefail

# The engine of the test hosts: podman, unless docker is named or is the only one that answers.
engine="podman conmon netavark aardvark-dns uidmap fuse-overlayfs iptables iproute2 catatonit"
if [ "${SWITCHBOARD_ENGINE:-}" = docker ] ||
  { [ -z "${SWITCHBOARD_ENGINE:-}" ] && ! command -v podman && docker info; } >/dev/null 2>&1; then
  engine=
elif ! command -v runc >/dev/null; then
  # Docker's own packages bring one, and no other may be beside it.
  engine="$engine runc"
fi
# Debian 13 and later have docker's client in a package of its own.
client=docker-cli
! grep -qiE 'bookworm|ubuntu' /etc/os-release || client=docker.io

declare -A groups=(
  [python]="python3-venv python3-dev gcc libldap-dev libsasl2-dev git rsync"
  [lint]="shellcheck"
  [slapd]="slapd ldap-utils mmdebstrap debian-archive-keyring"
  [festival]="festival festvox-kallpc16k"
  [hosts]="$engine mmdebstrap debian-archive-keyring openssh-client"
  [docker]="$client"
  [phone]="baresip-core sip-tester sox ldap-utils"
)

# Two targets of make may need packages at the same time.
exec 9<"$0"
flock 9

list=
if [ "${1:-}" = --list ]; then
  list=1
  shift
fi
missing=()
for group in "$@"; do
  [ -n "${groups[$group]:-}" ] || { echo "prerequisites.sh: unknown group '$group'; known: ${!groups[*]}" >&2; exit 2; }
  # Where docker comes from does not matter.
  [ "$group" != docker ] || ! command -v docker >/dev/null || continue
  for package in ${groups[$group]}; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$list" ]; then
  echo "${missing[*]}"
  exit 0
fi

if [ "$(id -u)" != 0 ]; then
  echo "These packages are missing; install them as root, then run this again: ${missing[*]}" >&2
  exit 1
fi
echo "==> installing Debian packages: ${#missing[@]}"
echo "${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Packages must not start services here: the project starts its own, on its own hosts and ports.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
