# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What slapd could not use is refused in one sentence."""

from __future__ import annotations

import typing as t

import pytest

from .role_variables import problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"openldap_suffix": "o=example"}, ["openldap_suffix is 'o=example'", "dc="]),
        ({"openldap_uris": ["ldap:///"]}, ["openldap_uris", "ldapi:///"]),
        ({"openldap_uris": ["ldaps:///", "ldapi:///"]}, ["openldap_tls has no certificate_file"]),
        ({"openldap_indexes": [{"attribute": "x"}]}, ["item 1 of openldap_indexes", "'attribute'"]),
        ({"openldap_indexes": [{"types": ["eq"]}]}, ["item 1 of openldap_indexes has no attributes"]),
        ({"openldap_schemas": [{"src": "x"}]}, ["item 1 of openldap_schemas", "name"]),
        ({"openldap_tls": {"cert": "x"}}, ["openldap_tls", "'cert'"]),
        (
            {"openldap_rootpw": "x", "openldap_rootdn": "cn=admin,dc=else"},
            ["openldap_rootdn", "openldap_suffix"],
        ),
    ],
)
def test_a_value_that_cannot_work_is_named_with_the_reason(given: dict[str, t.Any], words: list[str]) -> None:
    (said,) = problems(**given)
    for word in words:
        assert word in said
    assert "hunter2" not in said
