# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer of a Festival server is read as Asterisk reads it, and its audio is measured."""

from __future__ import annotations

import io
import socket
import struct
import threading
import wave

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._festival import server
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError

SAMPLES = struct.pack("<4h", 0, 100, -20000, 5)


def riff(samples: bytes, rate: int = 8000) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return data.getvalue()


def answer(data: bytes) -> bytes:
    return b"WV\n" + data.replace(server.KEY, server.STUFFED_KEY + b"y") + server.KEY + b"OK\nER\n"


def test_an_answer_is_split_into_its_parts() -> None:
    assert server.split_answer(b"LP\n(a)ft_StUfF_keyWV\nxyft_StUfF_keyOK\nER\n") == [
        ("LP", b"(a)"),
        ("WV", b"xy"),
        ("OK", b""),
        ("ER", b""),
    ]


def test_a_key_within_the_data_is_restored() -> None:
    assert server.split_answer(answer(b"a" + server.KEY + b"b"))[0] == ("WV", b"a" + server.KEY + b"b")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (riff(SAMPLES), "riff"),
        (SAMPLES, "raw"),
        (
            b"NIST_1A\n   1024\nsample_rate -i 8000\nsample_byte_format -s2 01\nend_head\n".ljust(1024)
            + SAMPLES,
            "nist",
        ),
        (
            b"NIST_1A\n   1024\nsample_rate -i 8000\nsample_byte_format -s2 10\nend_head\n".ljust(1024)
            + struct.pack(">4h", 0, 100, -20000, 5),
            "nist",
        ),
    ],
)
def test_speech_is_measured_in_each_format(data: bytes, kind: str) -> None:
    assert server.extract_speech(answer(data), "here") == server.Speech(0.001, 20000, 8000, kind)


def test_the_rate_of_a_wave_file_counts() -> None:
    assert server.measure_waveform(riff(SAMPLES * 4000, 16000)).seconds == 1.0


@pytest.mark.parametrize(
    ("received", "message"),
    [
        (b"", "access list"),
        (b"ER\n", "an error instead of speech"),
        (b"OK\nER\n", "an error instead of speech"),
        (b"OK\n", "no waveform"),
        (answer(riff(b"\0" * 100)), "silence"),
        (answer(riff(b"")), "silence"),
        (answer(b"RIFFbroken"), "is not valid"),
    ],
)
def test_a_missing_waveform_is_an_error_with_its_cause(received: bytes, message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        server.extract_speech(received, "127.0.0.1:1314")


def test_text_is_quoted_so_that_it_cannot_contain_code() -> None:
    request = server.encode_request('a" (system "rm") \\')
    assert request == b'(tts_textasterisk "a\\" (system \\"rm\\") \\\\" \'file)(quit)\n'


def test_text_with_control_characters_is_refused() -> None:
    for text in ("a\nb", "", "  "):
        with pytest.raises(ModuleError, match="'query'"):
            server.encode_request(text)


def test_a_server_that_cannot_be_reached_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ModuleError, match=f"127.0.0.1:{port} cannot be reached"):
        server.request_speech("127.0.0.1", port, "Hello", 2)


def serve(data: bytes | None) -> int:
    """Answer one client with *data*, or do not answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def respond() -> None:
        client, _address = listener.accept()
        client.recv(1000)
        if data is None:
            client.recv(1000)
        else:
            client.sendall(data)
        client.close()
        listener.close()

    threading.Thread(target=respond, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def test_speech_is_received_from_a_server() -> None:
    assert server.request_speech("127.0.0.1", serve(answer(riff(SAMPLES))), "Hello", 2).peak == 20000


def test_a_server_that_does_not_finish_in_time_is_an_error() -> None:
    with pytest.raises(ModuleError, match="did not finish"):
        server.request_speech("127.0.0.1", serve(None), "Hello", 0.2)
