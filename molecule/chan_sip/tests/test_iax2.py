"""IAX2 accepts an office with its secret from the directory, if that is allowed."""

from __future__ import annotations

import pytest
from conftest import Elsewhere
from lab.directory import replace_value, stored
from lab.phone import call, phone
from lab.phone_entries import person_dn
from lab.proof import SPEECH_SECONDS, Lab
from lab.wait import wait_until
from testinfra.host import Host

# The extensions of pbx22 that call 301 elsewhere by IAX2: see the inventory.
RIGHT_SECRET, WRONG_SECRET, NO_NAME, NOT_ALLOWED = "401", "402", "403", "404"


def is_refused(pbx22: Elsewhere, extension: str) -> bool:
    with phone(pbx22.account(0), f"/dial {extension}") as running:
        running.wait_for(r"session closed")
        return "Call established" not in running.printed


def test_the_office_registers_and_its_address_is_written_to_its_entry(
    pbx: Host, lab: Lab, pbx22: Elsewhere
) -> None:
    dn = person_dn(lab, "branch")
    replace_value(pbx, dn, "AstAccountIPAddress", None)
    pbx22.host.run_expect([0], "touch /etc/asterisk/iax.conf && asterisk -rx 'module reload chan_iax2.so'")
    # At the latest, with the regular refresh of the registration.
    assert wait_until(lambda: stored(pbx, dn, "AstAccountIPAddress") == [pbx22.address], 70)
    assert "Registered" in pbx22.host.check_output("asterisk -rx 'iax2 show registry'")


def test_a_call_by_iax2_reaches_what_the_directory_says(pbx22: Elsewhere) -> None:
    assert call(pbx22.account(0), RIGHT_SECRET, seconds=2).audible_seconds >= SPEECH_SECONDS


@pytest.mark.parametrize("extension", [WRONG_SECRET, NO_NAME], ids=["wrong secret", "no name"])
def test_a_call_without_the_secret_is_refused(pbx22: Elsewhere, extension: str) -> None:
    assert is_refused(pbx22, extension)


def test_an_iax2_entry_without_a_secret_is_refused(
    pbx: Host, lab: Lab, pbx22: Elsewhere, secrets: dict[str, str]
) -> None:
    dn = person_dn(lab, "branch")
    replace_value(pbx, dn, "AstAccountSecret", None)
    try:
        assert is_refused(pbx22, RIGHT_SECRET)
        assert is_refused(pbx22, WRONG_SECRET)
    finally:
        replace_value(pbx, dn, "AstAccountSecret", secrets["branch"])
    assert call(pbx22.account(0), RIGHT_SECRET, seconds=2).audible_seconds >= SPEECH_SECONDS


def test_iax2_is_off_unless_clear_text_secrets_are_allowed(pbx: Host, pbx22: Elsewhere) -> None:
    assert ":4569" not in pbx.check_output("ss -H -l -n --udp")
    assert is_refused(pbx22, NOT_ALLOWED)
