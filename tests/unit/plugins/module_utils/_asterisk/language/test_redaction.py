# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a configuration file are redacted, and changed ones are marked."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.redaction import redact_pair


@pytest.mark.parametrize(
    "line",
    [
        "secret = hunter2",
        "  password=hunter2",
        "md5_cred => hunter2",
        "remotesecret=hunter2 ; and hunter2 again",
        "vmsecret = hunter2",
        "dbpass=hunter2",
        "oauth_secret = hunter2",
        "refresh_token=hunter2",
        "pin = hunter2",
        "; secret = hunter2",
        ";secret=hunter2",
        "password_digest = MD5:hunter2",
        "register => 101:hunter2@sip.example.org/101",
        "url = ldap://admin:hunter2@ldap.example.org",
        "exten => 9,1,Authenticate(hunter2)",
        "exten => 9,1,Set(MYSECRET=hunter2)",
        "same => n,System(curl -d password=hunter2 https://example.org)",
        "auth = 101:hunter2@realm",
        "url = https://a:hunter2@hunter2@host",
        "contact = sip:101:hunter2@host",
        "same => n,Dial(SIP/101:hunter2@host)",
        "conf => 7000,hunter2",
        "a line without a sign: password=hunter2",
        "same => n,Set(CURLOPT(userpwd)=user:hunter2)",
        "same => n,Set(GLOBAL(apitoken)=hunter2)",
        "same => n,Set(PIN=hunter2)",
        "same => n,Set(__USER_PIN=hunter2)",
        "same => n,Set(HASH(x,pin)=hunter2)",
        "same => n,Set(CURLOPT(httpheader)=Authorization: Bearer hunter2)",
        "same => n,System(curl -H 'Authorization: Basic hunter2' https://example.org)",
        "same => n,System(curl -H 'X-Api-Key: hunter2' https://example.org)",
        "same => n,System(curl -u user:hunter2 https://example.org)",
        "same => n,System(curl --user=user:hunter2 https://example.org)",
        "same => n,System(curl -u 'user:hunter2' https://example.org)",
        "same => n,Set(x=${CURL(https://example.org/?key=hunter2)})",
        "same => n,Set(x=${CURL(https://example.org/?a=1&signature=hunter2)})",
        "mailcmd = msmtp --passwordeval='echo hunter2' -t",
        "mailcmd = mailer --password hunter2 -t",
        "auth = name#hunter2@realm",
        "vmpin = hunter2",
        "userpin = hunter2",
    ],
)
def test_a_secret_is_redacted_anywhere_in_a_line(line: str) -> None:
    before, after = redact_pair(f"[a]\n{line}\n", f"[a]\n{line}\nx=1\n", "some.conf")
    assert "hunter2" not in before + after
    assert "********" in before
    assert "(changed)" not in after


def test_a_new_value_of_a_secret_is_marked() -> None:
    before, after = redact_pair("[a]\nsecret=old1\n", "[a]\nsecret=new2\n", "sip.conf")
    assert before == "[a]\nsecret=********\n"
    assert after == "[a]\nsecret=******** (changed)\n"


def test_a_secret_that_moved_to_another_section_is_marked() -> None:
    _before, after = redact_pair(
        "[a]\nsecret=s\n[b]\nsecret=r\n", "[a]\nsecret=r\n[b]\nsecret=r\n", "sip.conf"
    )
    assert after == "[a]\nsecret=******** (changed)\n[b]\nsecret=********\n"


def test_the_pin_of_a_mailbox_is_redacted_and_its_name_shown() -> None:
    text = "[general]\nformat = wav\n[default]\n101 => 4711,Russell Bryant,r@example.org\n"
    before, _after = redact_pair(text, text, "voicemail.conf", mailboxes=True)
    assert "4711" not in before
    assert "101 => ********,Russell Bryant,r@example.org" in before
    assert "format = wav" in before


def test_the_password_in_res_ldap_is_redacted_and_the_mapping_shown() -> None:
    mapping = (
        "secret = AstAccountSecret\nmd5secret = AstAccountRealmedPassword\npassword = AstVoicemailPassword\n"
        "additionalFilter = (&(AstAccountRealmedPassword=*)(!(AstAccountSecret=*)))\n"
    )
    text = f"[_general]\npass = hunter2\npassword = hunter2\n[sip]\n{mapping}pass = hunter2\n"
    before, _after = redact_pair(text, text, "res_ldap.conf")
    assert "hunter2" not in before
    assert mapping in before


def test_a_password_of_an_asterisk_and_more_is_redacted_in_a_filter() -> None:
    text = "additionalFilter = (userPassword=*hunter2)\n"
    assert "hunter2" not in redact_pair(text, text, "res_ldap.conf")[0]


def test_ordinary_options_are_shown() -> None:
    text = (
        '[a]\ncontext = LocalSets\nallow = !all,ulaw\ncallerid = "R" <101>\nexten => 203,1,Festival(Hello)\n'
        "same => n,Set(mapping=1)\nsame => n,Set(pinned=1)\nauth_type = md5\nauth = 101\n"
        "same => n,Dial(PJSIP/a&PJSIP/b,30,u)\nminpassword = 4\n"
        "same => n,MessageSend(sip:${person},<sip:${sender}@asterisk>)\ncontact = sip:101@192.0.2.1:5060\n"
    )
    assert redact_pair(text, text, "some.conf") == (text, text)


def test_a_private_key_is_not_shown_at_all() -> None:
    before, after = redact_pair(
        "-----BEGIN PRIVATE KEY-----\nabc\n", "-----BEGIN PRIVATE KEY-----\nxyz\n", "k.pem"
    )
    assert "abc" not in before
    assert "xyz" not in after
    assert before != after


SECRETS = strategies.text("abcXYZ0189!$%&+-./:?^_~#@,", min_size=6, max_size=20)
FORMS = strategies.sampled_from(
    [
        "secret={}",
        " password => {} ; x",
        ";md5secret = {}",
        "register => a:{}@host",
        "x=https://a:{}@host/",
        "Pass+={}",
    ]
)


@given(SECRETS, SECRETS, strategies.lists(FORMS, min_size=1, max_size=4))
def test_no_secret_shows_in_any_form(old: str, new: str, forms: list[str]) -> None:
    before, after = ("[q]\n" + "\n".join(forms).replace("{}", secret) for secret in (old, new))
    shown = "".join(redact_pair(before, after, "some.conf"))
    assert old not in shown
    assert new not in shown
