# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""festival_scm with real files and a real Festival that loads and speaks them."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MODULE = "ansible_collections.switchboard.pbx.plugins.modules.festival_scm"
SPEAK = """\
(define (tts_textasterisk string mode)
  (let ((utt (utt.synth (eval (list 'Utterance 'Text string)))))
    (utt.wave.resample utt 8000)
    (utt.wave.rescale utt 0.5)
    (utt.send.wave.client utt)))
"""
needs_festival = pytest.mark.skipif(
    shutil.which("festival") is None or not Path("/usr/share/festival/voices").is_dir(),
    reason="Festival with a voice is not installed (packages festival, festvox-kallpc16k)",
)


def run(path: Path, check: bool = False, **options: Any) -> dict[str, Any]:
    arguments = {"path": str(path), **options, "_ansible_check_mode": check, "_ansible_diff": True}
    done = subprocess.run(
        [sys.executable, "-m", MODULE],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.scm"
    path.write_text(";; site\n(defvar site_read t)\n\n(provide 'site)\n")
    return path


def test_check_mode_predicts_the_change_and_a_second_run_changes_nothing(site: Path) -> None:
    before = site.read_text()
    planned = run(site, check=True, block=SPEAK)
    assert site.read_text() == before
    result = run(site, block=SPEAK)
    assert result["changed"]
    assert planned["changed"]
    assert planned["diff"] == result["diff"]
    assert site.read_text().endswith(";; END switchboard\n(provide 'site)\n")
    assert not run(site, block=SPEAK)["changed"]
    assert run(site, state="absent")["changed"]
    assert site.read_text() == before


def test_check_mode_works_where_festival_is_not_installed(tmp_path: Path) -> None:
    assert run(tmp_path / "none" / "festival.scm", check=True, block=SPEAK)["changed"]


def test_a_missing_file_is_created_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "new.scm"
    assert "create=true" in run(path, block=SPEAK)["msg"]
    assert run(path, block=SPEAK, create=True, mode="0600")["changed"]
    assert path.stat().st_mode & 0o7777 == 0o600


def test_a_changed_mode_is_corrected(site: Path) -> None:
    run(site, block=SPEAK, mode="0644")
    site.chmod(0o666)
    assert run(site, block=SPEAK, mode="0644")["changed"]
    assert site.stat().st_mode & 0o7777 == 0o644


def test_an_unbalanced_block_changes_nothing(site: Path) -> None:
    before = site.read_text()
    message = run(site, block="(define (f)\n")["msg"]
    assert "line 1, column 1" in message
    assert site.read_text() == before


def test_the_password_of_the_server_is_not_shown(site: Path) -> None:
    result = run(site, block='(set! server_passwd "hunter2")')
    assert "hunter2" not in json.dumps(result)
    assert "hunter2" in site.read_text()


@needs_festival
def test_a_file_that_festival_cannot_load_is_refused(site: Path) -> None:
    before = site.read_text()
    message = run(site, block="(no_such_function 1)")["msg"]
    assert "no_such_function" in message
    assert site.read_text() == before
    assert run(site, block="(no_such_function 1)", validate=False)["changed"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    port = free_port()
    path = tmp_path / "server.scm"
    block = f"(set! server_port {port})\n{SPEAK}(set_server_safe_functions '(tts_textasterisk quit))\n"
    assert run(path, block=block, create=True)["changed"]
    process = subprocess.Popen(
        ["festival", "--server", str(path)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    yield path, port
    process.terminate()
    process.wait(10)


@needs_festival
def test_speech_is_received_from_a_running_server(server: tuple[Path, int]) -> None:
    path, port = server
    block = path.read_text().split("\n", 1)[1].rsplit(";; END", 1)[0]
    result = run(path, block=block, query={"port": port, "text": 'Hello "World" (system \\ "id")'})
    assert not result["changed"]
    assert result["speech"]["seconds"] > 0.5
    assert 1000 < result["speech"]["peak"] < 32767
    assert result["speech"]["rate"] == 8000


def test_a_server_that_is_not_running_is_an_error(site: Path) -> None:
    port = free_port()
    message = run(site, block=SPEAK, validate=False, query={"port": port})["msg"]
    assert f"127.0.0.1:{port} cannot be reached" in message
