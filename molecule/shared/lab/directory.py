"""Changes to the directory under test, made by root on its host, and services that stand still for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from testinfra.host import Host


def change_directory(pbx: Host, ldif: str, tool: str = "ldapmodify") -> None:
    """Carry out changes that are written as LDIF."""
    pbx.run_expect([0], f"{tool} -Q -Y EXTERNAL -H ldapi:/// <<'LDIF'\n{ldif}\nLDIF")


def replace_value(pbx: Host, dn: str, attribute: str, value: str | None) -> None:
    """Give an attribute one value, or take it away."""
    new = "" if value is None else f"{attribute}: {value}\n"
    change_directory(pbx, f"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{new}")


def stored(pbx: Host, dn: str, attribute: str) -> list[str]:
    """The values of an attribute as they stand in the directory."""
    search = f"ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -o ldif-wrap=no -s base -b {dn} {attribute}"
    lines = pbx.check_output(search).splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{attribute}: ")]


@contextmanager
def entry(pbx: Host, dn: str, ldif: str) -> Iterator[None]:
    """An entry that exists as long as the block; *ldif* is what follows its DN."""
    change_directory(pbx, f"dn: {dn}\n{ldif}", "ldapadd")
    try:
        yield
    finally:
        pbx.run(f"ldapdelete -Q -Y EXTERNAL -H ldapi:/// {dn}")


@contextmanager
def stopped(pbx: Host, service: str) -> Iterator[None]:
    """A service that stands still as long as the block."""
    pbx.run_expect([0], f"systemctl stop {service}")
    try:
        yield
    finally:
        pbx.run_expect([0], f"systemctl start {service}")
