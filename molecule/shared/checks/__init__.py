"""Tests that several scenarios share: a scenario's test file imports them."""
