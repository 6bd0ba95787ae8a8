# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Asterisk modules that read each file, and whether a reload is sufficient.

Private to the collection switchboard.pbx; it may change without notice.
The names are those that C(module reload) accepts, taken from the sources of Asterisk 16 and 22: modules whose
reload function reads the file. Built-in parts such as C(logger) are named without C(.so).
"""

from __future__ import annotations

import typing as t

from ..language.parser import Document
from ..language.resolver import ResolvedConfig, resolve

RELOADS: dict[str, tuple[str, ...]] = {
    "acl.conf": ("acl",),
    "adsi.conf": ("res_adsi.so",),
    "aeap.conf": ("res_aeap.so",),
    "agents.conf": ("app_agent_pool.so",),
    "alarmreceiver.conf": ("app_alarmreceiver.so",),
    "amd.conf": ("app_amd.so",),
    "ari.conf": ("res_ari.so",),
    "calendar.conf": ("res_calendar.so",),
    "cdr.conf": ("cdr", "cdr_csv.so"),
    "cdr_adaptive_odbc.conf": ("cdr_adaptive_odbc.so",),
    "cdr_beanstalkd.conf": ("cdr_beanstalkd.so",),
    "cdr_custom.conf": ("cdr_custom.so",),
    "cdr_manager.conf": ("cdr_manager.so",),
    "cdr_mysql.conf": ("cdr_mysql.so",),
    "cdr_odbc.conf": ("cdr_odbc.so",),
    "cdr_pgsql.conf": ("cdr_pgsql.so",),
    "cdr_sqlite3_custom.conf": ("cdr_sqlite3_custom.so",),
    "cdr_syslog.conf": ("cdr_syslog.so",),
    "cdr_tds.conf": ("cdr_tds.so",),
    "cel.conf": ("cel", "cel_manager.so"),
    "cel_beanstalkd.conf": ("cel_beanstalkd.so",),
    "cel_custom.conf": ("cel_custom.so",),
    "cel_odbc.conf": ("cel_odbc.so",),
    "cel_pgsql.conf": ("cel_pgsql.so",),
    "cel_sqlite3_custom.conf": ("cel_sqlite3_custom.so",),
    "cel_tds.conf": ("cel_tds.so",),
    "chan_dahdi.conf": ("chan_dahdi.so",),
    "chan_websocket.conf": ("chan_websocket.so",),
    "cli_aliases.conf": ("res_clialiases.so",),
    "codecs.conf": ("plc", "codec_speex.so"),
    "confbridge.conf": ("app_confbridge.so",),
    "console.conf": ("chan_console.so",),
    "dnsmgr.conf": ("dnsmgr",),
    "dsp.conf": ("dsp",),
    "dundi.conf": ("pbx_dundi.so",),
    "enum.conf": ("enum",),
    "extconfig.conf": ("extconfig",),
    "extensions.ael": ("pbx_ael.so",),
    "extensions.conf": ("pbx_config.so",),
    "extensions.lua": ("pbx_lua.so",),
    "features.conf": ("features",),
    "followme.conf": ("app_followme.so",),
    "func_odbc.conf": ("func_odbc.so",),
    "geolocation.conf": ("res_geolocation.so",),
    "hep.conf": ("res_hep.so",),
    "http.conf": ("http", "res_http_post.so"),
    "iax.conf": ("chan_iax2.so",),
    "iaxprov.conf": ("chan_iax2.so",),
    "indications.conf": ("indications",),
    "jabber.conf": ("res_xmpp.so",),
    "logger.conf": ("logger",),
    "manager.conf": ("manager",),
    "meetme.conf": ("app_meetme.so",),
    "mgcp.conf": ("chan_mgcp.so",),
    "minivm.conf": ("app_minivm.so",),
    "motif.conf": ("chan_motif.so",),
    "musiconhold.conf": ("res_musiconhold.so",),
    "ooh323.conf": ("chan_ooh323.so",),
    "osp.conf": ("app_osplookup.so",),
    "phoneprov.conf": ("res_phoneprov.so",),
    "phoneprov_users.conf": ("res_phoneprov.so",),
    "pjproject.conf": ("res_pjproject.so",),
    "pjsip.conf": ("res_pjsip.so",),
    "pjsip_notify.conf": ("res_pjsip_notify.so",),
    "pjsip_wizard.conf": ("res_pjsip.so",),
    "prometheus.conf": ("res_prometheus.so",),
    "queuerules.conf": ("app_queue.so",),
    "queues.conf": ("app_queue.so",),
    "res_config_mysql.conf": ("res_config_mysql.so",),
    "res_config_odbc.conf": ("res_config_odbc.so",),
    "res_config_sqlite3.conf": ("res_config_sqlite3.so",),
    "res_curl.conf": ("res_config_curl.so",),
    "res_fax.conf": ("res_fax.so",),
    "res_ldap.conf": ("res_config_ldap.so",),
    "res_odbc.conf": ("res_odbc.so",),
    "res_parking.conf": ("res_parking.so",),
    "res_pktccops.conf": ("res_pktccops.so",),
    "res_pgsql.conf": ("res_config_pgsql.so",),
    "res_stun_monitor.conf": ("res_stun_monitor.so",),
    "resolver_unbound.conf": ("res_resolver_unbound.so",),
    "rtp.conf": ("res_rtp_asterisk.so",),
    "say.conf": ("app_playback.so",),
    "sip.conf": ("chan_sip.so",),
    "sip_notify.conf": ("chan_sip.so",),
    "skinny.conf": ("chan_skinny.so",),
    "sla.conf": ("app_meetme.so", "app_sla.so"),
    "smdi.conf": ("res_smdi.so",),
    "statsd.conf": ("res_statsd.so",),
    "stir_shaken.conf": ("res_stir_shaken.so",),
    "udptl.conf": ("udptl",),
    "unistim.conf": ("chan_unistim.so",),
    "users.conf": (
        "app_voicemail.so",
        "chan_dahdi.so",
        "chan_iax2.so",
        "chan_sip.so",
        "manager",
        "pbx_config.so",
        "res_phoneprov.so",
    ),
    "voicemail.conf": ("app_voicemail.so",),
    "websocket_client.conf": ("res_websocket_client.so",),
    "xmpp.conf": ("res_xmpp.so",),
}
# Read once when Asterisk starts, by modules without a reload function.
RESTARTS = frozenset(
    {
        "alsa.conf",
        "asterisk.conf",
        "audiosocket.conf",
        "ccss.conf",
        "chan_mobile.conf",
        # It is read again only by a separate console command.
        "cli_permissions.conf",
        "misdn.conf",
        "modules.conf",
        "oss.conf",
        "phone.conf",
        "res_corosync.conf",
        "res_http_media_cache.conf",
        "res_config_sqlite.conf",
        "res_snmp.conf",
        "sorcery.conf",
        "stasis.conf",
        "vpb.conf",
    }
)
# Read at every use, or by the console only, so no reload is needed.
NO_RELOAD = frozenset({"ast_debug_tools.conf", "cli.conf", "festival.conf"})
# These are reloaded first and in this order, because other modules read through them.
RELOAD_ORDER = (
    "extconfig",
    "acl",
    "res_config_ldap.so",
    "res_odbc.so",
    "dnsmgr",
    "udptl",
    "res_rtp_asterisk.so",
)


class FileEffects(t.NamedTuple):
    """The reloads or restart that apply changed files; *unknown* are files that no known module reads."""

    modules: list[str]
    restart: bool
    unknown: list[str]


def file_effects(
    changed: t.Iterable[str],
    roots: t.Mapping[str, t.Collection[str]],
    given: t.Mapping[str, t.Sequence[str]],
) -> FileEffects:
    """Return the reloads or restart that the *changed* files require.

    *roots* are the files through which Asterisk reads each of them, *given* the modules that the user set for a
    file.
    """
    modules: set[str] = set()
    unknown: list[str] = []
    restart = False
    for name in sorted(changed):
        if name in given:
            modules.update(given[name])
            continue
        for root in sorted(roots.get(name, {name})):
            if root in RELOADS:
                modules.update(RELOADS[root])
            elif root in RESTARTS:
                restart = True
            elif root not in NO_RELOAD:
                unknown.append(name)
    rank = {module: position for position, module in enumerate(RELOAD_ORDER)}
    ordered = sorted(modules, key=lambda module: (rank.get(module, len(RELOAD_ORDER)), module))
    return FileEffects(ordered, restart, unknown)


def transports_need_restart(
    old: t.Mapping[str, Document], new: t.Mapping[str, Document], directory: str
) -> bool:
    """Return whether a PJSIP transport in use was changed or removed, which a reload does not apply.

    A transport with C(allow_reload = yes) is reloaded, a new one is opened (C(res_pjsip/config_transport.c)).
    """
    if "pjsip.conf" not in old:
        return False
    before = _transports(resolve("pjsip.conf", old, directory))
    after = _transports(resolve("pjsip.conf", new, directory)) if "pjsip.conf" in new else {}
    return any(
        settings != after.get(name) and not is_true(dict(after.get(name, ())).get("allow_reload", ""))
        for name, settings in before.items()
    )


def is_true(value: str) -> bool:
    """Return whether Asterisk reads a value as true."""
    return value.lower() in ("yes", "true", "y", "t", "1", "on")


def _transports(resolved: ResolvedConfig) -> dict[str, list[tuple[str, str]]]:
    return {
        category.name: [(setting.name.lower(), setting.value) for setting in category.settings]
        for category in resolved.categories
        if not category.template and "transport" in category.values("type")
    }
