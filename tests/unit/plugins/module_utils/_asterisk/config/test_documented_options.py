# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options are looked up in the documentation that Asterisk installs."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config import documented_options
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.lint import lint
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import parse

XML = """\
<docs>
  <configInfo name="res_pjsip"><configFile name="pjsip.conf">
    <configObject name="endpoint"><configOption name="context"/><configOption name="aors"/></configObject>
    <configObject name="aor"><configOption name="max_contacts"/></configObject>
  </configFile></configInfo>
  <configInfo name="res_pjsip_acl"><configFile name="pjsip.conf">
    <configObject name="acl"><configOption name="permit"/></configObject>
  </configFile></configInfo>
  <configInfo name="res_xmpp"><configFile name="xmpp.conf">
    <configObject name="global"><configOption name="debug"/></configObject>
    <configObject name="client"><configOption name="secret"/></configObject>
  </configFile></configInfo>
  <configInfo name="other"><configFile name="other.conf">
    <configObject name="general"><configOption name="x"/></configObject>
  </configFile></configInfo>
</docs>
"""


def warnings(name: str, text: str) -> list[str]:
    return lint(
        {name: parse(text, name)}, [name], "/etc/asterisk", known=documented_options.read_documentation(XML)
    )


def test_documented_options_of_each_type_are_not_reported() -> None:
    assert warnings("pjsip.conf", "[a]\ntype=endpoint\nContext=x\n@mine=1\n[b]\ntype=acl\npermit=all\n") == []


def test_an_unknown_option_is_reported_with_its_line_and_type() -> None:
    (sentence,) = warnings("pjsip.conf", "[a]\ntype=aor\nmax_contact=1\n")
    assert sentence.startswith("/etc/asterisk/pjsip.conf, line 3: ")
    assert "the option max_contact of a 'aor'" in sentence


def test_an_unknown_type_is_reported() -> None:
    (sentence,) = warnings("pjsip.conf", "[a]\ntype=endpiont\nx=1\n")
    assert "line 2: there is no type 'endpiont'" in sentence


def test_an_option_inherited_by_several_sections_is_reported_once() -> None:
    assert len(warnings("pjsip.conf", "[t](!)\nnope=1\n[a](t)\ntype=aor\n[b](t)\ntype=aor\n")) == 1


def test_sections_without_a_type_and_incompletely_documented_files_are_not_checked() -> None:
    assert warnings("pjsip.conf", "[a]\nnope=1\n") == []
    assert warnings("other.conf", "[a]\nnope=1\n") == []


def test_the_name_of_a_section_may_determine_its_kind() -> None:
    assert len(warnings("xmpp.conf", "[general]\ndebug=no\nsecret=1\n[asterisk]\nsecret=1\n")) == 1


def test_invalid_documentation_contains_no_options() -> None:
    assert documented_options.read_documentation("<docs>") == {}
