# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the guide "From sip.conf and pjsip.conf" are what res_ldap.conf maps and what a record sets."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.users import fields

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs/docsite/rst/from_sip_conf.rst").read_text()
TEMPLATE = (ROOT / "roles/asterisk/templates/res_ldap.conf.j2").read_text()
KEYS = {**fields.PHONE, **fields.PJSIP}
# Options that are in the table under another name, or that name the object itself.
NOT_SHOWN = {"id", "name", "additionalFilter"}


def table(title: str) -> list[list[str]]:
    """Return the rows of the table with this title, each cell without its quotation marks."""
    rows = re.search(rf"csv-table:: {re.escape(title)}\n(?:   :.*\n)*\n((?:   .*\n)+)", GUIDE)
    assert rows, title
    lines = [line.strip() for line in rows[1].splitlines()]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, skipinitialspace=True)]


def literals(cell: str) -> list[str]:
    return re.findall(r"``([^`]+)``", cell)


def section(name: str) -> dict[str, str]:
    """Return the options and attributes of a section of res_ldap.conf."""
    text = TEMPLATE.partition(f"\n[{name}]\n")[2].partition("\n[")[0]
    return dict(re.findall(r"^(\w+) = (\w+)$", text, re.M))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("type = endpoint", "ps_endpoints"),
        ("type = auth", "ps_auths"),
        ("type = aor", "ps_aors"),
        ("a section of type friend or peer", "sippeers"),
    ],
)
def test_each_option_has_the_attribute_that_asterisk_reads(title: str, name: str) -> None:
    shown = {option: literals(row[-1])[0] for row in table(title) for option in literals(row[0])}
    mapped = {option: attribute for option, attribute in section(name).items() if option not in NOT_SHOWN}
    written = {literals(row[0])[0] for row in table("written by chan_sip")}
    assert mapped.keys() - shown.keys() - written == set()
    assert {option: shown[option] for option in mapped if option in shown} == {
        option: attribute for option, attribute in mapped.items() if option not in written
    }


@pytest.mark.parametrize(
    "title", ["type = endpoint", "type = auth", "type = aor", "a section of type friend or peer"]
)
def test_each_key_sets_the_attribute_beside_it(title: str) -> None:
    for _option, keys, attribute in table(title):
        if keys.startswith("set to"):
            continue
        for key in literals(keys):
            assert key in fields.KEYS
            # The table of chan_sip shows its own attributes for keys that PJSIP stores elsewhere.
            if key in KEYS and not (title.startswith("a section") and key in fields.PJSIP):
                assert [KEYS[key]] == literals(attribute)


def test_an_option_without_a_key_has_none() -> None:
    settable = set(KEYS.values())
    for title in ("type = endpoint", "type = auth", "type = aor", "a section of type friend or peer"):
        for option, keys, attribute in table(title):
            assert keys or literals(attribute)[0] not in settable, option


def test_what_chan_sip_writes_is_what_its_account_may_write() -> None:
    variables = yaml.safe_load((ROOT / "roles/openldap/vars/main.yml").read_text())
    shown = [literals(attribute)[0] for _option, attribute in table("written by chan_sip")]
    assert sorted(shown) == sorted(variables["__openldap_registration_attributes"])
    assert {
        literals(option)[0]: literals(attribute)[0] for option, attribute in table("written by chan_sip")
    }.items() <= (section("sippeers").items())
