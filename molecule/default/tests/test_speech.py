"""The Festival server speaks and does nothing else."""

from __future__ import annotations

import socket

import pytest
from lab.directory import stopped
from lab.phone import call
from lab.proof import SPEECH_SECONDS, Lab
from testinfra.host import Host

ASK = """\
import socket, sys
server = socket.create_connection(("127.0.0.1", 1314), 10)
server.sendall((sys.argv[1] + "(quit)").encode())
answer = b""
while part := server.recv(65536):
    answer += part
print(len(answer), answer[:2].decode(), answer[-3:].decode().strip())
"""


def ask(pbx: Host, expression: str) -> tuple[int, str, str]:
    size, first, last = pbx.check_output("python3 -c %s %s", ASK, expression).split()
    return int(size), first, last


def test_the_server_speaks(pbx: Host) -> None:
    size, first, _ = ask(pbx, '(tts_textasterisk "Hello World" \'file)')
    assert first == "WV"
    assert size > 8000, "half a second of 8 kHz 16-bit sound"


@pytest.mark.parametrize(
    "attack",
    [
        '(system "touch /tmp/owned")',
        '(tts_textasterisk (system "touch /tmp/owned") \'file)',
        '(begin (system "touch /tmp/owned"))',
        '((lambda () (system "touch /tmp/owned")))',
        '(load "/etc/passwd")',
    ],
)
def test_the_server_runs_nothing_for_its_callers(pbx: Host, attack: str) -> None:
    assert ask(pbx, attack)[1] == "ER"
    assert not pbx.file("/tmp/owned").exists
    assert pbx.run("find / -xdev -name owned").stdout == ""


def test_the_server_runs_as_an_unprivileged_user(pbx: Host) -> None:
    ask(pbx, '(tts_textasterisk "Hello" \'file)')
    owners = pbx.check_output("ps -o user= -C festival").split()
    assert owners
    assert "root" not in owners


def test_other_hosts_find_its_port_closed(lab: Lab) -> None:
    # Refused by the host, or by its firewall.
    with pytest.raises(OSError, match=r"Connection refused|No route to host"):
        socket.create_connection((lab.pbx, 1314), 3)


def test_a_caller_hears_another_voice_while_the_server_is_down(pbx: Host, lab: Lab) -> None:
    with stopped(pbx, "festival.socket festival.service"):
        assert call(lab.account(0), "203").audible_seconds >= SPEECH_SECONDS
    assert call(lab.account(0), "203").audible_seconds >= SPEECH_SECONDS
