# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a build is made of, what menuselect would leave out, and what is said when a build fails."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.build import _Build
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.menuselect import complaints
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.plan import (choosing, making, preparing, reason)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.store import (Store, write_manifest)
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.spec import (BuildSpec, validate, fingerprint, platform_name, release_name)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

WISH = BuildSpec(
    version="22.10.1",
    source="/srv/asterisk.tar.gz",
    checksum="a" * 64,
    patches=("b" * 64,),
    modules=("res_config_ldap", "app_festival"),
    disable=("codec_ilbc",),
    configure=("--with-gsm",),
    sounds="/usr/share/asterisk",
    prefix="/opt/asterisk",
    platform="debian-13-x86_64",
)
OPTIONS: dict[str, t.Any] = {
    "source": "/srv/asterisk.tar.gz",
    "checksum": "sha256:" + "a" * 64,
    "version": "22.10.1",
    "modules": ["res_config_ldap"],
    "disable": [],
    "configure": [],
    "prefix": "/opt/asterisk",
    "keep": 1,
    "jobs": None,
    "release": None,
}
TREE = """\
<?xml version="1.0"?>
<menu name="Asterisk">
<category name="MENUSELECT_RES" displayname="Resources">
<member name="res_config_ldap" displayname="LDAP realtime interface">
<depend>ldap</depend><support_level>extended</support_level></member>
<member name="res_pjsip"><depend>pjproject</depend><depend>res_sorcery_config</depend></member>
<member name="res_sorcery_config"></member>
</category>
<category name="MENUSELECT_CHANNELS"><member name="chan_pjsip"><depend>res_pjsip</depend></member></category>
<category name="MENUSELECT_CFLAGS"><member name="BUILD_NATIVE"></member></category>
</menu>
"""
ALL_THERE = "LDAP=1\nPJPROJECT=1\n"
NONE_LEFT_OUT = "MENUSELECT_RES=\nMENUSELECT_CHANNELS=\nMENUSELECT_CFLAGS=BUILD_NATIVE\n"


class TestFingerprint:
    @pytest.mark.parametrize(
        "change",
        [
            {"version": "22.10.2"},
            {"checksum": "c" * 64},
            {"patches": ()},
            {"modules": ("res_config_ldap",)},
            {"disable": ()},
            {"configure": ()},
            {"sounds": ""},
            {"prefix": "/srv/asterisk"},
            {"platform": "debian-12-x86_64"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_changes_with_all_that_the_build_depends_on(self, change: dict[str, t.Any]) -> None:
        assert fingerprint(WISH._replace(**change)) != fingerprint(WISH)

    def test_stays_wherever_the_source_lies_and_in_whatever_order_parts_are_named(self) -> None:
        same = WISH._replace(source="https://example.org/x.tar.gz", modules=tuple(reversed(WISH.modules)))
        assert fingerprint(same) == fingerprint(WISH)

    def test_makes_the_name_of_the_release_together_with_the_version(self) -> None:
        assert release_name(WISH) == f"22.10.1-{fingerprint(WISH)}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('ID=debian\nVERSION_ID="13"\n', "debian-13-x86_64"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "debian-forky-x86_64"),
        ('VERSION_ID="24.04"\nID=ubuntu\n', "ubuntu-24.04-x86_64"),
        ('ID="rocky"\nVERSION_ID="9.6"\nID_LIKE="rhel centos fedora"\n', "rocky-9-x86_64"),
    ],
)
def test_a_system_is_known_by_what_its_minor_versions_share(text: str, name: str) -> None:
    assert platform_name(text, "x86_64") == name


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prefix": "opt/asterisk"}, "opt/asterisk"),
        ({"prefix": "/opt/my asterisk"}, "my asterisk"),
        ({"version": "twenty-two"}, "twenty-two"),
        ({"version": None}, "None"),
        ({"checksum": "md5:abc"}, "md5:abc"),
        ({"source": "https://example.org/x.tar.gz", "checksum": None}, "example.org"),
        ({"modules": ["--help"]}, "--help"),
        ({"disable": ["res_config_ldap"]}, "res_config_ldap"),
        ({"configure": ["--prefix=/usr"]}, "--prefix=/usr"),
        ({"configure": ["; touch /tmp/x"]}, "; touch"),
        ({"jobs": 0}, "'jobs' (0)"),
    ],
)
def test_an_option_that_no_build_could_be_made_of_is_named(change: dict[str, t.Any], named: str) -> None:
    validate(OPTIONS)
    with pytest.raises(ModuleError, match=re.escape(named)):
        validate({**OPTIONS, **change})


class TestMenuselect:
    def test_nothing_is_said_when_all_is_there(self) -> None:
        assert complaints(["res_config_ldap", "chan_pjsip"], TREE, ALL_THERE, NONE_LEFT_OUT) == []

    def test_a_library_that_is_missing_is_named_with_its_packages(self) -> None:
        makeopts = "MENUSELECT_RES=res_config_ldap \nMENUSELECT_DEPSFAILED=MENUSELECT_RES=res_config_ldap\n"
        (said,) = complaints(["res_config_ldap"], TREE, "LDAP=0\nPJPROJECT=1\n", makeopts)
        for word in ("res_config_ldap", "needs ldap", "libldap-dev", "openldap-devel"):
            assert word in said

    def test_a_library_that_another_part_needs_is_found_through_it(self) -> None:
        (said,) = complaints(["chan_pjsip"], TREE, "LDAP=1\nPJPROJECT=0\n", NONE_LEFT_OUT)
        assert "chan_pjsip needs pjproject" in said

    def test_a_part_that_this_version_does_not_have_is_named(self) -> None:
        assert complaints(["chan_sip"], TREE, ALL_THERE, NONE_LEFT_OUT) == ["this version has no chan_sip."]

    def test_a_part_that_is_left_out_although_nothing_is_missing_is_named(self) -> None:
        (said,) = complaints(["res_pjsip"], TREE, ALL_THERE, "MENUSELECT_RES=res_pjsip res_sorcery_config\n")
        assert "res_pjsip would not be built: it needs res_sorcery_config" in said

    def test_flags_that_are_on_are_not_taken_for_parts_left_out(self) -> None:
        assert complaints(["BUILD_NATIVE"], TREE, ALL_THERE, NONE_LEFT_OUT) == []


class TestSteps:
    def test_the_release_is_built_for_its_own_folder_and_staged_elsewhere(self) -> None:
        steps = [
            *preparing(WISH, "/srv/x.tar.gz", ["/srv/a.patch"], "/srv/downloads"),
            *making(WISH, 4, "/stage"),
        ]
        folder = f"/opt/asterisk/{release_name(WISH)}"
        commands = [" ".join(step.command) for step in steps]
        assert any(f"--prefix={folder} " in command and "--with-gsm" in command for command in commands)
        assert any("--with-download-cache=/srv/downloads" in command for command in commands)
        assert any(command.startswith("patch ") and command.endswith("/srv/a.patch") for command in commands)
        assert commands[-2] == f"make -j4 ASTDATADIR={folder}/share/asterisk"
        assert commands[-1].endswith("DESTDIR=/stage")

    def test_sounds_of_the_host_keep_the_build_from_fetching_any(self) -> None:
        def chosen(spec: BuildSpec) -> str:
            return " ".join(choosing(spec)[0].command)

        assert "--disable-category MENUSELECT_CORE_SOUNDS" in chosen(WISH)
        assert "SOUNDS" not in chosen(WISH._replace(sounds=""))


@pytest.mark.parametrize(
    "source", ["https://bob:secret@example.org/a.tar.gz", "https://example.org/a?token=secret"]
)
def test_an_address_with_credentials_is_refused_and_not_shown(source: str) -> None:
    with pytest.raises(ModuleError, match="holds credentials") as caught:
        validate({**OPTIONS, "source": source})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("checking for x... no\nconfigure: error: *** uuid support not found\n", "uuid support not found"),
        ("say.c:1:1: error: expected ';'\nmake[1]: *** [say.o] Error 1\n", "say.c:1:1: error"),
        ("patching file a\nHunk #1 FAILED at 3.\n1 out of 1 hunk FAILED\n", "Hunk #1 FAILED"),
        ("make: *** No rule to make target 'x'.  Stop.\n", "No rule to make target"),
        ("something ended\n", "something ended"),
        ("", "it wrote nothing"),
    ],
)
def test_the_line_that_tells_why_a_step_failed_is_found(log: str, told: str) -> None:
    assert told in reason(log)


def test_a_patch_that_changed_since_the_release_got_its_name_is_not_applied(tmp_path: Path) -> None:
    patch = tmp_path / "a.patch"
    patch.write_text("as it was looked at")
    options = {**OPTIONS, "patches": [str(patch)]}
    spec = WISH._replace(patches=(hashlib.sha256(b"as it was looked at").hexdigest(),))
    store = Store(str(tmp_path / "asterisk"), str(tmp_path / "program"))
    (copy,) = _Build(spec, options, store)._patches()
    assert Path(copy).read_text() == "as it was looked at"
    patch.write_text("something else")
    shutil.rmtree(store.prefix)
    with pytest.raises(ModuleError, match=re.escape(f"{patch} has the checksum")):
        _Build(spec, options, store)._patches()


class TestReleases:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        store = Store(str(tmp_path / "asterisk"), str(tmp_path / "program"))
        for number, name in enumerate(["1-old", "2-new"]):
            folder = Path(store.path(name))
            folder.mkdir(parents=True)
            write_manifest(str(folder), {"release": name})
            manifest = folder / "manifest.json"
            # A second apart, as builds are at least.
            os.utime(manifest, (number, number))
        return store

    def test_one_comes_into_force_in_place_of_another(self, store: Store) -> None:
        assert store.active() == ""
        for release in ("1-old", "2-new"):
            store.activate(release)
            assert store.active() == release
            assert store.is_linked()
        assert Path(store.program).readlink() == Path(store.prefix) / "current/sbin/asterisk"

    def test_only_whole_ones_count_the_newest_first(self, store: Store) -> None:
        Path(store.path("3-half")).mkdir()
        assert store.releases() == ["2-new", "1-old"]

    def test_as_many_are_kept_as_shall_be_and_always_the_one_in_force(self, store: Store) -> None:
        store.activate("1-old")
        assert store.prune(1) == []
        assert store.prune(0) == ["2-new"]
        assert store.releases() == ["1-old"]

    def test_the_one_of_before_is_kept_rather_than_a_newer_one(self, store: Store) -> None:
        Path(store.path("3-next")).mkdir()
        write_manifest(store.path("3-next"), {"release": "3-next"})
        store.activate("3-next")
        assert store.prune(1, before="1-old") == ["2-new"]
        assert set(store.releases()) == {"1-old", "3-next"}

    @pytest.mark.parametrize("arguments", [[], ["-r"], ["-rx", "core show version"]])
    def test_the_one_that_serves_is_found_behind_a_link_and_consoles_are_none(
        self, store: Store, tmp_path: Path, arguments: list[str]
    ) -> None:
        program = Path(store.path("1-old")) / "sbin/asterisk"
        program.parent.mkdir()
        # A program that waits whatever its options are.
        shutil.copy(shutil.which("bash") or "", program)
        (tmp_path / "link").symlink_to(tmp_path / "asterisk")
        linked = Store(str(tmp_path / "link"), store.program)
        with subprocess.Popen(
            [program, "-c", "read line; true", *arguments], stdin=subprocess.PIPE
        ) as process:
            for _attempt in range(100):
                # Of a program that has just begun, the arguments are not to be seen yet.
                if b"read line" in Path(f"/proc/{process.pid}/cmdline").read_bytes():
                    break
                time.sleep(0.02)
            assert Path(f"/proc/{process.pid}/exe").readlink() == program
            assert linked.running() == ("" if arguments else "1-old")
            process.communicate()

    def test_a_program_of_somebody_else_is_not_replaced(self, store: Store) -> None:
        Path(store.program).write_text("a program")
        with pytest.raises(ModuleError, match="is a program already"):
            store.check_program()

    def test_an_archive_brings_the_release_that_it_was_made_from(self, store: Store, tmp_path: Path) -> None:
        archive = str(tmp_path / "archive.tar.gz")
        store.pack("1-old", archive)
        other = Store(str(tmp_path / "other"), str(tmp_path / "other-program"))
        Path(other.prefix).mkdir()
        other.unpack("1-old", archive)
        assert other.releases() == ["1-old"]
        assert json.loads(Path(other.path("1-old"), "manifest.json").read_text()) == {"release": "1-old"}

    def test_an_archive_with_another_release_is_refused(self, store: Store, tmp_path: Path) -> None:
        archive = str(tmp_path / "archive.tar.gz")
        store.pack("1-old", archive)
        other = Store(str(tmp_path / "other"), str(tmp_path / "other-program"))
        Path(other.prefix).mkdir()
        with pytest.raises(ModuleError, match="does not hold the release 2-new"):
            other.unpack("2-new", archive)
        assert other.releases() == []
