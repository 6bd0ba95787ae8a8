# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Password hashes: made as slapd makes them, and recognised whatever scheme they have."""

from __future__ import annotations

import base64
import hashlib
import sys
import types
from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client import passwords
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import (
    ha1,
    is_hashed,
    realm_of,
    ssha,
    verify,
)

# printf s3cretsaltsalt | sha1sum
SHA1 = bytes.fromhex("fc4d65f9c1c0f7fb31712e4c0fcba69e39b5157f")


def test_ssha_is_the_base64_of_sha1_and_salt() -> None:
    made = ssha(b"s3cret", b"saltsalt")
    decoded = base64.b64decode(made[len(b"{SSHA}") :])
    assert decoded == SHA1 + b"saltsalt"


@given(strategies.binary(max_size=40), strategies.binary(max_size=40))
def test_a_hash_matches_its_own_password_only(password: bytes, other: bytes) -> None:
    stored = ssha(password)
    assert verify(stored, password) is True
    assert verify(stored, other) is (password == other)


def test_two_hashes_of_one_password_differ() -> None:
    assert ssha(b"s3cret") != ssha(b"s3cret")


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512", "md5"])
def test_salted_and_plain_digests_of_every_length_are_checked(digest: str) -> None:
    name = digest.upper()
    salted = base64.b64encode(hashlib.new(digest, b"s3cretNaCl").digest() + b"NaCl")
    plain = base64.b64encode(hashlib.new(digest, b"s3cret").digest())
    scheme = "SMD5" if digest == "md5" else f"S{name}"
    assert verify(f"{{{scheme}}}".encode() + salted, b"s3cret") is True
    assert verify(f"{{{scheme}}}".encode() + salted, b"wrong") is False
    assert verify(f"{{{name}}}".encode() + plain, b"s3cret") is True
    assert verify(f"{{{name}}}".encode() + plain, b"wrong") is False


def test_pbkdf2_is_checked_in_the_format_of_slapd() -> None:
    key = hashlib.pbkdf2_hmac("sha256", b"s3cret", b"0123456789abcdef", 1000)
    adapted = [base64.b64encode(part).rstrip(b"=").replace(b"+", b".") for part in (b"0123456789abcdef", key)]
    stored = b"{PBKDF2-SHA256}1000$" + b"$".join(adapted)
    assert verify(stored, b"s3cret") is True
    assert verify(stored, b"wrong") is False


def test_crypt_is_checked_by_the_c_library() -> None:
    crypt = passwords._libcrypt()
    if crypt is None:
        pytest.skip("no libcrypt here")
    stored = b"{CRYPT}" + crypt(b"s3cret", b"$6$saltsalt$")
    assert verify(stored, b"s3cret") is True
    assert verify(stored, b"wrong") is False
    assert verify(b"{CRYPT}$nosuchmethod$x", b"s3cret") is None


def test_argon2_is_checked_if_python_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class WrongError(Exception):
        pass

    class Hasher:
        def verify(self, stored: str, password: bytes) -> bool:
            if password != b"s3cret":
                raise WrongError
            return stored.startswith("$argon2id$")

    module = types.ModuleType("argon2")
    exceptions = types.SimpleNamespace(VerificationError=WrongError, InvalidHash=WrongError)
    monkeypatch.setattr(module, "PasswordHasher", Hasher, raising=False)
    monkeypatch.setattr(module, "exceptions", exceptions, raising=False)
    monkeypatch.setitem(sys.modules, "argon2", module)
    assert verify(b"{ARGON2}$argon2id$v=19$x", b"s3cret") is True
    assert verify(b"{ARGON2}$argon2id$v=19$x", b"wrong") is False
    monkeypatch.setitem(sys.modules, "argon2", None)
    assert verify(b"{ARGON2}$argon2id$v=19$x", b"s3cret") is None


@given(
    strategies.sampled_from(["SSHA", "SSHA512", "MD5", "PBKDF2-SHA256", "SASL", "X"]),
    strategies.binary(max_size=30),
)
def test_every_stored_value_is_compared_without_an_error(scheme: str, rest: bytes) -> None:
    assert verify(f"{{{scheme}}}".encode() + rest, b"s3cret") in (False, None)


@pytest.mark.parametrize("stored", [b"{cleartext}s3cret", b"s3cret"])
def test_clear_text_is_compared(stored: bytes) -> None:
    assert verify(stored, b"s3cret") is True
    assert verify(stored, b"wrong") is False


def test_a_value_with_a_scheme_is_a_hash() -> None:
    assert is_hashed(b"{SSHA}abc")
    assert is_hashed(b"{PBKDF2-SHA512}1$a$b")
    assert is_hashed(b"{sasl}ann@EXAMPLE.ORG")
    assert not is_hashed(b"{b0ne}Hunter2")
    assert not is_hashed(b"{not a scheme")
    assert not is_hashed(b"s3cret")


def test_ha1_is_what_asterisk_computes() -> None:
    # The example of the Asterisk drivers: realm "asterisk", user name as in the request.
    assert ha1("rbryant", "asterisk", "my_secret_password") == "8ce4e7fcb441ac097f7829a33b87211b"


def test_ha1_and_md5_hashes_work_in_fips_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    original = hashlib.new

    def only_for_other_purposes(name: str, data: bytes = b"", usedforsecurity: bool = True) -> Any:
        if usedforsecurity and name == "md5":
            raise ValueError("disabled for FIPS")
        return original(name, data, usedforsecurity=False)

    monkeypatch.setattr(passwords.hashlib, "new", only_for_other_purposes)
    assert ha1("ann", "asterisk", "known") == original("md5", b"ann:asterisk:known").hexdigest()
    assert verify(b"{MD5}" + base64.b64encode(original("md5", b"known").digest()), b"known")


def test_the_realm_of_an_ha1_is_found_among_several() -> None:
    stored = ha1("ann", "office", "s3cret").upper()
    assert realm_of(stored, "ann", "s3cret", ["asterisk", "office"]) == "office"
    assert realm_of(stored, "ann", "wrong", ["asterisk", "office"]) is None
    assert realm_of(stored, "ann", "s3cret", ["asterisk"]) is None
    assert realm_of("\ufffd", "ann", "s3cret", ["asterisk"]) is None
