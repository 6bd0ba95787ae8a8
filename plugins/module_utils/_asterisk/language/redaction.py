# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redacting the secrets in configuration files, while still showing which of them changed.

Private to the collection switchboard.pbx; it may change without notice.
It works on lines, not on parsed options, to cover secrets in comments and invalid lines as well.
"""

from __future__ import annotations

import re
import typing as t

from .parser import split_lines

MASK = "********"
CHANGED = MASK + " (changed)"
HIDDEN = "(contents not shown)\n"
HIDDEN_CHANGED = "(contents not shown, changed)\n"

# The secrets of a file, by section and option.
Secrets = t.Dict[t.Tuple[str, str], t.List[str]]

_SECTION = re.compile(r"\s*\[([^\]]*)\]")
_OPTION = re.compile(
    r"(?P<lead>[\s;]*\\?)(?P<name>[^\s=;\[#][^=]*?)(?P<operator>\s*(?:\+=|=>|=)\s*)(?P<value>.*)", re.DOTALL
)
_SECRET_NAME = re.compile(
    r"secret|pass|pwd|md5_?cred|digest|oauth|token|api_?key|(^|_|vm|admin|user)pin$", re.I
)
# Names that contain one of the above but are not secrets.
_HARMLESS_NAME = re.compile(
    r"passthr|bypass|minpassword|password_?(location|context|policy)|digest_?(alg|realm)", re.I
)
# What follows "sip:" is an account, not a password.
_CREDENTIALS = re.compile(r"(?P<keep>(?<!\w)(?!sips?:)[^\s/@:,?=<>(\"']+:)(?P<secret>\S+)(?=@)")
# A secret after a name, as of a variable, a function's argument, an option, a header or a parameter of a URL.
_VALUE = r"(?P<secret>\"[^\"]*\"|'[^']*'|[^\s,;)&\"']+)"
_NAME = r"[\w.-]*(?:secret|passw|pwd|token|api[_-]?key)[\w.-]*|(?<![a-z])(?:[\w.-]+_|vm|admin|user)?pin"
# "=*)" is a filter for LDAP entries that have the attribute.
_ASSIGNMENT = re.compile(rf"(?P<keep>(?:{_NAME})\)?\s*[=:]\s*(?!\*\))){_VALUE}", re.I)
_COMMAND_OPTION = re.compile(
    rf"(?P<keep>(?<!\S)--?(?:passw|pwd|token|secret|api-?key)[\w-]*\s+){_VALUE}", re.I
)
_COMMAND_USER = re.compile(
    r"(?P<keep>(?<!\S)(?:-u|--user[ =])\s*)(?P<secret>\"[^\"]*:[^\"]*\"|'[^']*:[^']*'|[^\s:\"')]+:[^\s\"')]+)"
)
_URL_PARAMETER = re.compile(
    rf"(?P<keep>[?&][\w.-]*(?:key|sig|signature|auth|pass|code)[\w.-]*=){_VALUE}", re.I
)
_AUTHORIZATION = re.compile(rf"(?P<keep>authorization\s*[:=]\s*(?:[a-z]+\s+)?){_VALUE}", re.I)
_ANYWHERE = (_AUTHORIZATION, _COMMAND_USER, _COMMAND_OPTION, _URL_PARAMETER, _ASSIGNMENT, _CREDENTIALS)
_APPLICATION = re.compile(r"(?P<keep>\b(?:VM)?(?:Authenticate|DISA)\()(?P<secret>[^,)]+)", re.I)
# sip.conf, auth: USER:PASSWORD@REALM or USER#MD5@REALM.
_SIP_AUTH = re.compile(r"(?P<keep>[^\s:#]+[:#])(?P<secret>\S+)(?=@)")
_WHOLE_VALUE = re.compile(r"(?P<keep>)(?P<secret>.+)", re.DOTALL)
_FIRST_FIELD = re.compile(r"(?P<keep>)(?P<secret>[^,\s]+)")
_LATER_FIELDS = re.compile(r"(?P<keep>[^,]*,)(?P<secret>\S+)")


def redact_pair(before: str, after: str, name: str, mailboxes: bool = False) -> tuple[str, str]:
    """Return both states of a file with their secrets redacted, and new values of secrets marked as changed.

    *name* is the file's name. If *mailboxes* is true, the options of its sections are voicemail boxes, whose
    first field is a PIN.
    """
    if any(_must_be_hidden(text) for text in (before, after)):
        return (HIDDEN if before else "", HIDDEN_CHANGED if after else "")
    redactor = _Redactor(name, mailboxes)
    shown = redactor.text(before)
    return shown, _Redactor(name, mailboxes, redactor.seen if before else None).text(after)


def _must_be_hidden(text: str) -> bool:
    return "PRIVATE KEY" in text or any("\udc80" <= char <= "\udcff" for char in text)


class _Redactor:
    """The redaction of one file; *known* are the secrets of its previous state, by section and option."""

    def __init__(self, name: str, mailboxes: bool, known: Secrets | None = None) -> None:
        self.name = name
        self.mailboxes = mailboxes
        self.known = known
        self.seen: Secrets = {}
        self.section = self.option = ""

    def text(self, text: str) -> str:
        return "".join(map(self._line, split_lines(text)))

    def _hide(self, match: re.Match[str]) -> str:
        key = (self.section, self.option)
        self.seen.setdefault(key, []).append(match["secret"])
        same = self.known is None or match["secret"] in self.known.get(key, ())
        return match["keep"] + (MASK if same else CHANGED)

    def _line(self, line: str) -> str:
        body = line.rstrip("\r\n")
        header = _SECTION.match(body)
        if header:
            self.section = header[1]
        parts = _OPTION.match(body)
        if not parts:
            self.option = ""
            return self._substitute(_ANYWHERE, body) + line[len(body) :]
        self.option = parts["name"].strip().lower()
        value = self._value(parts["value"]) if parts["value"].strip() else parts["value"]
        # In a file a name precedes the sign, but in a line of a log it may be anything.
        name = _CREDENTIALS.sub(self._hide, parts["name"])
        return parts["lead"] + name + parts["operator"] + value + line[len(body) :]

    def _value(self, value: str) -> str:
        if self._is_secret():
            return _WHOLE_VALUE.sub(self._hide, value, count=1)
        if self.mailboxes and self.section.lower() not in ("", "general", "zonemessages"):
            return _FIRST_FIELD.sub(self._hide, value, count=1)
        if self.option in ("agent", "conf") and "," in value:
            return _LATER_FIELDS.sub(self._hide, value, count=1)
        if self.option == "auth":
            value = _SIP_AUTH.sub(self._hide, value, count=1)
        return self._substitute((_APPLICATION, *_ANYWHERE), value)

    def _is_secret(self) -> bool:
        if self.name.rsplit("/", 1)[-1] == "res_ldap.conf":
            # Other options, and "password" in the other sections, map Asterisk's names to attribute types.
            return self.option == "pass" or (self.option == "password" and self.section == "_general")
        return bool(_SECRET_NAME.search(self.option)) and not _HARMLESS_NAME.search(self.option)

    def _substitute(self, patterns: t.Iterable[re.Pattern[str]], text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(self._hide, text)
        return text
