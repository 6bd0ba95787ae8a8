#!/usr/bin/python
# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module C(switchboard.pbx.asterisk_build)."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asterisk_build
version_added: 0.1.0
short_description: Build and install Asterisk from source
author:
  - The Switchboard maintainers (@switchboard-pbx)
description:
  - Unpacks, patches, configures and compiles Asterisk, and installs it as a release in its own folder below O(prefix).
    The name of the release consists of the version and a fingerprint of all build inputs, so Asterisk is built again
    only when an input changes.
  - A release is activated by switching a link, which is atomic. If a build fails, the previous release remains active
    and the error message names the log. Earlier releases are kept for a rollback, see O(keep) and O(release).
  - Does not install packages, create users or start services.
  - A build takes minutes, and the connection to the host must stay open that long.
extends_documentation_fragment:
  - switchboard.pbx.attributes
  - switchboard.pbx.attributes.group_asterisk
attributes:
  check_mode:
    support: full
    details: Returns the release that would be built. Patches, and a local source without O(checksum), must exist.
  diff_mode:
    support: full
    details: The diff lists the inputs of the build.
  idempotent:
    support: full
options:
  source:
    description:
      - The source of Asterisk as a tar archive with one top-level folder, either a file on the host or a URL.
      - Required unless O(release) is given.
    type: str
  checksum:
    description: C(sha256:) and the checksum of O(source) in hex. Required for a URL.
    type: str
  version:
    description: The version of the source, for example V(22.10.1). Required with O(source).
    type: str
  patches:
    description: Patch files on the host, applied in this order with C(patch -p1).
    type: list
    elements: path
    default: []
  downloads:
    description: >-
      A folder on the host with the files that the build would otherwise download, the bundled PJPROJECT
      (C(pjproject-VERSION.tar.bz2)) and the sounds, passed to C(configure --with-download-cache).
    type: path
  modules:
    description: The parts to build, by their menuselect names. If one cannot be built, the module fails and names
      the missing library.
    type: list
    elements: str
    default: [app_festival, app_voicemail, res_config_ldap]
  disable:
    description: The parts to leave out, by their menuselect names.
    type: list
    elements: str
    default: []
  configure:
    description: Additional options for configure.
    type: list
    elements: str
    default: []
  sounds:
    description:
      - A folder on the host with the subfolders C(sounds) and C(moh) for the release to use.
      - Without it, the build installs menuselect's default sounds from O(downloads) or the network.
    type: path
  jobs:
    description: The number of parallel compiler processes, by default one per processor.
    type: int
  prefix:
    description: The folder for the releases.
    type: path
    default: /opt/asterisk
  program:
    description: The path of the link to the program of the active release.
    type: path
    default: /usr/sbin/asterisk
  keep:
    description: The number of releases to keep besides the active one.
    type: int
    default: 1
  archive:
    description:
      - The path of an archive of the release. If it exists, the release is unpacked from it without compiling;
        otherwise it is created from the release.
      - It can be used on other hosts with the same system, which need the libraries but no compiler. Its programs
        run on those hosts, so use only archives from a host that you trust.
    type: path
  release:
    description: Activate this existing release instead of building one.
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

- name: Roll back to the previous release
  switchboard.pbx.asterisk_build:
    release: 22.9.0-4f0c2a7be913
"""

RETURN = r"""
action:
  description: What was done, or would be done in check mode, V(built), V(unpacked) from the archive, V(switched) to an
    existing release, or V(none).
  returned: success
  type: str
  sample: built
release:
  description: The active release, or the one that would be active in check mode. After a failed build, its release.
  returned: always
  type: str
  sample: 22.10.1-9d2c1f4be07a
previous:
  description: The release that was active before, empty if it is the same or there was none.
  returned: success
  type: str
  sample: 22.9.0-4f0c2a7be913
releases:
  description: The complete releases on the host, newest first.
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
  description: The log file of the build.
  returned: always
  type: str
  sample: /opt/asterisk/log/22.10.1-9d2c1f4be07a.log
restart:
  description: Whether another release is still running, so that Asterisk must be restarted.
  returned: success
  type: bool
  sample: true
seconds:
  description: The duration of building or unpacking.
  returned: success
  type: float
  sample: 193.4
active:
  description: The release that remains active after a failed build, empty if there is none.
  returned: failure
  type: str
  sample: 22.9.0-4f0c2a7be913
"""

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.build.build import run_module
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
    run(module, run_module)


if __name__ == "__main__":
    main()
