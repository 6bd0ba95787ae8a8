#!/bin/sh
# Fetches Debian's source package of Asterisk, once, and lays it out as a build without network needs it:
# asterisk.tar.xz, downloads/pjproject-VERSION.tar.bz2, pjproject.patch, debian/patches. Prints facts as JSON.
set -eu
folder=/var/cache/apt/archives/asterisk-source
mkdir -p "$folder"
cd "$folder"
if [ ! -e facts.json ]; then
	# From where the host has its packages, in either format of apt.
	mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
		sed -nE 's/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p; s/^URIs: *([^ ]+).*/\1/p' | head -n 1)
	echo "deb-src [check-valid-until=no] $mirror forky main" >/etc/apt/sources.list.d/forky-source.list
	apt-get update -qq >&2
	apt-get install -qq --yes --no-install-recommends bzip2 xz-utils patch >&2
	rm -rf ./*
	apt-get source -qq --download-only asterisk/forky >&2 2>/dev/null
	mv ./*.orig.tar.xz asterisk.tar.xz
	tar -xf ./*.debian.tar.xz debian/patches
	# The build knows the tarball of PJPROJECT by its name and checksum; Debian's has a file less, for its licence.
	pjproject=$(tar -xOf asterisk.tar.xz --wildcards '*/third-party/versions.mak' | sed -n 's/^PJPROJECT_VERSION=//p')
	name=pjproject-$pjproject
	mkdir -p "work/$name" downloads
	tar -xf ./*.orig-Xpjproject.tar.xz --strip-components=1 -C "work/$name"
	sed -i 's/ bdimad_dev\.o//' "work/$name/pjmedia/build/Makefile"
	tar -C work --sort=name --mtime=@0 --owner=0 --group=0 -c "$name" | bzip2 --fast >"downloads/$name.tar.bz2"
	md5=third-party/pjproject/$name.tar.bz2.md5
	mkdir -p "work/a/${md5%/*}" "work/b/${md5%/*}"
	tar -xOf asterisk.tar.xz --wildcards "*/$md5" >"work/a/$md5"
	(cd downloads && md5sum "$name.tar.bz2") >"work/b/$md5"
	(cd work && diff -u --label "a/$md5" --label "b/$md5" "a/$md5" "b/$md5") >pjproject.patch || [ $? -eq 1 ]
	rm -r work ./*.orig-*.tar.xz ./*.debian.tar.xz
	version=$(tar -xOf asterisk.tar.xz --wildcards '*/.version' | head -n 1)
	sum=$(sha256sum asterisk.tar.xz | cut -d' ' -f1)
	printf '{"folder": "%s", "version": "%s", "sha256": "%s"}\n' "$folder" "$version" "$sum" >facts.json
fi
cat facts.json
