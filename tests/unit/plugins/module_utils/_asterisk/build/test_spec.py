# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invalid options are named, and the release name changes with every input of the build."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.spec import (
    fingerprint,
    platform_name,
    release_name,
    validate_options,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

from .sample_spec import SPEC

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
def test_the_fingerprint_changes_with_every_input_of_the_build(change: dict[str, t.Any]) -> None:
    assert fingerprint(SPEC._replace(**change)) != fingerprint(SPEC)


def test_the_fingerprint_ignores_the_location_of_the_source_and_the_order_of_parts() -> None:
    same = SPEC._replace(source="https://example.org/x.tar.gz", modules=tuple(reversed(SPEC.modules)))
    assert fingerprint(same) == fingerprint(SPEC)


def test_the_release_name_is_version_and_fingerprint() -> None:
    assert release_name(SPEC) == f"22.10.1-{fingerprint(SPEC)}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('ID=debian\nVERSION_ID="13"\n', "debian-13-x86_64"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "debian-forky-x86_64"),
        ('VERSION_ID="24.04"\nID=ubuntu\n', "ubuntu-24.04-x86_64"),
        ('ID="rocky"\nVERSION_ID="9.6"\nID_LIKE="rhel centos fedora"\n', "rocky-9-x86_64"),
    ],
)
def test_the_platform_name_ignores_compatible_minor_versions(text: str, name: str) -> None:
    assert platform_name(text, "x86_64") == name


@pytest.mark.parametrize(
    ("change", "expected"),
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
def test_an_invalid_option_is_named(change: dict[str, t.Any], expected: str) -> None:
    validate_options(OPTIONS)
    with pytest.raises(ModuleError, match=re.escape(expected)):
        validate_options({**OPTIONS, **change})


@pytest.mark.parametrize(
    "source", ["https://bob:secret@example.org/a.tar.gz", "https://example.org/a?token=secret"]
)
def test_a_url_with_credentials_is_refused_and_not_shown(source: str) -> None:
    with pytest.raises(ModuleError, match="contains credentials") as caught:
        validate_options({**OPTIONS, "source": source})
    assert "secret" not in str(caught.value)
