"""`mailroom autoconfig FILE... ADDRESS`: what the readers make of a document, before the world reads it."""

import json
import sys
from dataclasses import replace
from typing import Any

import click

from webapp.cli.addresses import checked_address
from webapp.cli.document_text import document_lines
from webapp.cli.server_json import server_as_json
from webapp.detection.documents.kinds import READERS, DocumentKind
from webapp.detection.documents.types import SIZE_LIMIT, Document, DocumentOutcome
from webapp.mail.settings import ServerSettings

EXISTING = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
KINDS = click.Choice([kind.value for kind in DocumentKind])


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=EXISTING)
@click.argument("address")
@click.option("--kind", type=KINDS, default=DocumentKind.AUTOCONFIG.value, show_default=True, help="What it should be.")
@click.option("--content-type", metavar="T", help="The Content-Type it is served with.")
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object a file instead of text.")
def autoconfig(files: tuple[str, ...], address: str, kind: str, content_type: str | None, json_wanted: bool) -> None:
    """Show what each FILE says to a mail program of ADDRESS; the exit code is 1 if one says nothing usable."""
    asked_for = checked_address(address)
    reader = READERS[DocumentKind(kind)]
    useless = False
    for file in files:
        document = _for_address(reader(_content(file), content_type, asked_for), asked_for)
        useless = useless or document.outcome is DocumentOutcome.NOTHING
        if json_wanted:
            click.echo(json.dumps(_as_json(document), ensure_ascii=False))
        else:
            click.echo("\n".join(document_lines(click.format_filename(file), document)))
    sys.exit(1 if useless else 0)


def _content(file: str) -> bytes:
    """Return what is in a file, a byte more than readers take at most, or end with a sentence."""
    try:
        with click.open_file(file, "rb") as opened:
            return bytes(opened.read(SIZE_LIMIT + 1))
    except OSError as error:
        raise click.UsageError(f"{click.format_filename(file)} cannot be read: {error.strerror}.") from None


def _for_address(document: Document, address: str) -> Document:
    """Return the document with every login name filled in: where none is named, it is the address."""
    return replace(
        document,
        incoming=tuple(_named(server, address) for server in document.incoming),
        outgoing=tuple(_named(server, address) for server in document.outgoing),
    )


def _named(server: ServerSettings, address: str) -> ServerSettings:
    return server if server.username is not None else replace(server, username=address)


def _as_json(document: Document) -> dict[str, Any]:
    return {
        "outcome": document.outcome.value,
        "incoming": [server_as_json(server) for server in document.incoming],
        "outgoing": [server_as_json(server) for server in document.outgoing],
        "redirect_url": document.redirect_url,
        "redirect_address": document.redirect_address,
        "problems": [{"kind": flaw.kind.value, "place": flaw.place, "said": flaw.said} for flaw in document.problems],
    }
