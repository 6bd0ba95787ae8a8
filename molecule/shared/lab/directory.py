"""Change the directory under test as root on its host, and stop services for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from testinfra.host import Host


def change_directory(pbx: Host, ldif: str, tool: str = "ldapmodify") -> None:
    """Apply changes given as LDIF."""
    pbx.run_expect([0], f"{tool} -Q -Y EXTERNAL -H ldapi:/// <<'LDIF'\n{ldif}\nLDIF")


def replace_value(pbx: Host, dn: str, attribute: str, value: str | None) -> None:
    """Set an attribute to one value, or remove it."""
    new = "" if value is None else f"{attribute}: {value}\n"
    change_directory(pbx, f"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{new}")


def stored(pbx: Host, dn: str, attribute: str) -> list[str]:
    """Return the values of an attribute in the directory."""
    search = f"ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -o ldif-wrap=no -s base -b {dn} {attribute}"
    lines = pbx.check_output(search).splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{attribute}: ")]


@contextmanager
def entry(pbx: Host, dn: str, ldif: str) -> Iterator[None]:
    """Add an entry for the duration of the block; *ldif* are the lines after its DN."""
    change_directory(pbx, f"dn: {dn}\n{ldif}", "ldapadd")
    try:
        yield
    finally:
        pbx.run(f"ldapdelete -Q -Y EXTERNAL -H ldapi:/// {dn}")


@contextmanager
def stopped(pbx: Host, service: str) -> Iterator[None]:
    """Stop a service for the duration of the block."""
    pbx.run_expect([0], f"systemctl stop {service}")
    try:
        yield
    finally:
        pbx.run_expect([0], f"systemctl start {service}")
