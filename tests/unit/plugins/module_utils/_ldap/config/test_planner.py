# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options are compared with cn=config, and only differences become operations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.connection import (
    MOD_ADD,
    MOD_REPLACE,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.client.passwords import ssha
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.argument_spec import argument_spec
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.operations import (
    ConfigOperation,
    entry_of,
)
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.planner import plan_config
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.config.state import State
from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.syntax.subschema import Subschema
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SUFFIX = "dc=example,dc=org"
DATABASE = "olcDatabase={1}mdb,cn=config"
PACKAGED: dict[str, dict[str, list[bytes]]] = {
    "cn=config": {"objectClass": [b"olcGlobal"]},
    "cn=module{0},cn=config": {"objectClass": [b"olcModuleList"], "olcModuleLoad": [b"{0}back_mdb"]},
    "olcDatabase={-1}frontend,cn=config": {"olcDatabase": [b"{-1}frontend"]},
    "olcDatabase={0}config,cn=config": {"olcDatabase": [b"{0}config"]},
    DATABASE: {
        "olcDatabase": [b"{1}mdb"],
        "olcSuffix": [SUFFIX.encode()],
        "olcDbDirectory": [b"/var/lib/ldap"],
        "olcRootDN": [b"cn=admin," + SUFFIX.encode()],
        "olcAccess": [b"{0}to attrs=userPassword by * none", b"{1}to * by * read"],
    },
}


def filled(spec: Any, given_options: Any) -> Any:
    """Return the options as a module receives them: omitted ones are None or their default."""
    result = {}
    for name, option in spec.items():
        value = given_options.get(name, option.get("default"))
        if value is not None and "options" in option:
            deeper = option["options"]
            value = (
                [filled(deeper, each) for each in value] if isinstance(value, list) else filled(deeper, value)
            )
        result[name] = value
    return result


def state(rows: dict[str, dict[str, list[bytes]]] | None = None, empty: tuple[str, ...] = ()) -> State:
    subschema = Subschema()
    entries = (entry_of(dn, values, subschema) for dn, values in (rows or PACKAGED).items())
    return State(tuple(entries), subschema, frozenset(empty))


def plan(current: State | None = None, **options: Any) -> list[ConfigOperation]:
    return plan_config(filled(argument_spec(), options), current or state())


def test_no_options_mean_no_operations() -> None:
    assert plan() == []
    assert plan(database={"suffix": "DC=example, DC=org"}) == []


def test_access_rules_are_replaced_in_one_operation() -> None:
    (operation,) = plan(database={"suffix": SUFFIX, "access": ["to * by * none"]})
    assert (operation.dn, operation.changes) == (DATABASE, [(MOD_REPLACE, "olcAccess", [b"to * by * none"])])
    assert operation.undo == [(MOD_REPLACE, "olcAccess", PACKAGED[DATABASE]["olcAccess"])]
    assert operation.before == ["olcAccess: to attrs=userPassword by * none", "olcAccess: to * by * read"]


def test_rules_in_the_same_order_need_no_change() -> None:
    rules = ["to attrs=userPassword   by * none", "{1}to * by * read"]
    assert plan(database={"suffix": SUFFIX, "access": rules}) == []
    assert plan(database={"suffix": SUFFIX, "access": ["to * by * read", rules[0]]})


def test_an_empty_list_removes_all_values_and_an_omitted_one_keeps_them() -> None:
    (operation,) = plan(database={"suffix": SUFFIX, "access": []})
    assert operation.changes == [(MOD_REPLACE, "olcAccess", None)]
    assert plan(database={"suffix": SUFFIX, "access": None}) == []


def test_a_matching_hash_is_kept() -> None:
    hashed = {**PACKAGED, DATABASE: {**PACKAGED[DATABASE], "olcRootPW": [ssha(b"right")]}}
    assert plan(state(hashed), database={"suffix": SUFFIX, "rootpw": "right"}) == []
    (operation,) = plan(state(hashed), database={"suffix": SUFFIX, "rootpw": "wrong"})
    assert "right" not in str(operation.diff()) and "wrong" not in str(operation.diff())


def test_a_clear_text_password_on_the_server_is_hashed() -> None:
    clear = {**PACKAGED, DATABASE: {**PACKAGED[DATABASE], "olcRootPW": [b"right"]}}
    (operation,) = plan(state(clear), database={"suffix": SUFFIX, "rootpw": "right"})
    assert operation.changes[0][2] and operation.changes[0][2][0].startswith(b"{SSHA}")


def test_only_missing_modules_are_loaded_and_before_anything_else() -> None:
    operations = plan(
        modules=["back_mdb.la"], database={"suffix": SUFFIX, "overlays": [{"name": "syncprov"}]}
    )
    assert [(each.action, each.dn) for each in operations] == [
        ("modify", "cn=module{0},cn=config"),
        ("add", f"olcOverlay=syncprov,{DATABASE}"),
    ]
    assert operations[0].changes == [(MOD_ADD, "olcModuleLoad", [b"syncprov"])]


def test_a_missing_database_is_added_in_one_operation() -> None:
    desired = {
        "suffix": "dc=new",
        "directory": "/srv/new",
        "rootdn": "cn=a,dc=new",
        "access": ["to * by * read"],
    }
    (operation,) = plan(database={**desired, "max_size": 7})
    assert (operation.action, operation.directory) == ("add", "/srv/new")
    assert operation.attributes == {
        "objectClass": [b"olcDatabaseConfig", b"olcMdbConfig"],
        "olcDatabase": [b"mdb"],
        "olcSuffix": [b"dc=new"],
        "olcDbDirectory": [b"/srv/new"],
        "olcDbMaxSize": [b"7"],
        "olcRootDN": [b"cn=a,dc=new"],
        "olcAccess": [b"to * by * read"],
    }


def test_an_unused_database_in_the_same_directory_gets_the_suffix() -> None:
    desired = {"suffix": "dc=new", "directory": "/var/lib/ldap/"}
    fresh = {**PACKAGED, DATABASE: {**PACKAGED[DATABASE], "olcAccess": []}}
    (operation,) = plan(state(fresh, empty=(SUFFIX,)), database=desired)
    assert (operation.dn, operation.changes) == (DATABASE, [(MOD_REPLACE, "olcSuffix", [b"dc=new"])])
    for with_entries_or_rules in (state(fresh), state(empty=(SUFFIX,))):
        with pytest.raises(ModuleError, match="in use by the database of dc=example,dc=org"):
            plan(with_entries_or_rules, database=desired)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"database": {"suffix": "nonsense"}}, r"database\.suffix: 'nonsense' is not a DN"),
        ({"database": {"suffix": SUFFIX, "rootdn": "admin"}}, r"database\.rootdn: 'admin' is not a DN"),
        (
            {"database": {"suffix": SUFFIX, "directory": "/x"}},
            r"is in /var/lib/ldap, .* cannot move it to /x",
        ),
        ({"database": {"suffix": "dc=new"}}, r"no database with the suffix dc=new yet"),
        (
            {"database": {"suffix": "dc=new", "directory": "/x", "rootpw": "x"}},
            "it needs a rootdn",
        ),
        (
            {"database": {"suffix": SUFFIX, "access": ["x"], "attributes": {"olcaccess": "y"}}},
            r"database\.attributes\.olcaccess and database\.access both set",
        ),
        ({"globals": {"olcIdleTimeout": "1\n2"}}, r"globals\.olcIdleTimeout: a value contains a line break"),
        ({"globals": {"olcIdleTimeout": "\udcff"}}, r"globals\.olcIdleTimeout: a value is not UTF-8"),
        ({"modules": [" "]}, "modules: an item is empty"),
        (
            {"database": {"suffix": SUFFIX, "overlays": [{"name": "x"}]}},
            r"overlays\[x\]: the overlay is not supported",
        ),
    ],
)
def test_invalid_options_are_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        plan(**options)


def test_on_a_server_that_does_not_exist_yet_everything_is_planned() -> None:
    operations = plan(
        State(),
        database={"suffix": SUFFIX, "directory": "/x"},
        tls={"ca_file": "/ca"},
        frontend={"access": ["to * by * read"]},
        monitor={"access": []},
    )
    assert [each.dn for each in operations] == [
        "cn=module,cn=config",
        "olcDatabase=mdb,cn=config",
        "cn=config",
        "olcDatabase=frontend,cn=config",
        "olcDatabase=monitor,cn=config",
    ]


ANYTHING = strategies.text(max_size=12)


@given(
    ANYTHING,
    ANYTHING,
    strategies.lists(ANYTHING, max_size=3),
    strategies.dictionaries(ANYTHING, ANYTHING, max_size=2),
)
def test_any_text_in_the_options_is_planned_or_refused(
    one: str, other: str, several: list[str], named: dict[str, str]
) -> None:
    for options in (
        {
            "database": {
                "suffix": one,
                "directory": other,
                "backend": one or "mdb",
                "overlays": [{"name": one}],
            }
        },
        {
            "database": {
                "suffix": SUFFIX,
                "rootdn": one,
                "rootpw": other,
                "access": several,
                "attributes": named,
            }
        },
        {"database": {"suffix": SUFFIX, "overlays": [{"name": "syncprov", "options": named}]}},
        {"database": {"suffix": SUFFIX, "indexes": [{"attributes": several, "types": [one]}]}},
        {"modules": several, "globals": named, "tls": {"ca_file": one}, "monitor": {"limits": several}},
    ):
        try:
            plan(**options)
        except ModuleError as error:
            assert str(error)


RULES = strategies.lists(
    strategies.sampled_from(["to * by * read", "to attrs=cn by * none", "to * by * none"]), max_size=3
)


@given(RULES, RULES, strategies.sampled_from([None, "TRUE", "FALSE"]), strategies.booleans())
def test_a_second_run_after_an_applied_plan_changes_nothing(
    current: list[str], desired: list[str], flag: str | None, desired_flag: bool
) -> None:
    entry = {**PACKAGED[DATABASE], "olcAccess": [f"{{{i}}}{rule}".encode() for i, rule in enumerate(current)]}
    if flag:
        entry["olcLastMod"] = [flag.encode()]
    options = {"database": {"suffix": SUFFIX, "access": desired, "attributes": {"olcLastMod": desired_flag}}}
    for operation in plan(state({**PACKAGED, DATABASE: entry}), **options):
        for _type, attribute, values in operation.changes:
            ordered = attribute == "olcAccess"
            entry[attribute] = [b"{%d}%s" % (i, v) if ordered else v for i, v in enumerate(values or [])]
    assert plan(state({**PACKAGED, DATABASE: entry}), **options) == []
