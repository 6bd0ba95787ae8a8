"""Phones from the directory register, call and hear speech."""

from __future__ import annotations

from lab.phone import Account, register
from lab.proof import Lab, prove


def test_the_proof_by_phone_holds(lab: Lab) -> None:
    prove(lab)


def test_a_phone_that_is_not_in_the_directory_is_refused(lab: Lab) -> None:
    assert register(Account("nobody", "anything", lab.pbx)) == 401
