# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Password hashes in userPassword (RFC 2307, 5.3, and OpenLDAP's modules), and SIP's HA1.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import binascii
import ctypes
import ctypes.util
import functools
import hashlib
import hmac
import importlib
import os
import re
import sys
import typing as t

_SCHEME = re.compile(rb"\{([A-Za-z0-9./_-]+)\}")
_SALTED = {"SMD5": "md5", "SSHA": "sha1", "SSHA256": "sha256", "SSHA384": "sha384", "SSHA512": "sha512"}
_PLAIN = {"MD5": "md5", "SHA": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}
_PBKDF2 = {"PBKDF2": "sha1", "PBKDF2-SHA1": "sha1", "PBKDF2-SHA256": "sha256", "PBKDF2-SHA512": "sha512"}
_DIGESTS = {**_SALTED, **_PLAIN, **_PBKDF2}
_SALT_LENGTH = 8


def is_hashed(value: bytes) -> bool:
    """Return whether a value begins with the {SCHEME} of a hash and is therefore stored unchanged."""
    match = _SCHEME.match(value)
    return match is not None and match.group(1).decode().upper() in _SCHEMES


def is_checkable(value: bytes) -> bool:
    """Return whether verify() supports the {SCHEME} of a hash, at least on hosts with the necessary library."""
    match = _SCHEME.match(value)
    return match is not None and match.group(1).decode().upper() in _CHECKS


def ssha(password: bytes, salt: bytes | None = None) -> bytes:
    """Return the {SSHA} hash of a password: base64 of SHA-1(password + salt) + salt. Every slapd supports it."""
    salt = os.urandom(_SALT_LENGTH) if salt is None else salt
    digest = hashlib.sha1(password + salt).digest()  # noqa: S324  the scheme that every slapd supports
    return b"{SSHA}" + binascii.b2a_base64(digest + salt, newline=False)


def _hash(digest: str, data: bytes) -> bytes:
    """Return a digest, also MD5 on a host in FIPS mode: the protocol requires it."""
    if sys.version_info >= (3, 9):
        return hashlib.new(digest, data, usedforsecurity=False).digest()
    return hashlib.new(digest, data).digest()


def ha1(user: str, realm: str, password: str, digest: str = "md5") -> str:
    """Return the HA1 of SIP digest authentication, the digest of user:realm:password in lower-case hex (RFC 7616)."""
    return _hash(digest, f"{user}:{realm}:{password}".encode()).hex()


def realm_of(stored: str, user: str, password: str, realms: t.Iterable[str]) -> str | None:
    """Return the realm for which a stored HA1 is that of the password, or None if it is none of *realms*."""
    # As bytes, because compare_digest() takes no text with other characters than ASCII.
    lower = stored.lower().encode()
    return next(
        (realm for realm in realms if hmac.compare_digest(lower, ha1(user, realm, password).encode())), None
    )


def verify(stored: bytes, password: bytes) -> bool | None:
    """Return whether a stored userPassword value matches a password, or None if its scheme is not supported."""
    match = _SCHEME.match(stored)
    if match is None or not is_hashed(stored):
        return hmac.compare_digest(stored, password)
    scheme = match.group(1).decode().upper()
    check = _CHECKS.get(scheme)
    if check is None:
        return None
    try:
        return check(_DIGESTS.get(scheme, ""), stored[match.end() :], password)
    except (ValueError, binascii.Error):
        return False


def _verify_salted(digest: str, text: bytes, password: bytes) -> bool:
    decoded = binascii.a2b_base64(text)
    size = len(_hash(digest, b""))
    return hmac.compare_digest(decoded[:size], _hash(digest, password + decoded[size:]))


def _verify_plain_digest(digest: str, text: bytes, password: bytes) -> bool:
    return hmac.compare_digest(binascii.a2b_base64(text), _hash(digest, password))


def _verify_cleartext(_digest: str, text: bytes, password: bytes) -> bool:
    return hmac.compare_digest(text, password)


def _verify_pbkdf2(digest: str, text: bytes, password: bytes) -> bool:
    rounds, salt, checksum = text.split(b"$")
    expected = _from_adapted_base64(checksum)
    derived = hashlib.pbkdf2_hmac(digest, password, _from_adapted_base64(salt), int(rounds), len(expected))
    return hmac.compare_digest(derived, expected)


def _from_adapted_base64(text: bytes) -> bytes:
    """Decode the base64 variant of slapo-pw-pbkdf2: "." instead of "+", without padding."""
    return base64.b64decode(text.replace(b".", b"+") + b"=" * (-len(text) % 4))


@functools.lru_cache(maxsize=None)
def _libcrypt() -> t.Any:
    # Python 3.13 removed the module crypt.
    name = ctypes.util.find_library("crypt")
    if name is None:
        return None
    try:
        function = ctypes.CDLL(name).crypt
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_char_p
    function.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    return function


def _verify_crypt(_digest: str, text: bytes, password: bytes) -> bool | None:
    crypt = _libcrypt()
    if crypt is None or b"\0" in password:
        return None
    hashed = crypt(password, text)
    # libcrypt returns "*0" or "*1" if it does not support the method.
    if hashed is None or hashed.startswith(b"*"):
        return None
    return hmac.compare_digest(hashed, text)


def _verify_argon2(_digest: str, text: bytes, password: bytes) -> bool | None:
    try:
        argon2 = importlib.import_module("argon2")
    except ImportError:
        return None
    try:
        return bool(argon2.PasswordHasher().verify(text.decode(), password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHash):
        return False


# Each function takes the name of the digest, the text after {SCHEME}, and the password.
_CHECKS: dict[str, t.Callable[[str, bytes, bytes], bool | None]] = {
    **dict.fromkeys(_SALTED, _verify_salted),
    **dict.fromkeys(_PLAIN, _verify_plain_digest),
    **dict.fromkeys(_PBKDF2, _verify_pbkdf2),
    "CLEARTEXT": _verify_cleartext,
    "CRYPT": _verify_crypt,
    "ARGON2": _verify_argon2,
}
# The schemes of slapd and its password modules (slapd.conf(5), contrib/slapd-modules/passwd); any other word in braces
# is the beginning of a password.
_SCHEMES = frozenset(_CHECKS).union(
    ("SASL", "UNIX", "LANMAN", "KERBEROS", "NS-MTA-MD5", "RADIUS", "APR1", "BSDMD5"),
    (f"TOTP{digest}{suffix}" for digest in (1, 256, 512) for suffix in ("", "ANDPW")),
)
