# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small subschema for unit tests, written like the one that slapd publishes."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema

ATTRIBUTE_TYPES = [
    "( 2.5.4.0 NAME 'objectClass' EQUALITY objectIdentifierMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )",
    "( 2.5.4.41 NAME 'name' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{32768} )",
    "( 2.5.4.3 NAME ( 'cn' 'commonName' ) DESC 'RFC4519: common name (SUP foo)' SUP name )",
    "( 2.5.4.4 NAME ( 'sn' 'surname' ) SUP name )",
    "( 2.5.4.11 NAME ( 'ou' 'organizationalUnitName' ) SUP name )",
    "( 2.5.4.13 NAME 'description' EQUALITY caseIgnoreMatch )",
    "( 2.5.4.20 NAME 'telephoneNumber' EQUALITY telephoneNumberMatch )",
    "( 2.5.4.31 NAME 'member' SUP distinguishedName )",
    "( 2.5.4.49 NAME 'distinguishedName' EQUALITY distinguishedNameMatch )",
    "( 2.5.4.35 NAME 'userPassword' EQUALITY octetStringMatch )",
    "( 0.9.2342.19200300.100.1.1 NAME ( 'uid' 'userid' ) EQUALITY caseIgnoreMatch )",
    "( 0.9.2342.19200300.100.1.3 NAME ( 'mail' 'rfc822Mailbox' ) EQUALITY caseIgnoreIA5Match )",
    "( 0.9.2342.19200300.100.1.25 NAME ( 'dc' 'domainComponent' ) EQUALITY caseIgnoreIA5Match SINGLE-VALUE )",
    "( 1.3.6.1.1.1.1.0 NAME 'uidNumber' EQUALITY integerMatch SINGLE-VALUE )",
    "( 1.3.6.1.1.1.1.3 NAME 'homeDirectory' EQUALITY caseExactIA5Match SINGLE-VALUE )",
    "( 1.3.6.1.4.1.22736.5.4.26 NAME 'AstAccountFromUser' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    "( 2.5.18.1 NAME 'createTimestamp' EQUALITY generalizedTimeMatch SINGLE-VALUE NO-USER-MODIFICATION )",
]
OBJECT_CLASSES = [
    "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
    "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( userPassword ) )",
    "( 2.5.6.5 NAME ( 'organizationalUnit' 'ou-alias' ) SUP top STRUCTURAL MUST ou )",
    "( 1.3.6.1.1.1.2.0 NAME 'posixAccount' SUP top AUXILIARY MUST uidNumber )",
]
SUBSCHEMA = Subschema(ATTRIBUTE_TYPES, OBJECT_CLASSES)
