"""`mailroom providers`: what Mailroom knows about providers without asking anybody."""

import os
from datetime import datetime
from pathlib import Path

import click

from webapp.detection.ispdb.file import read_snapshot, write_snapshot
from webapp.detection.ispdb.importing import ImportRefused, collect
from webapp.detection.ispdb.snapshot import Snapshot, snapshot_of
from webapp.detection.providers import Provider, ProviderTable
from webapp.instance import make_folder
from webapp.settings import Settings, SettingsError, load, unknown_names


@click.group()
def providers() -> None:
    """Import a copy of the public provider database, list the known providers."""


@providers.command("import")
@click.argument("path", type=click.Path(path_type=Path))
def import_database(path: Path) -> None:
    """Take over the provider database (ISPDB) in PATH, a folder or zip of XML files, in place of the last one.

    Servers and command line use it from then on, before they ask the database online.
    """
    settings = _settings()
    try:
        documents = collect(path)
    except ImportRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    snapshot = snapshot_of(documents, datetime.now(settings.zone).date())
    if not snapshot.documents:
        raise click.ClickException(f"{path} holds no file that describes a provider; nothing was changed.")
    try:
        make_folder(settings.instance)
        write_snapshot(settings.instance, snapshot)
    except OSError as error:
        raise click.ClickException(f"{settings.instance} cannot be written: {error.strerror}.") from None
    click.echo(f"Imported {_size(snapshot)}.")
    unused = len(documents) - len(snapshot.documents)
    if unused:
        click.echo(f"Left out: {unused} {_plural(unused, 'file')} without a server that Mailroom could use.")


@providers.command("list")
def list_providers() -> None:
    """List the providers of the built-in table with their mail domains, and what was imported."""
    settings = _settings()
    table = ProviderTable.load()
    for provider in table.providers:
        click.echo(f"{provider.name}: {_domains(provider)}")
    total = sum(len(provider.all_domains) for provider in table.providers)
    click.echo("")
    click.echo(f"Built in: {len(table.providers)} providers, {total} domains.")
    snapshot = read_snapshot(settings.instance)
    if snapshot is None:
        click.echo("Imported: nothing; see `mailroom providers import --help`.")
    else:
        click.echo(f"Imported on {snapshot.imported_on}: {_size(snapshot)}.")


def _settings() -> Settings:
    """Return the settings; keys and database are none of this command's business."""
    for warning in unknown_names(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    try:
        return load(os.environ)
    except SettingsError as error:
        raise click.ClickException("\n       ".join(error.sentences)) from None


def _domains(provider: Provider) -> str:
    served = [f"domains with MX {suffix}" for suffix in provider.mx_suffixes]
    return ", ".join([*provider.all_domains, *served]) or "by its servers' names"


def _size(snapshot: Snapshot) -> str:
    documents, domains = len(snapshot.documents), len(snapshot.places)
    return f"{documents} {_plural(documents, 'provider')} with {domains} {_plural(domains, 'domain')}"


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else noun + "s"
