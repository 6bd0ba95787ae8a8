# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ldap_config with a new slapd of each version for each test."""

from __future__ import annotations

import functools
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ldap
import pytest
from conftest import Runner
from slapd_server import SlapdServer, versions_present

SUFFIX = "dc=example,dc=org"
DATABASE = "olcDatabase={1}mdb,cn=config"
Configure = Callable[..., dict[str, Any]]


@pytest.fixture(params=versions_present(), ids=lambda version: f"slapd-{version.name}")
def slapd(request: pytest.FixtureRequest) -> Iterator[SlapdServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"ldap://127.0.0.1:{free.getsockname()[1]}"
    with SlapdServer(request.param, log_level=0, extra_uris=(address,)) as server:
        yield server


@pytest.fixture
def run(slapd: SlapdServer) -> Runner:
    return Runner(slapd)


@pytest.fixture
def configure(run: Runner) -> Configure:
    """Runs the module in check mode and for real, and once more, when nothing may change."""

    def both(**options: Any) -> dict[str, Any]:
        result = run.both("ldap_config", as_root=False, **options)
        if not result.get("failed"):
            again = run("ldap_config", as_root=False, **options)
            assert again["changed"] is False, again["diff"]
        return result

    return both


def config(server: SlapdServer) -> dict[str, dict[str, list[str]]]:
    """All of cn=config but the schemas, by DN."""
    found = server.connect().search_s("cn=config", ldap.SCOPE_SUBTREE, "(!(objectClass=olcSchemaConfig))")
    return {dn: {name: [v.decode() for v in values] for name, values in of_dn.items()} for dn, of_dn in found}


def add_people(server: SlapdServer, *names: str) -> None:
    connection = server.connect_root()
    connection.add_s(server.suffix, [("objectClass", [b"domain"]), ("dc", [b"example"])])
    for name in names:
        values = [("objectClass", [b"inetOrgPerson"]), *((a, [name.encode()]) for a in ("cn", "sn", "uid"))]
        connection.add_s(f"uid={name},{server.suffix}", values)


def test_the_complete_database_of_a_telephone_system_is_configured(
    slapd: SlapdServer, configure: Configure
) -> None:
    add_people(slapd, "ann", "bob")
    access = [
        f'to * by dn.exact="{slapd.external_dn}" manage by * break',
        "to attrs=userPassword by self =xw by anonymous auth by * none",
        "to * by users read by * none",
    ]
    indexes = [{"attributes": ["objectClass", "uid"]}, {"attributes": ["cn", "sn"], "types": ["sub", "eq"]}]
    limits = [f'dn.exact="cn=asterisk,{SUFFIX}" size=unlimited time=unlimited', "users size=100"]
    result = configure(
        database={
            "suffix": "DC=Example, DC=org",
            "rootdn": f"cn=chief,{SUFFIX}",
            "rootpw": "let me in",
            "access": access,
            "limits": limits,
            "indexes": indexes,
            "max_size": 1 << 29,
            "attributes": {"olcLastMod": True, "olcDbNoSync": False, "olcDbCheckpoint": "1024 15"},
        }
    )
    assert [(each["dn"], each["action"]) for each in result["entries"]] == [(DATABASE, "modify")]
    now = config(slapd)[DATABASE]
    assert now["olcAccess"] == [f"{{{number}}}{rule}" for number, rule in enumerate(access)]
    assert now["olcLimits"] == [f"{{{number}}}{limit}" for number, limit in enumerate(limits)]
    assert (now["olcDbMaxSize"], now["olcSuffix"]) == ([str(1 << 29)], [SUFFIX])
    assert now["olcDbCheckpoint"] == ["1024 15"]
    assert now["olcRootPW"][0].startswith("{SSHA}")

    slapd.restart()
    chief = slapd.connect_as(f"cn=chief,{SUFFIX}", "let me in")
    for filter_text in ("(uid=ann)", "(cn=an*)", "(sn=ann)"):
        assert [dn for dn, _values in chief.search_s(SUFFIX, ldap.SCOPE_SUBTREE, filter_text)] == [
            f"uid=ann,{SUFFIX}"
        ]
    # Nobody else reads, as the rules say.
    with pytest.raises(ldap.NO_SUCH_OBJECT):
        slapd.connect_as("", "").search_s(SUFFIX, ldap.SCOPE_SUBTREE)


def test_the_order_of_access_rules_is_what_counts(slapd: SlapdServer, configure: Configure) -> None:
    rules = ["to attrs=userPassword by * none", "to * by * read"]
    configure(database={"suffix": SUFFIX, "access": rules})
    respaced = ["{0}to   attrs=userPassword  by * none", "to * by * read"]
    assert configure(database={"suffix": SUFFIX, "access": respaced})["changed"] is False
    assert configure(database={"suffix": SUFFIX, "access": rules[::-1]})["changed"] is True
    assert config(slapd)[DATABASE]["olcAccess"] == ["{0}to * by * read", "{1}to attrs=userPassword by * none"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"access": [r'to dn.regex="^uid=\w+,ou=a$" by * read']},
            {"access": [r'to dn.regex="^uid=\W+,ou=a$" by * read']},
        ),
        ({"limits": [r'dn.regex="^uid=\d" size=1']}, {"limits": [r'dn.regex="^uid=\D" size=1']}),
        ({"access": ["to * by set.exact=user/cn read"]}, {"access": ["to * by set.exact=user/CN read"]}),
    ],
    ids=["access", "limits", "set"],
)
def test_a_change_of_case_is_applied_where_case_matters(
    slapd: SlapdServer, configure: Configure, one: dict[str, Any], other: dict[str, Any]
) -> None:
    configure(database={"suffix": SUFFIX, **one})
    assert configure(database={"suffix": SUFFIX, **other})["changed"]
    assert config(slapd)[DATABASE]["olcAccess" if "access" in other else "olcLimits"] != []


def test_keywords_and_names_in_rules_ignore_case(configure: Configure) -> None:
    rules = ["TO attrs=userPASSWORD BY Self WRITE BY * AUTH", f'to DN.Exact="CN=A,{SUFFIX}" by USERS read']
    configure(database={"suffix": SUFFIX, "access": rules})


def test_only_the_indexes_that_differ_are_touched(slapd: SlapdServer, configure: Configure) -> None:
    add_people(slapd, "ann")
    indexes = [
        {"attributes": ["objectClass"]},
        {"attributes": ["cn"], "types": ["eq", "sub"]},
        {"attributes": ["uid"]},
    ]
    configure(database={"suffix": SUFFIX, "indexes": indexes})
    # "objectClass eq" stays in its place, "cn,uid eq" is taken apart.
    assert config(slapd)[DATABASE]["olcDbIndex"] == ["objectClass eq", "cn eq,sub", "uid eq"]
    found = slapd.connect_root().search_s(SUFFIX, ldap.SCOPE_SUBTREE, "(cn=a*n)")
    assert [dn for dn, _values in found] == [f"uid=ann,{SUFFIX}"]


def test_a_password_is_checked_and_not_hashed_again(slapd: SlapdServer, configure: Configure) -> None:
    configure(database={"suffix": SUFFIX, "rootpw": "one"})
    first = config(slapd)[DATABASE]["olcRootPW"]
    assert configure(database={"suffix": SUFFIX, "rootpw": "one"})["changed"] is False
    assert config(slapd)[DATABASE]["olcRootPW"] == first
    result = configure(database={"suffix": SUFFIX, "rootpw": "two"})
    assert result["changed"] and "(new)" in result["diff"][0]["after"]
    slapd.connect_as(slapd.rootdn, "two")
    with pytest.raises(ldap.INVALID_CREDENTIALS):
        slapd.connect_as(slapd.rootdn, "one")
    given = config(slapd)[DATABASE]["olcRootPW"][0]
    assert configure(database={"suffix": SUFFIX, "rootpw": given})["changed"] is False


def test_the_rootdn_of_the_configuration_may_do_it_from_elsewhere(slapd: SlapdServer, run: Runner) -> None:
    login = {"bind_dn": slapd.config_rootdn, "bind_pw": slapd.config_rootpw}
    result = run(
        "ldap_config", as_root=False, database={"suffix": SUFFIX, "access": ["to * by * read"]}, **login
    )
    assert result["changed"] is True
    assert config(slapd)[DATABASE]["olcAccess"] == ["{0}to * by * read"]


def test_no_secret_is_printed(slapd: SlapdServer, run: Runner) -> None:
    database = {
        "suffix": SUFFIX,
        "rootpw": "S3cretRoot",
        "syncrepl": [{"rid": 1, "provider": "ldap://x", "bind_dn": "cn=r", "credentials": "S3cret Repl"}],
        "overlays": [],
    }
    raw = {"olcRootPW": "S3cretConfig"}
    for verdict in (True, False):
        options = {"database": database, "config_database": {"attributes": raw}}
        result = run("ldap_config", as_root=False, check=verdict, **options)
        assert result.get("changed"), result
    run("ldap_config", as_root=False, database={**database, "access": ["to * by nonsense"]})
    hashed = config(slapd)[DATABASE]["olcRootPW"][0]
    for secret in ("S3cret", hashed, slapd.rootpw, slapd.config_rootpw):
        assert secret not in "".join(run.printed)


def test_a_database_that_does_not_exist_is_made_with_its_directory(
    slapd: SlapdServer, configure: Configure
) -> None:
    directory = slapd.directory / "second"
    result = configure(
        database={
            "suffix": "dc=second",
            "directory": str(directory),
            "rootdn": "cn=admin,dc=second",
            "rootpw": "x",
            "access": ["to * by * read"],
            "overlays": [{"name": "syncprov", "options": {"checkpoint": "100 10"}}, {"name": "memberof"}],
        }
    )
    assert [each["action"] for each in result["entries"]] == ["modify", "add", "add", "add"]
    assert directory.stat().st_uid == directory.parent.stat().st_uid
    slapd.restart()
    connection = slapd.connect_as("cn=admin,dc=second", "x")
    connection.add_s("dc=second", [("objectClass", [b"domain"]), ("dc", [b"second"])])
    here = config(slapd)
    assert here["olcOverlay={0}syncprov,olcDatabase={2}mdb,cn=config"]["olcSpCheckpoint"] == ["100 10"]
    assert "olcOverlay={1}memberof,olcDatabase={2}mdb,cn=config" in here


def test_the_unused_database_of_a_package_gets_the_suffix(slapd: SlapdServer, configure: Configure) -> None:
    # As in the packages of the Red Hat family: a suffix that is nobody's, and no access rules.
    slapd.connect().modify_s(DATABASE, [(ldap.MOD_DELETE, "olcAccess", None)])
    wanted = {"suffix": "dc=new", "directory": f"{slapd.data_directory}/", "rootdn": "cn=admin,dc=new"}
    configure(database=wanted)
    assert config(slapd)[DATABASE]["olcSuffix"] == ["dc=new"]
    slapd.connect_as("cn=admin,dc=new", slapd.rootpw)


def test_a_directory_with_the_data_of_others_is_refused(slapd: SlapdServer, configure: Configure) -> None:
    add_people(slapd)
    before = config(slapd)
    result = configure(database={"suffix": "dc=new", "directory": str(slapd.data_directory)})
    assert result["failed"] and f"in use by the database of {SUFFIX}" in result["msg"]
    moved = configure(database={"suffix": SUFFIX, "directory": "/elsewhere"})
    assert moved["failed"] and "cannot move it" in moved["msg"]
    assert config(slapd) == before


OVERLAYS: dict[str, dict[str, Any]] = {
    "syncprov": {"checkpoint": "100 10", "sessionlog": 500, "reload_hint": True, "no_present": False},
    "memberof": {"refint": True, "group_class": "groupOfNames", "dangling": "ignore"},
    "refint": {"attributes": ["member", "manager"], "nothing": "cn=nobody"},
    "unique": {"uris": [f"ldap:///{SUFFIX}?uid?sub", f"ldap:///{SUFFIX}?mail?sub"]},
    "ppolicy": {"default": f"cn=policy,{SUFFIX}", "hash_cleartext": True},
    "auditlog": {"file": "/tmp/audit.ldif"},
}


def test_each_overlay_is_set_up_changed_and_kept(slapd: SlapdServer, configure: Configure) -> None:
    overlays = [{"name": name, "options": options} for name, options in OVERLAYS.items()]
    if slapd.version.name == "2.4":
        # Its ppolicy needs a schema; later ones bring it themselves.
        source = slapd.version.schema_directory / "ppolicy.schema"
        schemas = [{"name": "ppolicy", "src": str(source)}]
        Runner(slapd)("ldap_schema", as_root=False, schemas=schemas)
    configure(database={"suffix": SUFFIX, "overlays": overlays})
    names = [dn.split(",")[0] for dn in config(slapd) if dn.startswith("olcOverlay")]
    assert names == [f"olcOverlay={{{number}}}{name}" for number, name in enumerate(OVERLAYS)]

    changed = [{"name": "syncprov", "options": {"sessionlog": 700}}]
    result = configure(database={"suffix": SUFFIX, "overlays": changed})
    assert [each["attributes"] for each in result["entries"]] == [["olcSpSessionlog"]]
    slapd.restart()
    assert configure(database={"suffix": SUFFIX, "overlays": changed})["changed"] is False


def test_an_accesslog_is_kept_in_a_separate_database(slapd: SlapdServer, configure: Configure) -> None:
    log = {"suffix": "cn=log", "directory": str(slapd.directory / "log"), "rootdn": "cn=log"}
    configure(database=log)
    overlay = {
        "name": "accesslog",
        "options": {"database": "cn=log", "operations": "writes", "success": True},
    }
    configure(database={"suffix": SUFFIX, "overlays": [overlay]})
    add_people(slapd)
    seen = slapd.connect().search_s("cn=log", ldap.SCOPE_ONELEVEL)
    assert any(values.get("reqDN") == [SUFFIX.encode()] for _dn, values in seen)


def test_a_consumer_follows_its_provider(slapd: SlapdServer, configure: Configure) -> None:
    configure(database={"suffix": SUFFIX, "overlays": [{"name": "syncprov"}]})
    add_people(slapd, "ann")
    with SlapdServer(slapd.version, log_level=0) as consumer:
        run = Runner(consumer)
        provider = {
            "rid": 1,
            "provider": slapd.uri,
            "bind_dn": slapd.rootdn,
            "credentials": slapd.rootpw,
            "retry": "1 +",
            "schema_checking": True,
        }
        if slapd.version.tree is not None:
            # In its namespace a server sees its own directory only; the setting is tested all the same.
            provider["provider"] = "ldap://127.0.0.1:1"
        database = {"suffix": SUFFIX, "syncrepl": [provider], "attributes": {"olcMirrorMode": True}}
        result = run.both("ldap_config", as_root=False, database=database)
        assert result["changed"] is True, result
        assert run("ldap_config", as_root=False, database=database)["changed"] is False
        if slapd.version.tree is None:
            assert eventually(lambda: len(consumer.connect().search_s(SUFFIX, ldap.SCOPE_SUBTREE)) == 2)
        consumer.restart()
        assert run("ldap_config", as_root=False, database=database)["changed"] is False


def eventually(holds: Callable[[], bool]) -> bool:
    import time

    for _attempt in range(50):
        try:
            if holds():
                return True
        except ldap.NO_SUCH_OBJECT:
            pass
        time.sleep(0.1)
    return False


def test_modules_are_loaded_once_with_any_file_extension(slapd: SlapdServer, configure: Configure) -> None:
    result = configure(modules=["back_mdb.la", "syncprov", "memberof.la"])
    assert result["entries"][0]["attributes"] == ["olcModuleLoad"]
    assert configure(modules=["{7}/usr/lib/ldap/syncprov.so", "memberof"])["changed"] is False


def test_tls_globals_frontend_config_and_monitor(slapd: SlapdServer, configure: Configure) -> None:
    certificate, key = slapd.directory / "tls.crt", slapd.directory / "tls.key"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*request, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    manage = f"to * by dn.exact={slapd.external_dn} manage by * break"
    configure(
        tls={"certificate_file": str(certificate), "key_file": str(key), "verify_client": "never"},
        globals={"olcLogLevel": ["stats", "sync"], "olcIdleTimeout": 30},
        frontend={"access": [manage, 'to dn.exact="" by * read'], "attributes": {"olcSizeLimit": 1000}},
        config_database={"rootpw": "config", "access": [manage]},
        monitor={"access": [f"to * by dn.exact={slapd.external_dn} read by * none"]},
    )
    slapd.restart()
    slapd.connect_as(slapd.config_rootdn, "config")
    assert slapd.connect().search_s("cn=Monitor", ldap.SCOPE_BASE)
    assert config(slapd)["cn=config"]["olcTLSCertificateFile"] == [str(certificate)]
    assert config(slapd)["cn=config"]["olcIdleTimeout"] == ["30"]
    configure(globals={"olcIdleTimeout": None})
    assert "olcIdleTimeout" not in config(slapd)["cn=config"]


def test_files_that_slapd_cannot_use_for_tls_leave_the_old_state(slapd: SlapdServer, run: Runner) -> None:
    before = config(slapd)
    broken = slapd.directory / "broken.pem"
    broken.write_text("no certificate")
    options = {
        "database": {"suffix": SUFFIX, "access": ["to * by * none"], "rootpw": "other"},
        "tls": {"certificate_file": str(broken), "key_file": str(broken)},
        "frontend": {"access": ["to * by * none"]},
    }
    result = run("ldap_config", as_root=False, **options)
    assert result["failed"] and "tls.certificate_file, tls.key_file: slapd refuses it" in result["msg"]
    assert "were rolled back" in result["msg"]
    assert config(slapd) == before
    slapd.connect_root()


def test_a_new_database_is_taken_back_when_a_later_step_fails(slapd: SlapdServer, run: Runner) -> None:
    before = config(slapd)
    database = {
        "suffix": "dc=second",
        "directory": str(slapd.directory / "second"),
        "rootdn": "cn=a,dc=second",
    }
    broken = slapd.directory / "broken.pem"
    broken.write_text("no certificate")
    options = {"database": database, "modules": ["syncprov"]}
    tls = {"certificate_file": str(broken), "key_file": str(broken)}
    result = run("ldap_config", as_root=False, **options, tls=tls)
    assert result["failed"] and "tls.certificate_file, tls.key_file: slapd refuses it" in result["msg"]
    assert "modules" in result["msg"]
    after = {dn for dn in config(slapd) if dn not in before}
    # What slapd cannot delete is named.
    assert all(dn in result["msg"] for dn in after)
    assert bool(after) == (slapd.directory / "second").exists()
    assert run("ldap_config", as_root=False, **options)["changed"] is (not after)


def test_a_refused_database_leaves_no_directory(slapd: SlapdServer, run: Runner) -> None:
    directory = slapd.directory / "second"
    database = {"suffix": "dc=second", "directory": str(directory), "access": ["to * by nonsense"]}
    result = run("ldap_config", as_root=False, database=database)
    assert result["failed"] and "slapd refuses it" in result["msg"] and not directory.exists()
    database = {"suffix": "dc=second", "directory": "/no/where"}
    result = run("ldap_config", as_root=False, modules=["syncprov"], database=database)
    assert result["failed"] and "/no/where cannot be created" in result["msg"] and "modules" in result["msg"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"database": {"suffix": SUFFIX, "access": ["to * by nonsense"]}},
            "database.access: slapd refuses it",
        ),
        ({"database": {"suffix": SUFFIX, "access": ["to *\n by * read"]}}, "contains a line break"),
        ({"database": {"suffix": "example.org"}}, "database.suffix: 'example.org' is not a DN"),
        ({"database": {"suffix": ""}}, "database.suffix: it is empty"),
        (
            {"database": {"suffix": "dc=new"}},
            "database.directory: there is no database with the suffix dc=new",
        ),
        ({"database": {"suffix": SUFFIX, "attributes": {"olcLastMood": 1}}}, "did you mean olcLastMod?"),
        ({"database": {"suffix": SUFFIX, "overlays": [{"name": "nope"}]}}, "the overlay is not supported"),
        (
            {"database": {"suffix": SUFFIX, "overlays": [{"name": "syncprov", "options": {"speed": 1}}]}},
            "the option 'speed' is unknown; use checkpoint",
        ),
        ({"modules": ["no_such_module"]}, "modules: slapd refuses it"),
        ({"tls": {"ca_file": "/nowhere.pem"}}, "tls.ca_file: /nowhere.pem does not exist on this host"),
        (
            {"database": {"suffix": SUFFIX, "indexes": [{"attributes": ["cn"]}, {"attributes": ["CN"]}]}},
            "database.indexes: 'CN' is given twice",
        ),
        ({"database": {"suffix": SUFFIX, "indexes": [{"attributes": ["nope"]}]}}, "database.indexes: slapd"),
        (
            {
                "modules": ["syncprov"],
                "database": {
                    "suffix": SUFFIX,
                    "overlays": [{"name": "syncprov", "options": {"checkpoint": "fast"}}],
                },
            },
            "database.overlays[syncprov].checkpoint: slapd refuses it",
        ),
        ({"database": {"suffix": SUFFIX, "rootpw": ""}}, "the password is empty"),
    ],
)
def test_an_invalid_option_is_named_and_nothing_is_changed(
    slapd: SlapdServer, run: Runner, options: dict[str, Any], told: str
) -> None:
    before = config(slapd)
    result = run("ldap_config", as_root=False, globals={}, **options)
    assert result["failed"] and told in result["msg"], result["msg"]
    assert config(slapd) == before


def test_without_a_server_check_mode_shows_what_would_be_done() -> None:
    class Nowhere:
        uri = "ldapi://%2Fnowhere%2Fldapi"

    run = functools.partial(Runner(Nowhere()), "ldap_config", as_root=False)  # type: ignore[arg-type]
    database = {"suffix": SUFFIX, "directory": "/var/lib/ldap", "access": ["to * by * read"], "rootpw": "x"}
    shown = run(check=True, database={**database, "rootdn": f"cn=admin,{SUFFIX}"}, tls={"ca_file": "/ca.pem"})
    assert shown["changed"] and "olcAccess: to * by * read" in str(shown["diff"])
    assert "assumes an empty directory" in str(shown["warnings"])
    assert run(database=database)["failed"]


def test_the_configuration_is_saved_before_a_change(slapd: SlapdServer, run: Runner) -> None:
    options: dict[str, Any] = {"globals": {"olcIdleTimeout": 9}, "backup": str(slapd.directory / "backup")}
    result = run("ldap_config", as_root=False, **options)
    saved = Path(result["backup_file"]).read_text()
    assert "olcIdleTimeout" not in saved and "olcSuffix: dc=example,dc=org" in saved
    assert "backup_file" not in run("ldap_config", as_root=False, **options)


MEMBER_OF = (
    "attributetype ( 1.2.840.113556.1.2.102 NAME 'memberOf' EQUALITY distinguishedNameMatch "
    "SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )"
)
POLICY = (
    "attributetype ( 1.3.6.1.4.1.42.2.27.8.1.2 NAME 'pwdMinAge' EQUALITY integerMatch "
    "SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )"
)
LAST_BIND = (
    "attributetype ( 1.3.6.1.4.1.453.16.2.188 NAME 'authTimestamp' EQUALITY generalizedTimeMatch "
    "SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )"
)
REPEATED = {
    "memberof": ({"database": {"suffix": SUFFIX, "overlays": [{"name": "memberof"}]}}, MEMBER_OF, "memberOf"),
    "ppolicy": ({"database": {"suffix": SUFFIX, "overlays": [{"name": "ppolicy"}]}}, POLICY, "pwdMinAge"),
    "lastbind": ({"modules": ["lastbind"]}, LAST_BIND, "authTimestamp"),
}


@pytest.mark.parametrize("reachable", [True, False], ids=["local", "remote"])
@pytest.mark.parametrize("module", REPEATED)
def test_a_module_whose_definitions_a_schema_repeats_is_refused_before_slapd_fails_to_start(
    slapd: SlapdServer, run: Runner, module: str, reachable: bool
) -> None:
    options, definition, name = REPEATED[module]
    if slapd.version.name == "2.4" and module == "ppolicy":
        pytest.skip("its ppolicy needs this schema")
    schemas = [{"name": "field", "content": definition + "\n"}]
    assert run("ldap_schema", as_root=False, schemas=schemas)["changed"]
    before = config(slapd)
    # A slapd on another host, for which only its answers can be used.
    account = {} if reachable else over_tcp(slapd)
    planned = run("ldap_config", as_root=False, check=True, **options, **account)
    result = run("ldap_config", as_root=False, **options, **account)
    slapd.restart()
    for refused in (planned, result):
        assert f"slapd would not start again, because the schema field repeats {name}" in refused["msg"]
        assert refused["msg"].endswith("nothing was changed.")
    assert config(slapd) == before


@pytest.mark.parametrize("module", REPEATED)
def test_a_schema_that_repeats_definitions_of_a_loaded_module_lets_slapd_start(
    slapd: SlapdServer, run: Runner, module: str
) -> None:
    options, definition, _name = REPEATED[module]
    if slapd.version.name == "2.4" and module == "ppolicy":
        pytest.skip("its ppolicy needs this schema")
    assert run("ldap_config", as_root=False, **options)["changed"]
    schemas = [{"name": "field", "content": definition + "\n"}]
    result = run("ldap_schema", as_root=False, schemas=schemas)
    assert not result.get("failed"), result
    slapd.restart()
    assert run("ldap_schema", as_root=False, schemas=schemas)["changed"] is False


def test_a_trial_leaves_no_copy_of_the_configuration(
    slapd: SlapdServer, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(slapd.directory))
    before = set(slapd.directory.iterdir())
    for rule in ("to * by * read", "to * by nonsense"):
        run("ldap_config", as_root=False, database={"suffix": SUFFIX, "access": [rule]})
    assert set(slapd.directory.iterdir()) == before


def over_tcp(server: SlapdServer) -> dict[str, Any]:
    """The options of an account that manages cn=config over the network."""
    return {
        "server_uri": server.uris[-1],
        "bind_dn": server.config_rootdn,
        "bind_pw": server.config_rootpw,
    }


@pytest.mark.parametrize(
    "option",
    [
        {"indexes": [{"attributes": ["nope"]}]},
        {"access": ["to * by nonsense"]},
        {"overlays": [{"name": "syncprov", "options": {"checkpoint": "fast"}}]},
        {"limits": ["users size=many"]},
    ],
    ids=lambda option: next(iter(option)),
)
def test_check_mode_refuses_what_the_real_run_refuses(
    slapd: SlapdServer, run: Runner, option: dict[str, Any]
) -> None:
    planned = run("ldap_config", as_root=False, check=True, database={"suffix": SUFFIX, **option})
    result = run("ldap_config", as_root=False, database={"suffix": SUFFIX, **option})
    assert planned["failed"] and planned["msg"] == result["msg"]
    assert f"database.{next(iter(option))}" in result["msg"]
