"""Lay Debian's binaries out as rpms by the names of RHEL and EPEL; runs in the container that builds the repository.

relay.py plan LIST     ask apt, before anything else is installed, which packages each line needs; prints their names
relay.py spec LIST DIR unpack them below DIR/stage and write DIR/relaid.spec
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PLAN = Path("/build/plan.json")
ARCHIVES = Path("/var/cache/apt/archives")
# What nobody reads on a lab host.
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/info")
POLKIT = "usr/share/polkit-1/actions/org.fedoraproject.FirewallD1"
# Links that Debian's packages leave to update-alternatives.
LINKS = {
    "gcc": {"usr/bin/cc": "gcc"},
    "gcc-c++": {"usr/bin/c++": "g++"},
    "asterisk-sounds-core-en-gsm": {"usr/share/asterisk/sounds/en": "en_US_f_Allison"},
    "bison": {"usr/bin/yacc": "bison.yacc"},
    "firewalld": {f"{POLKIT}.policy": f"{POLKIT.rpartition('/')[2]}.server.policy.choice"},
}
# Libraries that are built here, by openldap.spec.
BUILT = {"libldap2": "openldap", "libldap-dev": "openldap-devel"}

HEAD = """\
AutoReqProv: no
%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
%global _empty_manifest_terminate_build 0
Name: stand-in-base
Version: 9.6
Release: 1.el9
Summary: What the image has already
License: various
BuildArch: x86_64
Provides: /bin/sh, /sbin/ldconfig
%description
Files of Debian that the image of the stand-in has, for packages that ask for them.

%package -n epel-release
Summary: Stand-in for the package that adds EPEL
AutoReqProv: no
Requires: stand-in-base
%description -n epel-release
The file by which dnf knows EPEL.
%files -n epel-release
/etc/yum.repos.d/epel.repo

%install
cp -a %{stage}/. %{buildroot}/
install -D -m 644 %{_sourcedir}/epel.repo %{buildroot}/etc/yum.repos.d/epel.repo
%files
"""
PART = """
%package -n {name}
Summary: Stand-in for {name}
AutoReqProv: no
Requires: {requires}
%description -n {name}
Files of Debian's packages, under the name that the RedHat family gives them.
%post -n {name}
systemd-sysusers
/sbin/ldconfig
%files -n {name} -f {files}
"""


@dataclass(frozen=True)
class Line:
    """One package of the list."""

    repository: str
    name: str
    debian: list[str]


def read(path: str) -> Iterator[Line]:
    for text in Path(path).read_text().splitlines():
        if text and not text.startswith("#"):
            head, _colon, debian = text.partition(":")
            repository, name = head.split()
            yield Line(repository, name, debian.split())


def needed(line: Line) -> list[str]:
    """The Debian packages that installing a line's would add to the image."""
    if not line.debian:
        return []
    call = ["apt-get", "install", "--simulate", "--no-install-recommends", *line.debian]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return [text.split()[1] for text in done.stdout.splitlines() if text.startswith("Inst ")]


def plan(lines: list[Line]) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = {line.name: debian for line, debian in zip(lines, pool.map(needed, lines), strict=True)}
    PLAN.write_text(json.dumps(found))
    print(*sorted({package for packages in found.values() for package in packages} - BUILT.keys()))


def unpack(package: str, target: Path) -> set[str]:
    """Unpack a Debian package and return its files, as paths from the root; all of them below /usr, /etc or /var."""
    (archive,) = (path for path in ARCHIVES.glob(f"{package}_*.deb") if path.is_file())
    part = target.parent / f"unpacked-{package}"
    subprocess.run(["dpkg-deb", "--extract", str(archive), str(part)], check=True)
    for folder in LEFT_OUT:
        shutil.rmtree(part / folder, ignore_errors=True)
    for folder in ("bin", "sbin", "lib", "lib64"):
        if (part / folder).is_dir():
            shutil.copytree(part / folder, part / "usr" / folder, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(part / folder)
    files = {
        str(path.relative_to(part)) for path in part.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    shutil.copytree(part, target, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(part)
    return files


def as_epel(stage: Path, files: set[str]) -> set[str]:
    """Festival's files where EPEL has them; Debian's program has its path built in, so that a stub leads it there."""
    own = "usr/share/festival/"
    site = {f"{own}siteinit.scm": "etc/festival/siteinit.scm"}
    result = set()
    for name in files:
        place = site.get(name) or (own + "lib/" + name.removeprefix(own) if name.startswith(own) else name)
        if place != name:
            (stage / place).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).rename(stage / place)
        result.add(place)
    start = stage / own / "lib/init.scm"
    if f"{own}lib/init.scm" in result:
        start.write_text(start.read_text().replace('"festival.scm"', '"festival/siteinit.scm"'))
        stub = stage / own / "init.scm"
        stub.write_text(
            f'(set! datadir "/{own}lib/")\n(set! load-path (cons datadir nil))\n(load "/{own}lib/init.scm")\n'
        )
        result.add(f"{own}init.scm")
    return result


def spec(lines: list[Line], folder: Path) -> str:
    found: dict[str, list[str]] = json.loads(PLAN.read_text())
    stage = folder / "stage"
    owner = dict(BUILT)
    parts = [HEAD]
    for line in lines:
        files: set[str] = set()
        for package in found[line.name]:
            if package not in owner:
                owner[package] = line.name
                files |= unpack(package, stage)
        files = as_epel(stage, files) if line.name.startswith("fest") else files
        for link, target in LINKS.get(line.name, {}).items():
            (stage / link).symlink_to(target)
            files.add(link)
        listed = folder / f"{line.name}.files"
        listed.write_text("".join(f'"/{name}"\n' for name in sorted(files)))
        requires = {"stand-in-base", *(owner[package] for package in found[line.name])} - {line.name}
        parts.append(PART.format(name=line.name, requires=", ".join(sorted(requires)), files=listed))
    return "".join(parts)


if __name__ == "__main__":
    if sys.argv[1] == "plan":
        plan(list(read(sys.argv[2])))
    else:
        out = Path(sys.argv[3])
        (out / "relaid.spec").write_text(spec(list(read(sys.argv[2])), out))
