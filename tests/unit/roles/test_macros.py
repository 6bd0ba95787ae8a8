"""The macros of the templates quote any text for extensions.conf and write any value of an option."""

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


def test_an_option_of_a_transport_is_written_as_asterisk_expects_it() -> None:
    # As Ansible renders templates.
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, trim_blocks=True)  # noqa: S701
    transport = {
        "name": "udp",
        "bind": "0.0.0.0:5060",
        "local_net": ["10.0.0.0/8", "192.168.0.0/16"],
        "allow_reload": True,
        "symmetric_transport": False,
        "tos": 184,
        "domain": None,
        "cipher": [],
        "cert_file": "/etc/a;b.pem",
    }
    template = environment.get_template("pjsip.conf.j2")
    text = template.render(ansible_managed="x", asterisk_realm="r", asterisk_transports=[transport])
    assert text[text.index("[transport-udp]") :] == (
        "[transport-udp]\ntype = transport\nbind = 0.0.0.0:5060\nlocal_net = 10.0.0.0/8\n"
        "local_net = 192.168.0.0/16\nallow_reload = yes\nsymmetric_transport = no\ntos = 184\n"
        "cert_file = /etc/a\\;b.pem\n\n"
    )
