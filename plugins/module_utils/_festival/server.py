# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks a running Festival server to speak, as Asterisk does, and measures what comes back.

Private to the collection switchboard.pbx; it may change without notice.
The server answers in parts, each headed by C(WV), C(LP), C(ER) or C(OK) and a line feed. A waveform or an
expression ends with a key, as C(festival_client) and C(apps/app_festival.c) read it.
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
# A key within the data is sent with an X before its last letter.
STUFFED_KEY = KEY[:-1] + b"X"
MAX_ANSWER_BYTES = 32 * 1024 * 1024
RAW_RATE = 8000


class Speech(t.NamedTuple):
    """What was heard: seconds of audio, the highest sample (0 to 32767), samples a second, the container."""

    seconds: float
    peak: int
    rate: int
    format: str


def request(text: str) -> bytes:
    """Return the Scheme that asks for *text* to be spoken, written so that nothing in it is read as code."""
    if any(ord(char) < 32 for char in text) or not text.strip():
        raise ModuleError(
            "The text of 'query' is empty or holds control characters; give a line of plain words."
        )
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'(tts_textasterisk "{quoted}" \'file)(quit)\n'.encode()


def parts(answer: bytes) -> list[tuple[str, bytes]]:
    """Split a server's answer into its parts: the two letters that head each, and its data."""
    found = []
    rest = answer
    while rest:
        head, line_feed, rest = rest.partition(b"\n")
        kind = head.decode("ascii", "replace")
        if not line_feed or kind not in ("WV", "LP", "ER", "OK"):
            break
        data = b""
        if kind in ("WV", "LP"):
            data, _key, rest = rest.partition(KEY)
            data = data.replace(STUFFED_KEY, KEY[:-1])
        found.append((kind, data))
    return found


def measure(data: bytes) -> Speech:
    """Return what is in a waveform as Festival sends it: RIFF, NIST or bare 16-bit samples at 8 kHz."""
    if data.startswith(b"RIFF"):
        try:
            with wave.open(io.BytesIO(data)) as sound:
                return _speech(
                    sound.readframes(sound.getnframes()), sound.getframerate(), "riff", sys.byteorder
                )
        except (wave.Error, EOFError) as error:
            raise ModuleError(
                f"Festival sent a wave file that cannot be read ({error}); look at its log."
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
    # The wave module has turned its samples to this machine's order already.
    if order != sys.byteorder:
        samples.byteswap()
    peak = min(max(map(abs, samples), default=0), 32767)
    return Speech(round(len(samples) / rate, 3), peak, rate, kind)


def heard(answer: bytes, place: str) -> Speech:
    """Return the speech in a server's answer; a ModuleError if there is none."""
    found = parts(answer)
    cure = "look at Festival's log, and whether a voice is installed"
    if not answer:
        reason = "closed the connection without an answer, as when its access list refuses the client"
        raise ModuleError(f"The Festival server at {place} {reason}; add this host to server_access_list.")
    # (quit) ends the session with an ER of its own, so ER alone says nothing.
    waves = [data for kind, data in found if kind == "WV"]
    if not waves:
        said = "an error" if any(kind == "ER" for kind, _data in found) else "no waveform"
        raise ModuleError(f"The Festival server at {place} sent {said} instead of speech; {cure}.")
    speech = measure(waves[0])
    if not speech.seconds or not speech.peak:
        raise ModuleError(f"The Festival server at {place} sent nothing but silence; {cure}.")
    return speech


def ask(host: str, port: int, text: str, timeout: float) -> Speech:
    """Have the server speak *text* within *timeout* seconds and return what was heard."""
    place = f"{host}:{port}"
    deadline = time.monotonic() + timeout
    answer = bytearray()
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(request(text))
            while len(answer) < MAX_ANSWER_BYTES:
                connection.settimeout(max(0.01, deadline - time.monotonic()))
                piece = connection.recv(65536)
                if not piece:
                    break
                answer += piece
    except socket.timeout as error:
        cure = "give a longer timeout, or look at the server's log"
        raise ModuleError(
            f"The Festival server at {place} did not finish within {timeout:g} s; {cure}."
        ) from error
    except OSError as error:
        cure = "start it, or correct host and port in 'query'"
        raise ModuleError(
            f"The Festival server at {place} cannot be reached ({error.strerror}); {cure}."
        ) from error
    return heard(bytes(answer), place)
