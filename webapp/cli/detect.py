"""`mailroom detect ADDRESS`: the same search as the wizard's, as text or as one JSON object."""

import asyncio
import json
import os
import sys

import click

from webapp.cli.addresses import checked_address
from webapp.cli.detecting import Detecting, Request, Result
from webapp.cli.ladder_text import TextReport, summary
from webapp.cli.result_json import as_json
from webapp.detection.types import OutcomeKind
from webapp.settings import SettingsError, load, unknown_names
from webapp.surroundings import build_network, build_surroundings

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
        address=checked_address(address),
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


def _password() -> str:
    line = sys.stdin.readline(LONGEST_PASSWORD + 1).rstrip("\r\n")
    if not line:
        raise click.UsageError("--password-stdin: no password came on standard input.")
    if len(line) > LONGEST_PASSWORD:
        raise click.UsageError("--password-stdin: the password is too long.")
    return line
