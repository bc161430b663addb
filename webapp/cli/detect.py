"""`mailroom detect ADDRESS`: the same search as the wizard's, as text or as one JSON object."""

import asyncio
import json
import os
import sys

import click

from webapp.cli.detecting import Detecting, Request, Result
from webapp.cli.ladder_text import TextReport, summary
from webapp.cli.result_json import as_json
from webapp.detection.types import OutcomeKind
from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import Trouble
from webapp.settings import SettingsError, load, unknown_names
from webapp.surroundings import build_network, build_surroundings

LONGEST_ADDRESS = 254
LONGEST_PASSWORD = 1024


@click.command()
@click.argument("address")
@click.option("--password-stdin", is_flag=True, help="Read the mailbox password from standard input and log in.")
@click.option("--consent", is_flag=True, help="Agree in advance to servers that no trusted source named.")
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object instead of text.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds after which it ends and prints what is proved.",
)
def detect(address: str, password_stdin: bool, consent: bool, json_wanted: bool, timeout: float | None) -> None:
    """Find and prove the mail servers of ADDRESS; the exit code is 0 only if all were found."""
    request = Request(
        address=_checked_address(address),
        password=_password() if password_stdin else None,
        consent=consent,
        limit_s=timeout,
    )
    report = TextReport(silent=json_wanted)
    result = _run(request, report)
    click.echo(json.dumps(as_json(result), ensure_ascii=False) if json_wanted else summary(result))
    sys.exit(0 if result.kind is OutcomeKind.FOUND else 1)


def _run(request: Request, report: TextReport) -> Result:
    """Search in an event loop; Ctrl-C cancels it, and it comes back with what is proved."""
    for warning in unknown_names(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    try:
        settings = load(os.environ)
    except SettingsError as error:
        raise click.ClickException("\n       ".join(error.sentences)) from None
    surroundings = build_surroundings(build_network(settings), settings)
    return asyncio.run(Detecting(request, surroundings, report).run())


def _checked_address(text: str) -> str:
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


def _password() -> str:
    line = sys.stdin.readline(LONGEST_PASSWORD + 1).rstrip("\r\n")
    if not line:
        raise click.UsageError("--password-stdin: no password came on standard input.")
    if len(line) > LONGEST_PASSWORD:
        raise click.UsageError("--password-stdin: the password is too long.")
    return line
