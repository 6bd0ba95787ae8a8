"""Asterisk reads its configuration files as the parser of the collection does."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
from testinfra.host import Host

from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.config.file_plan import is_config
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.parser import Document, parse
from ansible_collections.switchboard.pbx.plugins.module_utils._asterisk.language.resolver import resolve

CONF = "/etc/asterisk"
# The manager interface on loopback, for the duration of one test, with permission to read the configuration.
MANAGER = """\
[general]
enabled = yes
webenabled = no
bindaddr = 127.0.0.1
port = 5038
[readback]
secret = {secret}
read = config
write = config
"""
# Queries every file there, and prints texts and responses as JSON.
ASK = """
import json, pathlib, socket

folder = pathlib.Path("/etc/asterisk")
files = {
    str(path.relative_to(folder)): path.read_bytes().decode("utf-8", "surrogateescape")
    for path in folder.rglob("*")
    if path.is_file() and path.name.endswith(".conf")
}
manager = socket.create_connection(("127.0.0.1", 5038), 20).makefile("rwb")
manager.readline()

def ask(**fields):
    for name, value in fields.items():
        manager.write(("%s: %s\\r\\n" % (name, value)).encode())
    manager.write(b"\\r\\n")
    manager.flush()
    answer = []
    while True:
        line = manager.readline().decode("utf-8", "surrogateescape").rstrip("\\r\\n")
        if not line:
            return answer
        answer.append(line)

login = ask(Action="Login", Username="readback", Secret="SECRET", Events="off")
answers = {name: ask(Action="GetConfig", Filename=name, Filter="TEMPLATES=include") for name in files}
print(json.dumps({"login": login, "files": files, "answers": answers}))
"""


def read_by_asterisk(answer: list[str]) -> list[tuple[str, bool, list[str]]]:
    """Return the sections in a response to GetConfig: name, whether it is a template, and options."""
    sections: list[tuple[str, bool, list[str]]] = []
    for line in answer:
        key, _, value = line.partition(": ")
        if key.startswith("Category-"):
            sections.append((value, False, []))
        elif key.startswith("IsTemplate-"):
            sections[-1] = (sections[-1][0], True, sections[-1][2])
        elif key.startswith("Line-"):
            sections[-1][2].append(value)
    return sections


def read_by_parser(name: str, documents: dict[str, Document]) -> list[tuple[str, bool, list[str]]]:
    return [
        (category.name, category.template, [f"{option.name}={option.value}" for option in category.settings])
        for category in resolve(name, documents, CONF).categories
    ]


@pytest.fixture
def asked(pbx: Host, secrets: dict[str, str]) -> dict[str, Any]:
    """The texts of all files of the host and their sections as read by Asterisk."""
    secret = secrets["asterisk"]
    file = f"{CONF}/manager.conf"
    pbx.run_expect(
        [0], f"cp -p {file} {file}.kept && cat >{file} <<'CONF'\n{MANAGER.format(secret=secret)}CONF"
    )
    try:
        pbx.run_expect([0], "asterisk -rx 'module reload manager'")
        printed = pbx.check_output(
            f"python3 - <<'PROGRAM'\n{textwrap.dedent(ASK).replace('SECRET', secret)}\nPROGRAM"
        )
    finally:
        pbx.run_expect([0], f"mv {file}.kept {file} && asterisk -rx 'module reload manager'")
    found: dict[str, Any] = json.loads(printed)
    assert "Response: Success" in found["login"]
    return found


def test_asterisk_reads_every_file_like_the_parser(asked: dict[str, Any]) -> None:
    documents = {name: parse(text, name) for name, text in asked["files"].items()}
    names = [name for name in documents if is_config(name)]
    assert len(names) > 80
    differing = []
    for name in names:
        answer = asked["answers"][name]
        if answer[0] == "Response: Success":
            if read_by_asterisk(answer) != read_by_parser(name, documents):
                differing.append(name)
        elif not resolve(name, documents, CONF).problems:
            differing.append(f"{name}: {answer[-1]}")
    assert differing == []


def test_the_manager_interface_is_closed(pbx: Host) -> None:
    assert ":5038" not in pbx.check_output("ss -H -l -n --tcp")
