"""The mail address on a command line, checked before anything is done with it."""

import click

from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import Trouble

LONGEST_ADDRESS = 254


def checked_address(text: str) -> str:
    """Return the address with its domain as the name server knows it, or end with a usage error."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise click.UsageError(f"{text!r} is not a mail address: it needs a name, an @ and a domain.")
    if (
        any(letter.isspace() or not letter.isprintable() or letter in '<>()[],;:\\"' for letter in local)
        or "@" in local
    ):
        raise click.UsageError(f"{text!r} is not a mail address: give the bare address, without spaces or brackets.")
    try:
        name = to_a_label(domain)
    except Trouble:
        raise click.UsageError(f"{text!r} is not a mail address: {domain!r} is not a domain.") from None
    if "." not in name or is_ip_literal(name) or len(address) > LONGEST_ADDRESS:
        raise click.UsageError(f"{text!r} is not a mail address we can look up: it needs a domain like example.org.")
    return f"{local}@{name}"
