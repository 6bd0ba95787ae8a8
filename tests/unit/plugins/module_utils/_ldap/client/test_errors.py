# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever python-ldap raises becomes one sentence with the reason and the cure."""

from __future__ import annotations

import socket
from pathlib import Path

import ldap
import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    connection_argument_spec,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.errors import (
    LDAP_ERRORS,
    ServerError,
    ServerUnavailable,
    check_tls_files,
    result_code,
    server_words,
    to_connect_error,
    to_error,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

PARAMS = {name: option.get("default") for name, option in connection_argument_spec().items()}


def test_the_message_of_the_server_is_kept_with_its_code() -> None:
    error = ldap.UNDEFINED_TYPE({"result": 17, "desc": "Undefined attribute type", "info": "foo: undefined"})
    assert server_words(error) == "Undefined attribute type (17): foo: undefined"
    assert result_code(error) == 17
    assert (
        server_words(ldap.SERVER_DOWN({"desc": "Can't contact LDAP server"})) == "Can't contact LDAP server"
    )
    fault = to_error(error, "add the entry 'cn=x'", "ldapi:///")
    assert isinstance(fault, ServerError)
    assert str(fault).startswith(
        "The LDAP server refused to add the entry 'cn=x': Undefined attribute type (17)"
    )


def test_an_error_of_an_old_python_ldap_gets_its_code_by_name() -> None:
    class NO_SUCH_OBJECT(Exception):
        """As python-ldap 3.2 raises it: without a number."""

    assert result_code(NO_SUCH_OBJECT({"desc": "No such object"})) == 32


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ldap.SIZELIMIT_EXCEEDED({"result": 4, "desc": "Size limit exceeded"}), "(4); raise the size limit"),
        (ldap.TIMELIMIT_EXCEEDED({"result": 3, "desc": "Time limit exceeded"}), "(3); raise the time limit"),
        (
            ldap.REFERRAL({"result": 10, "desc": "Referral", "info": "Referral:\nldap://b"}),
            "Referral: ldap://b; use",
        ),
        (ldap.CONFIDENTIALITY_REQUIRED({"result": 13, "desc": "Confidentiality required"}), "use start_tls"),
        (ldap.INSUFFICIENT_ACCESS({"result": 50, "desc": "Insufficient access"}), "access rules"),
        (ldap.SERVER_DOWN({"desc": "Can't contact LDAP server"}), "ldap://a closed the connection"),
        (ldap.FILTER_ERROR({"desc": "Bad search filter"}), "The filter is not valid"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), "cannot be sent"),
        (ValueError("embedded null character"), "cannot be sent: embedded null character"),
    ],
)
def test_each_error_gives_the_reason_and_the_cure_in_one_line(error: Exception, words: str) -> None:
    assert isinstance(error, LDAP_ERRORS)
    sentence = str(to_error(error, "search below 'dc=x'", "ldap://a"))
    assert words in sentence and sentence.endswith(".") and "\n" not in sentence and "{" not in sentence


def test_a_server_that_is_reached_is_told_from_one_that_is_not() -> None:
    lost = ldap.SERVER_DOWN({"desc": "Can't contact LDAP server"})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        uri = f"ldaps://127.0.0.1:{listener.getsockname()[1]}"
        assert "was reached, but TLS failed" in str(to_connect_error(lost, {**PARAMS, "server_uri": uri}))
    assert isinstance(to_connect_error(lost, {**PARAMS, "server_uri": uri}), ServerUnavailable)
    assert not isinstance(to_connect_error(lost, {**PARAMS, "server_uri": "ldap://a:b"}), ServerUnavailable)


def test_a_file_for_tls_is_read_before_the_library_fails_without_its_name(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with pytest.raises(ServerUnavailable, match=f"ca_path: the file {file} cannot be read"):
        check_tls_files({**PARAMS, "ca_path": str(file)})
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    check_tls_files({**PARAMS, "ca_path": str(file)})
    file.write_text("x")
    with pytest.raises(ModuleError, match="not in PEM format"):
        check_tls_files({**PARAMS, "ca_path": str(file)})
