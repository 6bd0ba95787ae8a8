# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A phone is a program whose output and recordings are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._module import RunCommand
from ansible_collections.switchboard.pbx.plugins.module_utils._phone.phone import (
    Account,
    PhoneError,
    call,
    phone,
    register,
)

ANN = Account("ann", "s3cret", "pbx.example.org:5070")
BARESIP = """\
#!/bin/sh
while [ "$1" != -f ]; do shift; done
cp "$2/accounts" "$2/said.wav" {folder}
cat >{folder}/typed
cp "$2/said.wav" "$2/dump-1-dec.wav"
echo '{output}'
exec sleep 9
"""


@pytest.fixture
def baresip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake baresip that is refused, is called and hears its own tone; the file can be replaced."""
    program = tmp_path / "baresip"
    output = "{0/UDP/v4} 401 Unauthorized\nCall established\nsession closed"
    program.write_text(BARESIP.format(folder=tmp_path, output=output))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return program


def test_the_status_of_a_registration_is_read_from_the_output(baresip: Path, run_command: RunCommand) -> None:
    assert register(run_command, ANN) == 401
    assert (baresip.parent / "accounts").read_text() == ANN.line(60)


def test_a_call_is_measured_and_its_recording_is_kept(
    baresip: Path, tmp_path: Path, run_command: RunCommand
) -> None:
    sound = call(run_command, ANN, "203", keep=tmp_path / "kept.wav")
    assert sound.audible_seconds == pytest.approx(60, abs=0.1)
    assert (tmp_path / "kept.wav").read_bytes() == (tmp_path / "said.wav").read_bytes()


def test_a_phone_that_ends_early_is_an_error_with_its_output(baresip: Path, run_command: RunCommand) -> None:
    baresip.write_text("#!/bin/sh\necho no audio device\n")
    with phone(run_command, ANN) as running, pytest.raises(PhoneError, match="no audio device"):
        running.registration()


def test_an_account_rings_if_it_does_not_answer() -> None:
    line = Account("ann", "s3cret", "pbx", answers=False).line(0)
    assert line.startswith("<sip:ann@pbx>;auth_user=ann;regint=0;answermode=manual;")


@pytest.mark.parametrize(
    "password", ["a;b", "a b", '"ab"', "a,b=c", "<a>", "a\\b", "ä%20", ";auth_pass=x", "#", "x" * 62]
)
def test_any_character_of_a_password_reaches_the_phone(
    baresip: Path, run_command: RunCommand, password: str
) -> None:
    assert register(run_command, Account("ann", password, "pbx")) == 401
    assert (baresip.parent / "typed").read_text() == f"{password}\n"
    assert password not in (baresip.parent / "accounts").read_text() or password == "#"


def test_a_long_password_is_in_the_file_unless_it_would_be_cut_there() -> None:
    assert f";auth_pass={'x' * 99};" in Account("ann", "x" * 99, "pbx").line(60)
    with pytest.raises(PhoneError, match="password of ann is longer than 62 bytes"):
        Account("ann", "x;" * 50, "pbx").line(60)
