# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client that requests speech from a Festival server, as Asterisk does, and measures the audio.

Private to the collection switchboard.pbx; it may change without notice.
The server answers in parts, which start with C(WV), C(LP), C(ER) or C(OK) and a line feed. A waveform or an
expression ends with a key. The same protocol is in C(festival_client) and C(apps/app_festival.c).
"""

from __future__ import annotations

import array
import io
import socket
import sys
import time
import typing as t
import wave

from .._module import ModuleError

KEY = b"ft_StUfF_key"
# The key within data is sent with an X before its last letter.
STUFFED_KEY = KEY[:-1] + b"X"
MAX_ANSWER_BYTES = 32 * 1024 * 1024
RAW_RATE = 8000


class Speech(t.NamedTuple):
    """Received speech: duration in seconds, highest sample (0 to 32767), samples per second, file format."""

    seconds: float
    peak: int
    rate: int
    format: str


def encode_request(text: str) -> bytes:
    """Return the Scheme expression that requests *text* as speech, quoted so that it cannot contain code."""
    if any(ord(char) < 32 for char in text) or not text.strip():
        raise ModuleError(
            "The text of 'query' is empty or contains control characters; give one line of text."
        )
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'(tts_textasterisk "{quoted}" \'file)(quit)\n'.encode()


def split_answer(answer: bytes) -> list[tuple[str, bytes]]:
    """Split the answer of a server into its parts, each with its type and data."""
    found = []
    rest = answer
    while rest:
        line, line_feed, rest = rest.partition(b"\n")
        kind = line.decode("ascii", "replace")
        if not line_feed or kind not in ("WV", "LP", "ER", "OK"):
            break
        data = b""
        if kind in ("WV", "LP"):
            data, _key, rest = rest.partition(KEY)
            data = data.replace(STUFFED_KEY, KEY[:-1])
        found.append((kind, data))
    return found


def measure_waveform(data: bytes) -> Speech:
    """Measure a waveform from Festival, which is RIFF, NIST or raw 16-bit samples at 8 kHz."""
    if data.startswith(b"RIFF"):
        try:
            with wave.open(io.BytesIO(data)) as sound:
                return _speech(
                    sound.readframes(sound.getnframes()), sound.getframerate(), "riff", sys.byteorder
                )
        except (wave.Error, EOFError) as error:
            raise ModuleError(
                f"Festival sent a wave file that is not valid ({error}); look at its log."
            ) from error
    if data.startswith(b"NIST_1A"):
        header = data[:1024].decode("ascii", "replace")
        order: t.Literal["little", "big"] = "big" if "sample_byte_format -s2 10" in header else "little"
        rate = next(
            (int(line.split()[2]) for line in header.split("\n") if line.startswith("sample_rate ")), RAW_RATE
        )
        return _speech(data[1024:], rate, "nist", order)
    return _speech(data, RAW_RATE, "raw", "little")


def _speech(data: bytes, rate: int, kind: str, order: str) -> Speech:
    samples = array.array("h", data[: len(data) // 2 * 2])
    # The wave module returns samples in native byte order.
    if order != sys.byteorder:
        samples.byteswap()
    peak = min(max(map(abs, samples), default=0), 32767)
    return Speech(round(len(samples) / rate, 3), peak, rate, kind)


def extract_speech(answer: bytes, address: str) -> Speech:
    """Return the speech in the answer of the server at *address*; ModuleError if there is none."""
    found = split_answer(answer)
    cure = "look at Festival's log and check that a voice is installed"
    if not answer:
        reason = "closed the connection without an answer, probably because its access list refuses this host"
        raise ModuleError(f"The Festival server at {address} {reason}; add the host to server_access_list.")
    # (quit) also ends the session with ER, so ER does not prove an error if there is a waveform.
    waves = [data for kind, data in found if kind == "WV"]
    if not waves:
        received = "an error" if any(kind == "ER" for kind, _data in found) else "no waveform"
        raise ModuleError(f"The Festival server at {address} sent {received} instead of speech; {cure}.")
    speech = measure_waveform(waves[0])
    if not speech.seconds or not speech.peak:
        raise ModuleError(f"The Festival server at {address} sent only silence; {cure}.")
    return speech


def request_speech(host: str, port: int, text: str, timeout: float) -> Speech:
    """Request *text* as speech from the server and return it; ModuleError after *timeout* seconds."""
    address = f"{host}:{port}"
    deadline = time.monotonic() + timeout
    answer = bytearray()
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(encode_request(text))
            while len(answer) < MAX_ANSWER_BYTES:
                connection.settimeout(max(0.01, deadline - time.monotonic()))
                chunk = connection.recv(65536)
                if not chunk:
                    break
                answer += chunk
    except socket.timeout as error:
        cure = "set a longer timeout, or look at the server's log"
        raise ModuleError(
            f"The Festival server at {address} did not finish within {timeout:g} s; {cure}."
        ) from error
    except OSError as error:
        cure = "start it, or correct host and port in 'query'"
        raise ModuleError(
            f"The Festival server at {address} cannot be reached ({error.strerror}); {cure}."
        ) from error
    return extract_speech(bytes(answer), address)
