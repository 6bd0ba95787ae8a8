"""The macros of the templates quote any text for extensions.conf."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parents[3] / "roles/asterisk/templates"


def quoted(macro: str, text: str) -> str:
    # Output goes into extensions.conf, where HTML escaping would be wrong.
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701
    return str(getattr(environment.get_template("macros.j2").module, macro)(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good morning", "Good morning"),
        ("one, two; three", r"one\, two\; three"),
        (r'the "old" C:\path', "the old C:path"),
    ],
)
def test_an_argument_stays_one_argument(text: str, expected: str) -> None:
    assert quoted("argument", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one, two", "one, two"),
        ("one; two", r"one\; two"),
        ("one\ntwo", "one two"),
        (r"C:\path", r"C:\\path"),
    ],
)
def test_a_value_keeps_its_backslashes_and_semicolons_on_one_line(text: str, expected: str) -> None:
    assert quoted("value", text) == expected
