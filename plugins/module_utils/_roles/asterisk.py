# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the variables of the role asterisk. Pure.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .rules import Options, Pattern, Values, pattern_problems, share_problem

_NAME = "a name of letters, digits, hyphens and underscores"
_NUMBER = "digits, * and #"
_LINE = "one line without a dollar sign, which starts a variable in Asterisk's dialplan"
_PATTERNS = (
    Pattern("asterisk_package_min_version", r"[0-9]+(\.[0-9]+)*", "a version such as 20"),
    Pattern(
        "asterisk_ldap_uri",
        r"(ldapi?|ldaps)://\S*( (ldapi?|ldaps)://\S*)*",
        "addresses such as ldaps://ldap.example.org",
    ),
    Pattern(
        "asterisk_ldap_password",
        r"[^;\n]*",
        "without semicolons, at which Asterisk's configuration would cut it; take another from a vault",
    ),
    Pattern(
        "asterisk_realm",
        r"[^\";\\]+",
        "text without quotes, semicolons and backslashes, such as pbx.example.org",
    ),
    Pattern("asterisk_context", r"[0-9A-Za-z_-]+", _NAME),
    Pattern("asterisk_user_extension_pattern", r"[^\s,;/]+", "a dialplan pattern such as _1XX"),
    Pattern("asterisk_festival_extension", r"[0-9*#]*", _NUMBER),
    Pattern("asterisk_text2wave_extension", r"[0-9*#]*", _NUMBER),
    Pattern("asterisk_say_extension", r"[0-9*#]*", _NUMBER),
    Pattern("asterisk_voicemail_extension", r"[0-9*#]+", _NUMBER),
    Pattern("asterisk_tts_voice", r"([A-Za-z0-9][A-Za-z0-9_.+-]{0,63})?", "the plain name of a voice"),
    Pattern("asterisk_tts_cache_directory", r"/[A-Za-z0-9_./-]+", "an absolute path without blanks"),
    Pattern("asterisk_build_cache_dir", r"(/.*)?", "an absolute path on the controller, or empty"),
    Pattern("asterisk_source_prefix", r"/[A-Za-z0-9_./-]+", "an absolute path without blanks"),
    Pattern("asterisk_source_checksum", r"(sha256:[0-9a-fA-F]{64})?", "sha256: and 64 hexadecimal digits"),
    Pattern("asterisk_source_release", r"[0-9A-Za-z._-]*", "the name of a folder of releases"),
    Pattern("asterisk_messages_context", r"[0-9A-Za-z_-]+", _NAME),
    Pattern("asterisk_messages_call_word", r"[0-9A-Za-z ]*", "letters, digits and spaces"),
    Pattern(
        "asterisk_messages_alias", r"[0-9A-Za-z][0-9A-Za-z._+-]*", "a SIP name of letters, digits and . _ + -"
    ),
    Pattern("asterisk_messages_reply", r"[^$]*", _LINE),
    Pattern("asterisk_messages_call_text", r"[^$]*", _LINE),
)
_ACCOUNT = (
    Pattern("name", r"(?!general$)[0-9A-Za-z_-]+", f"{_NAME}, and not general"),
    Pattern("jid", r"[^@/;\"\s]+@[^@/;\"\s]+(/[^;\"\s]+)?", "such as pbx@example.org/asterisk"),
    Pattern("password", r"[^;\\\n]+", "without semicolons, backslashes and line breaks, and not empty"),
)
_OTHER_CONTEXTS = ("general", "globals", "messages", "messages-call")


def asterisk_problems(
    values: Values, options: Options, internal: t.Callable[[str], t.Any]
) -> t.Iterator[str]:
    """Yield a sentence for each value that Asterisk could not use.

    *internal* evaluates an internal variable of the role, which refers to others.
    """
    found = list(pattern_problems(values, options, _PATTERNS))
    yield from found
    if not values["asterisk_ldap_password"]:
        yield (
            "asterisk_ldap_password is not set, so Asterisk could not log in to the directory; set "
            "directory_service_password in the inventory, from a vault."
        )
    if float(values["asterisk_rtp_port_min"]) >= float(values["asterisk_rtp_port_max"]):
        yield (
            f"asterisk_rtp_port_min is {values['asterisk_rtp_port_min']}, which is not below asterisk_rtp_port_max "
            f"({values['asterisk_rtp_port_max']}); correct one of them."
        )
    if values["asterisk_messages_context"] in (*_OTHER_CONTEXTS, values["asterisk_context"]):
        yield (
            f"asterisk_messages_context is {values['asterisk_messages_context']!r}, which is another context already; "
            "choose another name."
        )
    yield from share_problem("asterisk_tts_loudness", values)
    if values["asterisk_tts_engine"] == "piper" and not values["asterisk_tts_piper_model"]:
        yield "asterisk_tts_engine is 'piper', but asterisk_tts_piper_model is not set; name a model (.onnx)."
    yield from _network_problems(values["asterisk_contact_deny"])
    yield from _transport_problems(values["asterisk_transports"])
    yield from _account_problems(values["asterisk_xmpp_accounts"])
    if not found:
        yield from _source_problems(values, internal)


def _network_problems(networks: t.Iterable[t.Any]) -> t.Iterator[str]:
    for network in networks:
        try:
            ipaddress.ip_network(str(network))
        except ValueError:
            yield (
                f"asterisk_contact_deny contains {str(network)!r}, which is not a network; write one such as "
                "192.0.2.0/24, without bits after the prefix."
            )


def _transport_problems(transports: t.Sequence[Values]) -> t.Iterator[str]:
    names = [transport["name"] for transport in transports]
    for number, transport in enumerate(transports, 1):
        if names.count(transport["name"]) > 1:
            yield f"item {number} of asterisk_transports has the name of another; give each its own."


def _account_problems(accounts: t.Sequence[Values]) -> t.Iterator[str]:
    names = [account["name"] for account in accounts]
    for number, account in enumerate(accounts, 1):
        where = f"item {number} of asterisk_xmpp_accounts"
        for problem in pattern_problems(account, {}, _ACCOUNT):
            yield f"{where}: {problem}"
        if names.count(account["name"]) > 1:
            yield f"{where} has the name of another; give each its own."


def _source_problems(values: Values, internal: t.Callable[[str], t.Any]) -> t.Iterator[str]:
    if internal("__asterisk_method") != "source" or values["asterisk_source_release"]:
        return
    missing = [name for name in ("asterisk_source", "asterisk_source_version") if not values[name]]
    if missing:
        yield (
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set, but Asterisk is built "
            f"from source ({internal('__asterisk_method_reason')}); set it, or choose another "
            "asterisk_install_method."
        )
    if "://" in values["asterisk_source"] and not values["asterisk_source_checksum"]:
        yield "asterisk_source is a URL, but asterisk_source_checksum is not set; set it (sha256:…)."
