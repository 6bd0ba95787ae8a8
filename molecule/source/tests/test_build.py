"""Asterisk is built once, a failed build changes nothing, and the previous release can be activated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lab.phone import register
from lab.proof import Lab
from testinfra.host import Host

Module = Callable[..., dict[str, Any]]
PREFIX = "/opt/asterisk"
BREAKS_THE_BUILD = """\
--- a/configure
+++ b/configure
@@ -1 +1,2 @@
 #! /bin/sh
+echo "configure: error: broken on purpose" >&2; exit 1
"""


@pytest.fixture(scope="module")
def release(pbx: Host) -> str:
    return pbx.check_output(f"readlink {PREFIX}/current")


@pytest.fixture(scope="module")
def options(pbx: Host, release: str) -> dict[str, Any]:
    """What the role had built, as the release itself tells, with the patches as files."""
    built = json.loads(pbx.check_output(f"cat {PREFIX}/{release}/manifest.json"))
    folder = built["source"].rpartition("/")[0]
    return {
        "source": built["source"],
        "checksum": "sha256:" + built["checksum"],
        "version": built["version"],
        "modules": built["modules"],
        "disable": built["disable"],
        "configure": built["configure"],
        "sounds": built["sounds"],
        "patches": [f"{folder}/pjproject.patch", f"{folder}/debian/patches/1004_astgenkey-security.patch"],
        "downloads": f"{folder}/downloads",
    }


def program_running(pbx: Host) -> str:
    return pbx.check_output("readlink /proc/$(systemctl show -p MainPID --value asterisk)/exe")


def restart(pbx: Host) -> None:
    pbx.run_expect([0], "systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")


def test_the_release_that_was_built_is_what_runs_and_not_as_root(pbx: Host, release: str) -> None:
    assert program_running(pbx) == f"{PREFIX}/{release}/sbin/asterisk"
    assert pbx.check_output("ps -o user= -p $(systemctl show -p MainPID --value asterisk)") == "asterisk"
    assert pbx.run(f"find {PREFIX} /etc/asterisk -perm -o=w -not -type l").stdout == ""


def test_every_part_that_was_asked_for_is_running(pbx: Host, options: dict[str, Any]) -> None:
    loaded = pbx.check_output("asterisk -rx 'module show'")
    # No account at an XMPP server is given, so the role leaves that one alone.
    for name in set(options["modules"]) - {"res_xmpp"}:
        assert f"{name}.so" in loaded
    assert pbx.file(f"{PREFIX}/current/lib/asterisk/modules/res_xmpp.so").exists


def test_no_sample_is_among_the_configuration(pbx: Host) -> None:
    for path in pbx.check_output("ls /etc/asterisk/*.conf").split():
        assert "Ansible" in pbx.file(path).content_string.splitlines()[0], path


def test_a_second_build_compiles_nothing(
    module: Module, pbx: Host, release: str, options: dict[str, Any]
) -> None:
    before = pbx.check_output(f"stat -c %Y {PREFIX}/log/{release}.log {PREFIX}/{release}/sbin/asterisk")
    result = module("asterisk_build", **options)
    assert (result["changed"], result["action"], result["release"]) == (False, "none", release), result
    assert (
        pbx.check_output(f"stat -c %Y {PREFIX}/log/{release}.log {PREFIX}/{release}/sbin/asterisk") == before
    )


@pytest.fixture
def broken(pbx: Host, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same build with a patch that breaks it."""
    path = "/root/broken.patch"
    pbx.run_expect([0], f"printf %s '{BREAKS_THE_BUILD}' >{path}")
    yield {**options, "patches": [*options["patches"], path]}
    pbx.run_expect([0], f"rm {path}")


def test_a_build_that_fails_leaves_the_pbx_in_service_and_names_the_log(
    module: Module, pbx: Host, lab: Lab, release: str, broken: dict[str, Any]
) -> None:
    process = pbx.check_output("systemctl show -p MainPID asterisk")
    result = module("asterisk_build", **broken)
    assert result["failed"]
    assert "broken on purpose" in result["msg"]
    assert f"{release} remains active" in result["msg"]
    assert result["log"] in result["msg"]
    assert "broken on purpose" in pbx.file(result["log"]).content_string
    assert pbx.check_output(f"readlink {PREFIX}/current") == release
    assert pbx.check_output("systemctl show -p MainPID asterisk") == process
    assert register(lab.account(0)) == 200
    assert not pbx.file(f"{PREFIX}/.building").exists


def test_the_previous_release_can_be_activated_again(
    module: Module, pbx: Host, lab: Lab, release: str
) -> None:
    # A copy under another name represents the previous release.
    earlier = "22.0.0-000000000000"
    pbx.run_expect([0], f"cp -a {PREFIX}/{release} {PREFIX}/{earlier}")
    result = module("asterisk_build", release=earlier)
    assert (result["action"], result["restart"], result["previous"]) == ("switched", True, release), result
    restart(pbx)
    assert program_running(pbx) == f"{PREFIX}/{earlier}/sbin/asterisk"
    assert register(lab.account(0)) == 200
    assert module("asterisk_build", release=release)["action"] == "switched"
    restart(pbx)
    assert program_running(pbx) == f"{PREFIX}/{release}/sbin/asterisk"
    pbx.run_expect([0], f"rm -r {PREFIX}/{earlier}")


def test_a_missing_release_is_named(module: Module, release: str) -> None:
    result = module("asterisk_build", release="1.8.0-abc")
    assert result["failed"]
    assert "1.8.0-abc" in result["msg"]
    assert release in result["msg"]


def test_an_archive_spares_another_host_the_build(
    module: Module, pbx: Host, release: str, options: dict[str, Any]
) -> None:
    archive = "/root/asterisk.tar.gz"
    assert module("asterisk_build", **options, archive=archive)["action"] == "none"
    # As on another host of the same system: nothing but the archive is there.
    pbx.run_expect([0], f"mv {PREFIX}/{release} /opt/built-here")
    try:
        assert module("asterisk_build", **options, archive=archive)["action"] == "unpacked"
        pbx.run_expect([0], f"diff -r --no-dereference {PREFIX}/{release} /opt/built-here")
    finally:
        pbx.run_expect(
            [0], f"rm -rf {PREFIX}/{release}; mv /opt/built-here {PREFIX}/{release}; rm -f {archive}"
        )
