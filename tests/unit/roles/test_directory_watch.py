"""The watch tells Asterisk about what changed, and about nothing else."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "roles/asterisk/files/directory_watch"


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("switchboard_directory_watch")


@pytest.fixture
def phone_cache(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("switchboard_phone_cache")


def entry(name: str, csn: str) -> tuple[str, dict[str, list[bytes]]]:
    named = {attribute: [name.encode()] for attribute in ("AstPJSIPAuthUser", "AstPJSIPAuth", "AstPJSIPAors")}
    return f"uid={name}", {**named, "entryCSN": [csn.encode()]}


def test_the_account_is_read_from_the_general_section_only(watch: ModuleType) -> None:
    general = "; note\n[_general]\nurl = ldaps://one ; the first\n  user = cn=a,dc=b\npass = s3 %cret\n"
    text = f"{general}\n[ps_auths]\nuser = other\n"
    assert watch.account_of(watch.parse_res_ldap(text)) == ("ldaps://one", "cn=a,dc=b", "s3 %cret")


DUMP = """\
Dumping sorcery memory cache 'switchboard_auth':
 * Staleness is not enabled - objects will not go stale
Object Name               Stale In        Expires In
------------------------- --------------- ---------------
ann                       0               86390
a-name-of-more-than-twent 0               86390
------------------------- --------------- ---------------
Total number of objects cached: 2
"""
LONG = "a-name-of-more-than-twenty-five-characters"


@pytest.mark.parametrize(
    ("line", "uri"),
    [
        ("url = ldap://x ; c", "ldap://x"),
        ("url = ldap://x;c", "ldap://x"),
        ("url => ldap://x", "ldap://x"),
        ("url = ldap:///?x=a\\;b", "ldap:///?x=a;b"),
        ("#tryinclude more.conf\nlonely\nurl=ldap://x", "ldap://x"),
        ("url = ldap://old\nURL = ldap://x", "ldap://x"),
    ],
)
def test_an_option_is_read_as_asterisk_reads_it(watch: ModuleType, line: str, uri: str) -> None:
    assert watch.account_of(watch.parse_res_ldap(f"[_general]\n{line}\n")).uri == uri


def test_the_names_are_read_from_the_consoles_table(phone_cache: ModuleType) -> None:
    assert phone_cache.parse_dump(DUMP) == {"ann", "a-name-of-more-than-twent"}


def test_an_entry_gives_its_version_to_the_objects_of_all_caches(phone_cache: ModuleType) -> None:
    assert phone_cache.state_of([entry("ann", "7")]) == {cache: {"ann": "7"} for cache in phone_cache.CACHES}


def test_an_unchanged_phone_stays_cached(phone_cache: ModuleType) -> None:
    assert phone_cache.outdated({"ann"}, {"ann": "1", "bob": "1"}, {"ann": "1", "bob": "2"}) == []


def test_a_phone_that_changed_is_forgotten(phone_cache: ModuleType) -> None:
    assert phone_cache.outdated({"ann", "bob"}, {"ann": "1", "bob": "1"}, {"ann": "2", "bob": "1"}) == ["ann"]


def test_a_phone_that_is_gone_is_forgotten_even_if_it_was_never_seen(phone_cache: ModuleType) -> None:
    assert phone_cache.outdated({"ann", "eve"}, {"ann": "1"}, {}) == ["ann", "eve"]


def test_a_phone_that_is_new_is_forgotten_once_since_it_may_have_changed_in_between(
    phone_cache: ModuleType,
) -> None:
    assert phone_cache.outdated({"ann"}, {}, {"ann": "1"}) == ["ann"]


def test_a_long_name_is_found_by_its_beginning(phone_cache: ModuleType) -> None:
    assert phone_cache.outdated({LONG[:25]}, {LONG: "1"}, {LONG: "1"}) == []
    assert phone_cache.outdated({LONG[:25]}, {LONG: "1"}, {LONG: "2"}) == [LONG]


def test_a_long_name_that_nobody_knows_empties_the_cache(phone_cache: ModuleType) -> None:
    names = phone_cache.outdated({LONG[:25]}, {}, {})
    assert phone_cache.console_commands("switchboard_auth", names) == [
        "sorcery memory cache expire switchboard_auth"
    ]


def test_many_changes_empty_the_cache_in_one_go(phone_cache: ModuleType) -> None:
    names = {f"u{n}" for n in range(500)}
    changed = phone_cache.outdated(names, dict.fromkeys(names, "1"), dict.fromkeys(names, "2"))
    assert phone_cache.console_commands("switchboard_aor", changed) == [
        "sorcery memory cache expire switchboard_aor"
    ]


MAPPING = """\
[_general]
url = ldapi:///

[sippeers]
name = uid
md5secret = AstAccountRealmedPassword
ipaddr = AstAccountIPAddress
lastms = AstAccountLastQualifyMilliseconds
additionalFilter = (objectClass=AsteriskSIPUser)

[phonebook]
extension = AstExtension
"""


def test_of_a_peer_what_asterisk_reads_counts_and_not_what_it_writes(
    watch: ModuleType, phone_cache: ModuleType
) -> None:
    read = phone_cache.peer_attributes(watch.parse_res_ldap(MAPPING)["sippeers"])
    assert read == ["AstAccountRealmedPassword", "uid"]


def peer(**more: str) -> tuple[str, dict[str, list[bytes]]]:
    values = {"uid": "ann", "AstAccountRealmedPassword": "a", **more}
    return "uid=ann", {name: [value.encode()] for name, value in values.items()}


def test_a_peer_that_registered_is_the_same_and_one_with_another_secret_is_not(
    phone_cache: ModuleType,
) -> None:
    read = ["AstAccountRealmedPassword", "uid"]
    before = phone_cache.peers_of([peer()], read)
    assert set(before) == {"ann"}
    assert phone_cache.peers_of([peer(AstAccountIPAddress="192.0.2.1")], read) == before
    assert phone_cache.peers_of([peer(AstAccountRealmedPassword="b")], read) != before


def test_peers_that_changed_or_are_gone_are_pruned_and_no_others(phone_cache: ModuleType) -> None:
    seen = {"ann": "1", "bob": "1", "cy": "1"}
    assert phone_cache.prune_commands(seen, {"ann": "1", "bob": "2", "new": "1"}, {"ann", "bob"}) == [
        'sip prune realtime peer like "^bob$"',
        'sip prune realtime peer like "^cy$"',
    ]


def test_the_name_of_a_peer_to_prune_is_no_pattern(phone_cache: ModuleType) -> None:
    assert phone_cache.exact_pattern("ann-b_c9é") == "ann-b_c9é"
    assert phone_cache.exact_pattern("a.b+c") == "a[.]b[+]c"
    assert phone_cache.exact_pattern('^"\\ \t') == "....."


SHOWN = """\
Name/username             Host                                    Dyn Forcerport  Status      Description   Realtime
ann/ann-0x5591aa1bd200    192.0.2.1                                D  Yes         Unmonitored               Cached RT
a.name.of.thirty.letters. (Unspecified)                            D  Yes         Unmonitored               Cached RT
office/office             192.0.2.9                                   Yes         Unmonitored
2 sip peers [Monitored: 0 online, 0 offline Unmonitored: 1 online, 1 offline]
"""


def test_the_peers_that_chan_sip_holds_from_the_directory_are_read_from_the_console(
    phone_cache: ModuleType,
) -> None:
    assert phone_cache.parse_peers(SHOWN) == {"ann", "a.name.of.thirty.letters."}


def test_a_peer_that_came_and_went_between_two_looks_is_pruned(phone_cache: ModuleType) -> None:
    assert phone_cache.prune_commands({"ann": "1"}, {"ann": "1"}, {"ann", "bob", 'x*"'}) == [
        'sip prune realtime peer like "^bob(/|$)"',
        'sip prune realtime peer like "^x[*].(/|$)"',
    ]


def test_a_peer_whose_entry_is_new_may_be_an_older_version_and_is_pruned_once(
    phone_cache: ModuleType,
) -> None:
    command = 'sip prune realtime peer like "^bob$"'
    assert phone_cache.prune_commands({}, {"bob": "2"}, {"bob"}) == [command]
    assert phone_cache.prune_commands({"bob": "2"}, {"bob": "2"}, {"bob"}) == []


def test_a_long_name_that_the_console_cuts_is_known_by_its_beginning(phone_cache: ModuleType) -> None:
    name, shown = "a.name.of.thirty.letters.in.all", "a.name.of.thirty.letters."
    assert phone_cache.prune_commands({name: "1"}, {name: "1"}, {shown}) == []
    assert phone_cache.prune_commands({}, {name: "1"}, {shown}) == [
        'sip prune realtime peer like "^a[.]name[.]of[.]thirty[.]letters[.]in[.]all$"'
    ]
    assert phone_cache.prune_commands({}, {}, {shown}) == [
        'sip prune realtime peer like "^a[.]name[.]of[.]thirty[.]letters[.]"'
    ]


def test_strangers_in_memory_do_not_have_everybody_pruned(phone_cache: ModuleType) -> None:
    held = {f"u{n}" for n in range(500)}
    assert len(phone_cache.prune_commands({}, {}, held)) == phone_cache.MAX_SINGLE_EXPIRES


def test_all_peers_are_pruned_when_nothing_was_seen_yet_or_very_much_changed(phone_cache: ModuleType) -> None:
    assert phone_cache.prune_commands(None, {"ann": "1"}, set()) == ["sip prune realtime all"]
    assert phone_cache.prune_commands({f"u{n}": "1" for n in range(500)}, {}, set()) == [
        "sip prune realtime all"
    ]


@pytest.mark.parametrize(
    ("previous", "last", "expected"),
    [(0.0, 0.1, 5.0), (2.0, 3.0, 10.0), (0.1, 60.0, 5.0), (60.0, 0.1, 5.0)],
    ids=["fast polls", "slow polls", "one slow poll", "fast again"],
)
def test_slow_polls_lengthen_the_pause_and_a_single_slow_poll_does_not(
    watch: ModuleType, previous: float, last: float, expected: float
) -> None:
    assert watch.pause(5, previous, last) == expected


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '"a"', '{"switchboard_auth": 5}', '{"switchboard_auth": {"ann": 5}}']
)
def test_a_damaged_state_counts_as_empty(phone_cache: ModuleType, text: str) -> None:
    assert phone_cache.parse_state(text) == {}


def test_a_state_is_read_as_it_was_written(phone_cache: ModuleType) -> None:
    state = phone_cache.state_of([entry("ann", "7")])
    assert phone_cache.parse_state(json.dumps(state)) == state


def test_an_entry_without_any_version_is_expired_at_each_poll(phone_cache: ModuleType) -> None:
    _dn, attributes = entry("ann", "7")
    del attributes["entryCSN"]
    state = phone_cache.state_of([("uid=ann", attributes)])
    assert phone_cache.outdated({"ann"}, state["switchboard_auth"], state["switchboard_auth"]) == ["ann"]
    state = phone_cache.state_of([("uid=ann", {**attributes, "modifyTimestamp": [b"2026"]})])
    assert phone_cache.outdated({"ann"}, state["switchboard_auth"], state["switchboard_auth"]) == []


def test_a_name_in_another_encoding_is_one_name(phone_cache: ModuleType) -> None:
    _dn, attributes = entry("ann", "7")
    attributes["AstPJSIPAuth"] = [b"J\xfcrgen"]
    state = phone_cache.state_of([("uid=ann", attributes)])["switchboard_auth"]
    assert phone_cache.outdated({phone_cache.decode(b"J\xfcrgen")}, state, state) == []


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "a\0b"])
def test_a_name_that_the_console_cannot_read_empties_the_cache(phone_cache: ModuleType, name: str) -> None:
    assert phone_cache.console_commands("c", ["ann", name]) == ["sorcery memory cache expire c"]


def console(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "asterisk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize("script", ["exec sleep 9", "exit 1", "kill -9 $$"])
def test_a_console_that_hangs_or_fails_is_no_answer(
    watch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(watch, "CONSOLE_SECONDS", 0.3)
    console(tmp_path, script, monkeypatch)
    assert watch.asterisk("core show version") is None


def test_a_missing_asterisk_is_no_answer_and_odd_output_is_one(
    watch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert watch.asterisk("core show version") is None
    console(tmp_path, "printf '\\374'", monkeypatch)
    assert watch.asterisk("core show version") == "\udcfc"


def test_a_new_password_is_used_at_the_next_poll(
    watch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []
    monkeypatch.setattr(watch, "RES_LDAP", tmp_path / "res_ldap.conf")
    monkeypatch.setattr(watch, "connect", lambda account: used.append(account.password) or account)
    monkeypatch.setattr(watch.Directory, "_search", lambda *_arguments: [])
    console(tmp_path, "echo", monkeypatch)
    directory = watch.Directory("ou=people")
    for password in ("old", "old", "new"):
        watch.RES_LDAP.write_text(f"[_general]\nurl = ldapi:///\nuser = cn=a\npass = {password}\n")
        watch.poll(directory, tmp_path / "state", ["pjsip"])
    assert used == ["old", "new"]


@pytest.mark.parametrize("text", ["", "url = x\n", "[other]\nuser = x\n"])
def test_a_configuration_that_is_incomplete_is_a_failure_of_one_poll(
    watch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(watch, "RES_LDAP", tmp_path / "res_ldap.conf")
    with pytest.raises((LookupError, OSError, ValueError)):
        watch.poll(watch.Directory("ou=people"), tmp_path / "state", ["pjsip"])
    watch.RES_LDAP.write_text(text)
    with pytest.raises((LookupError, OSError, ValueError)):
        watch.poll(watch.Directory("ou=people"), tmp_path / "state", ["pjsip"])
