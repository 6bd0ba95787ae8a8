# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The spec that the tests of a build use."""

from __future__ import annotations

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.spec import BuildSpec

SPEC = BuildSpec(
    version="22.10.1",
    source="/srv/asterisk.tar.gz",
    checksum="a" * 64,
    patches=("b" * 64,),
    modules=("res_config_ldap", "app_festival"),
    disable=("codec_ilbc",),
    configure=("--with-gsm",),
    sounds="/usr/share/asterisk",
    prefix="/opt/asterisk",
    platform="debian-13-x86_64",
)
