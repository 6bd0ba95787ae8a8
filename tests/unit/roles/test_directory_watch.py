"""The watch tells Asterisk about what changed, and about nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "roles/asterisk/files/directory_watch.py"


@pytest.fixture(scope="module")
def watch() -> ModuleType:
    spec = importlib.util.spec_from_file_location("directory_watch", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entry(name: str, csn: str) -> tuple[str, dict[str, list[bytes]]]:
    named = {attribute: [name.encode()] for attribute in ("AstPJSIPAuthUser", "AstPJSIPAuth", "AstPJSIPAors")}
    return f"uid={name}", {**named, "entryCSN": [csn.encode()]}


def test_the_account_is_read_from_the_general_section_only(watch: ModuleType) -> None:
    text = "; note\n[_general]\nurl = ldaps://one\nuser = cn=a,dc=b\npass = s3 cret\n\n[ps_auths]\nuser = other\n"
    assert watch.read_account(text) == ("ldaps://one", "cn=a,dc=b", "s3 cret")


def test_an_unchanged_directory_expires_nothing(watch: ModuleType) -> None:
    state = watch.state_of([entry("ann", "1"), entry("bob", "1")])
    assert watch.console_commands(state, state) == []


def test_a_changed_a_removed_and_a_new_phone_expire_the_first_two_only(watch: ModuleType) -> None:
    before = watch.state_of([entry("ann", "1"), entry("bob", "1"), entry("cid", "1")])
    now = watch.state_of([entry("ann", "2"), entry("cid", "1"), entry("dan", "1")])
    commands = watch.console_commands(before, now)
    assert [command for command in commands if "switchboard_auth" in command] == [
        'sorcery memory cache expire switchboard_auth "ann"',
        'sorcery memory cache expire switchboard_auth "bob"',
    ]
    assert len(commands) == 6


def test_the_first_look_ever_expires_nothing(watch: ModuleType) -> None:
    assert watch.console_commands({}, watch.state_of([entry("ann", "1")])) == []


def test_many_changes_empty_the_caches_in_one_go(watch: ModuleType) -> None:
    before = watch.state_of([entry(f"u{n}", "1") for n in range(500)])
    now = watch.state_of([entry(f"u{n}", "2") for n in range(500)])
    assert watch.console_commands(before, now) == [
        f"sorcery memory cache expire {cache}" for cache in watch.CACHES
    ]
