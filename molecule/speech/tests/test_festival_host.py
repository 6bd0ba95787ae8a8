"""Festival on its own host answers the PBX, and nobody else."""

from __future__ import annotations

import socket

import pytest
from lab.proof import Lab
from testinfra.host import Host

ASK = """\
import socket, sys
server = socket.create_connection((sys.argv[1], 1314), 10)
server.sendall(sys.argv[2].encode())
server.shutdown(socket.SHUT_WR)
answer = b""
while part := server.recv(65536):
    answer += part
print(answer[:2].decode())
"""


@pytest.fixture
def voices(lab: Lab) -> str:
    return str(next(host["address"] for host in lab.facts["hosts"] if host["name"] == "voices"))


def test_the_pbx_may_have_it_speak_and_do_nothing_else(pbx: Host, voices: str) -> None:
    assert pbx.check_output("python3 -c %s %s %s", ASK, voices, '(tts_textasterisk "Hello" \'file)') == "WV"
    assert pbx.check_output("python3 -c %s %s %s", ASK, voices, '(system "touch /tmp/owned")') == "ER"


def test_anybody_else_gets_no_answer(voices: str) -> None:
    with pytest.raises(OSError), socket.create_connection((voices, 1314), 3) as server:
        server.settimeout(3)
        server.sendall(b'(tts_textasterisk "Hello" \'file)')
        if not server.recv(2):
            raise ConnectionResetError("closed without an answer")
