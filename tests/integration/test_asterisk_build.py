# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""asterisk_build with a small project in place of Asterisk: which release is active, and what a failed build leaves."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MODULE = "ansible_collections.switchboard.pbx.plugins.modules.asterisk_build"
CONFIGURE = """\
#!/bin/sh
for option; do case $option in --prefix=*) prefix=${option#*=} ;; esac; done
echo "PREFIX = $prefix" >config.mk
mkdir build_tools
printf 'LDAP=1\\nIKSEMEL=0\\n' >build_tools/menuselect-deps
"""
MAKEFILE = """\
include config.mk
all:
\tcp program asterisk
menuselect/menuselect:
\tmkdir menuselect
\tprintf '#!/bin/sh\\ncase " $$* " in *" chan_sip "*) exit 1 ;; esac\\n' >$@
\tchmod +x $@
menuselect-tree:
\tcp tree $@
menuselect.makeopts:
\techo MENUSELECT_RES= >$@
install:
\tmkdir -p $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/lib/asterisk/modules $(DESTDIR)$(ASTDATADIR)/sounds
\tcp asterisk $(DESTDIR)$(PREFIX)/sbin/
\ttouch $(DESTDIR)$(PREFIX)/lib/asterisk/modules/res_config_ldap.so
.lastclean:
\ttouch $@
"""
TREE = (
    '<menu><category name="MENUSELECT_RES"><member name="res_config_ldap"><depend>ldap</depend></member>'
    '<member name="res_xmpp"><depend>iksemel</depend></member></category></menu>\n'
)
BREAKS_THE_PROGRAM = (
    "--- a/Makefile\n+++ b/Makefile\n@@ -2,2 +2,2 @@\n all:\n-\tcp program asterisk\n+\tfalse\n"
)
DOES_NOT_FIT = "--- a/program\n+++ b/program\n@@ -1 +1 @@\n-something else\n+another\n"

Build = Callable[..., dict[str, Any]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "toy-22.0.0"
    folder.mkdir()
    (folder / "configure").write_text(CONFIGURE)
    (folder / "configure").chmod(0o755)
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / "tree").write_text(TREE)
    (folder / "program").write_text("the program\n")
    archive = tmp_path / "toy.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, folder.name)
    return archive


@pytest.fixture
def build(tmp_path: Path, source: Path) -> Build:
    def run(check: bool = False, **options: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "prefix": str(tmp_path / "releases"),
            "program": str(tmp_path / "asterisk"),
            "_ansible_check_mode": check,
            "_ansible_diff": True,
        }
        if "release" not in options:
            arguments.update(source=str(source), version="22.0.0", modules=["res_config_ldap"])
        done = subprocess.run(
            [sys.executable, "-m", MODULE],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": {**arguments, **options}}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    return run


def patch(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "a.patch"
    path.write_text(text)
    return [str(path)]


def test_a_build_is_activated_and_a_second_run_changes_nothing(build: Build, tmp_path: Path) -> None:
    planned = build(check=True)
    assert (planned["action"], planned["changed"]) == ("built", True)
    assert not (tmp_path / "releases").exists()
    built = build()
    assert (built["action"], built["release"], built["diff"]) == (
        "built",
        planned["release"],
        planned["diff"],
    )
    assert (tmp_path / "asterisk").read_text() == "the program\n"
    assert "==> make install" in Path(built["log"]).read_text()
    again = build()
    assert (again["action"], again["changed"], again["releases"]) == ("none", False, [built["release"]])


def test_another_option_makes_another_release_and_the_previous_one_can_be_restored(
    build: Build, tmp_path: Path
) -> None:
    first = build()["release"]
    second = build(configure=["--with-x"])
    assert (second["previous"], sorted(second["releases"])) == (first, sorted([first, second["release"]]))
    back = build(release=first)
    assert (back["action"], back["previous"]) == ("switched", second["release"])
    assert os.readlink(tmp_path / "releases/current") == first
    assert build(release=first)["changed"] is False


@pytest.mark.parametrize(
    ("text", "reason"),
    [(BREAKS_THE_PROGRAM, "make failed"), (DOES_NOT_FIT, "a.patch failed (Hunk #1 FAILED")],
    ids=["it does not compile", "a patch does not fit"],
)
def test_a_failed_build_leaves_the_active_release_and_names_its_log(
    build: Build, tmp_path: Path, text: str, reason: str
) -> None:
    first = build()["release"]
    failed = build(patches=patch(tmp_path, text))
    assert failed["failed"]
    assert reason in failed["msg"]
    assert f"{first} remains active" in failed["msg"]
    assert failed["log"] in failed["msg"]
    assert Path(failed["log"]).exists()
    assert os.readlink(tmp_path / "releases/current") == first
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == sorted(
        [first, "current", "log"]
    )


def test_a_part_whose_library_is_missing_is_an_error_that_names_it(build: Build, tmp_path: Path) -> None:
    failed = build(modules=["res_config_ldap", "res_xmpp", "chan_sip"])
    assert "res_xmpp needs iksemel" in failed["msg"]
    assert "libiksemel-dev" in failed["msg"]
    assert "this version does not have chan_sip" in failed["msg"]
    assert not (tmp_path / "asterisk").exists()


def test_a_build_fails_immediately_while_another_one_is_running(
    build: Build, source: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "releases"
    prefix.mkdir()
    (prefix / ".building").mkdir()
    held = os.open(prefix, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    result = build()
    os.close(held)
    assert "Another run is building" in result["msg"]
    assert (prefix / ".building").exists()
    assert build()["changed"]


def test_a_source_with_another_checksum_is_not_built(build: Build, source: Path, tmp_path: Path) -> None:
    failed = build(checksum="sha256:" + "0" * 64)
    assert hashlib.sha256(source.read_bytes()).hexdigest() in failed["msg"]
    assert not (tmp_path / "asterisk").exists()


def test_a_source_that_is_missing_is_named(build: Build) -> None:
    assert "/nowhere/asterisk.tar.gz cannot be read" in build(source="/nowhere/asterisk.tar.gz")["msg"]


def test_an_archive_is_created_once_and_saves_the_next_host_the_build(build: Build, tmp_path: Path) -> None:
    archive = str(tmp_path / "archive.tar.gz")
    release = build(archive=archive)["release"]
    # As on another host, the folder for the releases is the same and does not exist.
    (tmp_path / "releases").rename(tmp_path / "first-host")
    unpacked = build(archive=archive)
    assert (unpacked["action"], unpacked["release"]) == ("unpacked", release)
    assert (tmp_path / "asterisk").read_text() == "the program\n"


def test_sounds_of_the_host_are_linked_into_the_release(build: Build, tmp_path: Path) -> None:
    release = build(sounds="/usr/share/asterisk")["path"]
    assert os.readlink(f"{release}/share/asterisk/sounds") == "/usr/share/asterisk/sounds"
