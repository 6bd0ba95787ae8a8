#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_build)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_build
version_added: 0.1.0
short_description: Build Asterisk from its source and put it in force
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Unpacks, patches, configures and compiles Asterisk, and installs it into a folder of its own below O(prefix).
    Its name, the release, is made of the version and a fingerprint of all that the build depends on, so it is
    built again only when that changes.
  - A release comes into force in one moment, by a link. A build that fails leaves the release of before in force
    and says where its log is. Earlier releases are kept to go back to, see O(keep) and O(release).
  - Installs no package, makes no user, and starts no service.
  - The build runs for minutes, and the connection must last as long.
extends_documentation_fragment:
  - switchboard.pbx.attributes
attributes:
  check_mode:
    support: full
    details: Says what would be built. Local sources without O(checksum), and patches, must be there for that.
  diff_mode:
    support: full
    details: The diff lists what the release is made of.
  idempotent:
    support: full
options:
  source:
    description:
      - Asterisk's source as a tar archive of one folder, a file on the host or an address to fetch it from.
      - Needed unless O(release) is given.
    type: str
  checksum:
    description: C(sha256:) and the checksum of O(source) in hex. Needed for an address.
    type: str
  version:
    description: The version of the source, for example V(22.10.1). Needed with O(source).
    type: str
  patches:
    description: Files on the host with patches to apply in this order, at the level C(-p1).
    type: list
    elements: path
    default: []
  downloads:
    description: >-
      A folder on the host with what the build would otherwise download, the bundled PJPROJECT
      (C(pjproject-VERSION.tar.bz2)) and the sounds, as C(configure --with-download-cache) takes it.
    type: path
  modules:
    description: The parts that must be built, as menuselect calls them. It is an error that names the library if
      one cannot be.
    type: list
    elements: str
    default: [app_festival, app_voicemail, res_config_ldap]
  disable:
    description: The parts that are not built.
    type: list
    elements: str
    default: []
  configure:
    description: More options for configure.
    type: list
    elements: str
    default: []
  sounds:
    description:
      - A folder on the host that has C(sounds) and C(moh) in it, which the release uses.
      - Without it, Asterisk brings those that menuselect has by default, from O(downloads) or the network.
    type: path
  jobs:
    description: How many compilers run at a time. One a processor if not given.
    type: int
  prefix:
    description: The folder of the releases.
    type: path
    default: /opt/asterisk
  program:
    description: The link by which Asterisk's program is called.
    type: path
    default: /usr/sbin/asterisk
  keep:
    description: How many releases are kept beside the one in force.
    type: int
    default: 1
  archive:
    description:
      - An archive of the release. If it is there, the release is unpacked from it and nothing is compiled;
        otherwise it is made from the release.
      - It is good for hosts of the same system, which need the libraries but no compiler. What is in it runs on
        them, so bring it from nowhere but a host of yours.
    type: path
  release:
    description: Put this release in force again, which was kept, rather than building one.
    type: str
seealso:
  - module: switchboard.pbx.asterisk_config
  - module: switchboard.pbx.asterisk_reload
  - name: Building and installing Asterisk
    description: How Asterisk is built by hand.
    link: https://docs.asterisk.org/Getting-Started/Installing-Asterisk/Installing-Asterisk-From-Source/
"""

EXAMPLES = r"""
- name: Build Asterisk
  switchboard.pbx.asterisk_build:
    source: https://downloads.asterisk.org/pub/telephony/asterisk/releases/asterisk-22.10.1.tar.gz
    checksum: "sha256:{{ asterisk_sha256 }}"
    version: 22.10.1
    modules: [res_config_ldap, app_festival, app_voicemail, res_xmpp]

- name: Go back to what was in force before
  switchboard.pbx.asterisk_build:
    release: 22.9.0-4f0c2a7be913
"""

RETURN = r"""
action:
  description: What was done, or would be in check mode. V(built), V(unpacked) from the archive, V(switched) to a
    release that was there, or V(none).
  returned: success
  type: str
  sample: built
release:
  description: The release that is in force, or would be in check mode. When a build failed, the one that failed.
  returned: always
  type: str
  sample: 22.10.1-9d2c1f4be07a
previous:
  description: The release that was in force before, if it was another one.
  returned: success
  type: str
  sample: 22.9.0-4f0c2a7be913
releases:
  description: The releases that are on the host, the newest first.
  returned: success
  type: list
  elements: str
  sample: [22.10.1-9d2c1f4be07a, 22.9.0-4f0c2a7be913]
path:
  description: The folder of the release.
  returned: success
  type: str
  sample: /opt/asterisk/22.10.1-9d2c1f4be07a
log:
  description: The file with what the build wrote.
  returned: always
  type: str
  sample: /opt/asterisk/log/22.10.1-9d2c1f4be07a.log
restart:
  description: Whether another release is still running, so that a restart is due.
  returned: success
  type: bool
  sample: true
seconds:
  description: How long building or unpacking took.
  returned: success
  type: float
  sample: 193.4
in_force:
  description: The release that stays in force after a build failed, empty if there is none.
  returned: failure
  type: str
  sample: 22.9.0-4f0c2a7be913
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.build import build
from ansible_collections.switchboard.pbx.plugins.module_utils._module import RedactingModule, run


def main() -> None:
    """Run the module."""
    names = {"type": "list", "elements": "str", "default": []}
    module = RedactingModule(
        argument_spec={
            "source": {"type": "str"},
            "checksum": {"type": "str"},
            "version": {"type": "str"},
            "patches": {"type": "list", "elements": "path", "default": []},
            "downloads": {"type": "path"},
            "modules": {**names, "default": ["app_festival", "app_voicemail", "res_config_ldap"]},
            "disable": names,
            "configure": names,
            "sounds": {"type": "path"},
            "jobs": {"type": "int"},
            "prefix": {"type": "path", "default": "/opt/asterisk"},
            "program": {"type": "path", "default": "/usr/sbin/asterisk"},
            "keep": {"type": "int", "default": 1},
            "archive": {"type": "path"},
            "release": {"type": "str"},
        },
        required_one_of=[("source", "release")],
        mutually_exclusive=[("source", "release")],
        required_by={"source": ["version"]},
        supports_check_mode=True,
    )
    run(module, build)


if __name__ == "__main__":
    main()
