"""The verify playbook passes for a working system, fails for a different phrase, and reveals no secret."""

from __future__ import annotations

from html import unescape
from pathlib import Path

from lab.verification import run


def test_a_working_system_passes_and_the_page_shows_it(
    inventory: Path, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    done = run(inventory, ansible_environment, page)
    assert done.returncode == 0, done.stdout
    text = unescape(page.read_text())
    assert "checks passed" in text
    assert text.count("heard 'hello world', ") >= 2 * 2, (
        "by Festival() at 203 and by say at 204, in table and picture"
    )
    assert text.count("data:audio/wav;base64,") >= 3
    assert page.stat().st_mode & 0o077 == 0


def test_an_extension_that_says_something_else_or_does_not_exist_fails(
    inventory: Path, ansible_environment: dict[str, str], tmp_path: Path, secrets: dict[str, str]
) -> None:
    page = tmp_path / "report.html"
    calls = [{"extension": "203", "phrase": "thank you for calling"}, {"extension": "299"}]
    done = run(inventory, ansible_environment, page, "-vvv", verify_calls=calls)
    assert done.returncode != 0
    text = unescape(page.read_text())
    assert "2 of " in text
    assert "not 'thank you for calling'" in text
    for secret in secrets.values():
        assert secret not in done.stdout + done.stderr
        assert secret not in text


def test_phrases_that_were_not_recognised_are_told(
    inventory: Path, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "pocketsphinx.py").write_text("raise ImportError\n")
    path = f"{tmp_path}:{ansible_environment.get('PYTHONPATH', '')}"
    page = tmp_path / "report.html"
    done = run(inventory, {**ansible_environment, "PYTHONPATH": path}, page)
    assert done.returncode == 0, done.stdout
    said = " ".join(done.stdout.split())
    assert "All " not in said
    assert "not compared with the expected phrase, because PocketSphinx is not installed" in said
    assert "without recognising the phrase" in unescape(page.read_text())
