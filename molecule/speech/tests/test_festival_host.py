"""Festival on its own host answers the PBX, and nobody else."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from lab.phone import call
from lab.proof import Lab
from testinfra.host import Host

from ansible_collections.switchboard.pbx.plugins.module_utils._phone.listen import listen

ASK = """\
import socket, sys
server = socket.create_connection((sys.argv[1], 1314), 10)
server.sendall(sys.argv[2].encode())
print(server.recv(2, socket.MSG_WAITALL).decode())
"""


@pytest.fixture(params=["voices", "office"])
def voices(request: pytest.FixtureRequest, lab: Lab) -> str:
    """The address of a host that speaks: with the package's own units, and with the role's."""
    return str(next(host["address"] for host in lab.facts["hosts"] if host["name"] == request.param))


def test_the_pbx_may_have_it_speak_and_do_nothing_else(pbx: Host, voices: str) -> None:
    assert pbx.check_output("python3 -c %s %s %s", ASK, voices, '(tts_textasterisk "Hello" \'file)') == "WV"
    assert pbx.check_output("python3 -c %s %s %s", ASK, voices, '(system "touch /tmp/owned")') == "ER"


def test_callers_hear_it(pbx: Host, lab: Lab, voices: str, tmp_path: Path) -> None:
    """Festival() reads its file for each call, so another host is asked without a reload."""
    kept = pbx.check_output("cat /etc/asterisk/festival.conf")
    pbx.run_expect([0], f"sed -i 's/^host = .*/host = {voices}/' /etc/asterisk/festival.conf")
    try:
        call(lab.account(0), "203", keep=tmp_path / "heard.wav")
    finally:
        pbx.run_expect([0], f"cat >/etc/asterisk/festival.conf <<'CONF'\n{kept}\nCONF")
    assert listen(str(tmp_path / "heard.wav"), ["hello world", "this is a test"]) == "hello world"


def test_anybody_else_gets_no_answer(voices: str) -> None:
    with pytest.raises(OSError), socket.create_connection((voices, 1314), 3) as server:
        server.settimeout(3)
        server.sendall(b'(tts_textasterisk "Hello" \'file)')
        if not server.recv(2):
            raise ConnectionResetError("closed without an answer")
