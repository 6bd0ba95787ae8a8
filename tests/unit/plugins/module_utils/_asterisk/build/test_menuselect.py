# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A required part that would not be built is reported with the reason and the package to install."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.menuselect import problems

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
ALL_FOUND = "LDAP=1\nPJPROJECT=1\n"
NONE_EXCLUDED = "MENUSELECT_RES=\nMENUSELECT_CHANNELS=\nMENUSELECT_CFLAGS=BUILD_NATIVE\n"


def test_there_is_no_problem_when_every_library_is_found() -> None:
    assert problems(["res_config_ldap", "chan_pjsip"], TREE, ALL_FOUND, NONE_EXCLUDED) == []


def test_a_missing_library_is_named_with_its_packages() -> None:
    makeopts = "MENUSELECT_RES=res_config_ldap \nMENUSELECT_DEPSFAILED=MENUSELECT_RES=res_config_ldap\n"
    (problem,) = problems(["res_config_ldap"], TREE, "LDAP=0\nPJPROJECT=1\n", makeopts)
    for word in ("res_config_ldap", "needs ldap", "libldap-dev", "openldap-devel"):
        assert word in problem


def test_a_missing_library_of_a_dependency_is_named() -> None:
    (problem,) = problems(["chan_pjsip"], TREE, "LDAP=1\nPJPROJECT=0\n", NONE_EXCLUDED)
    assert "chan_pjsip needs pjproject" in problem


def test_an_unknown_part_is_named() -> None:
    assert problems(["chan_sip"], TREE, ALL_FOUND, NONE_EXCLUDED) == ["this version does not have chan_sip."]


def test_a_part_that_is_excluded_although_no_library_is_missing_is_named() -> None:
    (problem,) = problems(["res_pjsip"], TREE, ALL_FOUND, "MENUSELECT_RES=res_pjsip res_sorcery_config\n")
    assert "res_pjsip would not be built: it needs res_sorcery_config" in problem


def test_enabled_compiler_flags_do_not_count_as_excluded_parts() -> None:
    assert problems(["BUILD_NATIVE"], TREE, ALL_FOUND, NONE_EXCLUDED) == []
