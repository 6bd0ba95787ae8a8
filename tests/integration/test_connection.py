# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failed bind is reported with its reason, and no operation waits forever."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from conftest import Runner

SUFFIX = "dc=example,dc=org"
TREE = [{"dn": SUFFIX, "attributes": {"objectClass": ["dcObject", "organization"], "o": "Example"}}]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"bind_pw": "wrong-s3cret"},
            ["refused the bind of cn=admin", "Invalid credentials (49)", "check bind_dn"],
        ),
        ({"bind_pw": ""}, ["without a password", "bind_pw"]),
        ({"server_uri": "http://example.org"}, ["'http://example.org' is not an LDAP URI"]),
        ({"server_uri": "ldap://127.0.0.1:1", "start_tls": True}, ["ldap://127.0.0.1:1 cannot be reached"]),
    ],
)
def test_a_failed_bind_is_reported_with_its_reason(
    run: Runner, options: dict[str, Any], words: list[str]
) -> None:
    result = run("ldap_entries", entries=TREE, **options)
    assert result["failed"]
    for word in words:
        assert word in result["msg"]
    assert "wrong-s3cret" not in "".join(run.printed)


def test_a_server_that_never_answers_is_left_after_the_timeout(run: Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        result = run(
            "ldap_entries", entries=TREE, server_uri=f"ldap://127.0.0.1:{silent.getsockname()[1]}", timeout=1
        )
    assert "cannot be reached" in result["msg"]
    assert time.monotonic() - begun < 10


def test_missing_permissions_are_reported_with_the_entry(run: Runner) -> None:
    run("ldap_entries", entries=TREE)
    person = {
        "dn": f"cn=x,{SUFFIX}",
        "attributes": {"objectClass": "person", "sn": "x", "userPassword": "own-s3cret"},
    }
    run("ldap_entries", entries=[person])
    result = run(
        "ldap_entries",
        entries=[{**TREE[0], "add": {"description": "x"}}],
        bind_dn=person["dn"],
        bind_pw="own-s3cret",
    )
    assert result["failed"]
    assert f"modify the entry '{SUFFIX}': Insufficient access (50)" in result["msg"]
