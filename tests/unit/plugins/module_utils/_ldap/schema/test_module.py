# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.schema.module import desired_schemas
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

STATEMENT = "attributetype ( 1.2.3 NAME 'x' SUP name )\n"


def option(name: str, src: str | None = None, content: str | None = None) -> dict[str, str | None]:
    return {"name": name, "src": src, "content": content}


def test_a_schema_is_bundled_or_read_from_a_file_or_given_as_content(tmp_path: Path) -> None:
    path = tmp_path / "x.schema"
    path.write_text(STATEMENT)
    options = [option("asterisk"), option("file", src=str(path)), option("text", content=STATEMENT)]
    schemas = desired_schemas(options)
    assert [len(schema.definitions) for schema in schemas] == [77, 1, 1]
    assert schemas[1].definitions[0].location == f"{path}, line 1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            [option("nope")],
            "'nope' is not a bundled schema (those are asterisk and asterisk-pjsip); give src or content",
        ),
        ([option("a", src="/nowhere.schema")], "/nowhere.schema, the src of schema a, cannot be read"),
        ([option("a", content=STATEMENT), option("A", content=STATEMENT)], "'A' is given twice"),
        ([option("{4}asterisk")], "'{4}asterisk' is not a valid schema name"),
        ([option("a,b", content=STATEMENT)], "'a,b' is not a valid schema name"),
    ],
)
def test_a_schema_that_cannot_be_read_is_refused_by_name(
    options: list[dict[str, str | None]], message: str
) -> None:
    with pytest.raises(ModuleError) as caught:
        desired_schemas(options)
    assert message in str(caught.value)


def test_content_takes_precedence_over_a_bundled_schema() -> None:
    (schema,) = desired_schemas([option("asterisk", content=STATEMENT)])
    assert len(schema.definitions) == 1
