# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ha1, by the examples of the standards."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.switchboard.pbx.plugins.filter.ha1 import ha1_filter


def test_a_password_is_hashed_as_in_rfc_2617() -> None:
    # RFC 2617, 3.5, whose response is the digest of HA1, nonce and request.
    ha1 = ha1_filter("Circle Of Life", "Mufasa", "testrealm@host.com")
    assert ha1 == "939e7578ed9e3c518a452acee763bce9"
    ha2 = hashlib.md5(b"GET:/dir/index.html").hexdigest()  # noqa: S324
    request = f"{ha1}:dcd98b7102dd2f0e8b11d0f600bfb0c093:00000001:0a4f113b:auth:{ha2}"
    assert hashlib.md5(request.encode()).hexdigest() == "6629fae49393a05397450978507c4ef1"  # noqa: S324


@pytest.mark.parametrize(
    ("algorithm", "digest", "response"),
    [
        ("MD5", "md5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "sha256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_each_algorithm_leads_to_the_response_of_rfc_7616(algorithm: str, digest: str, response: str) -> None:
    # RFC 7616, 3.9.1.
    ha1 = ha1_filter("Circle of Life", "Mufasa", "http-auth@example.org", algorithm=algorithm)
    ha2 = hashlib.new(digest, b"GET:/dir/index.html").hexdigest()
    nonces = (
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    )
    assert hashlib.new(digest, f"{ha1}:{nonces}:auth:{ha2}".encode()).hexdigest() == response


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1234, "rbryant", "asterisk"), "the password is int, not a string; quote it"),
        (("s3cret", 101, "asterisk"), "the user is int"),
        (("s3cret", "rbryant", None), "the realm is NoneType"),
        (("s3cret", "a:b", "asterisk"), "contains a colon"),
        (("s3cret", "rbryant", "asterisk", "SHA-1"), "use one of MD5, SHA-256"),
    ],
)
def test_input_that_no_phone_could_use_is_refused(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words) as refused:
        ha1_filter(*arguments)
    assert "s3cret" not in str(refused.value)
