"""`mailroom doctor`: the effective settings without their secrets, and what is wrong with them."""

import os
from collections.abc import Mapping

import click

from webapp.cli.checks import Check, Verdict, examine
from webapp.net.resolver import NameServer
from webapp.settings import SETTINGS, Setting, Settings, SettingsError, load, unknown_names

COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "red"}


@click.command()
def doctor() -> None:
    """Show the effective settings and what is wrong with them; ends with 1 if something is."""
    checks = [Check(Verdict.WARNING, warning) for warning in unknown_names(os.environ)]
    try:
        settings = load(os.environ)
    except SettingsError as error:
        checks += [Check(Verdict.WRONG, sentence) for sentence in error.sentences]
    else:
        say_settings(settings, os.environ)
        checks += examine(settings)
    click.echo("Checks")
    for check in checks:
        click.echo(f"  {click.style(f'{check.verdict:<8}', fg=COLOURS[check.verdict])} {check.sentence}")
    if any(check.verdict is Verdict.WRONG for check in checks):
        raise SystemExit(1)


def say_settings(settings: Settings, environ: Mapping[str, str]) -> None:
    """Print every setting with its value and where it came from."""
    width = max(len(entry.name) for entry in SETTINGS)
    click.echo("Settings")
    for entry in SETTINGS:
        click.echo(f"  {entry.name:<{width}}  {shown(entry, settings)}  ({origin(entry, environ)})")
    click.echo("")


def shown(entry: Setting, settings: Settings) -> str:
    """Return a value as the setting would be written; of a secret only whether there is one."""
    value = getattr(settings, entry.field)
    if entry.secret and value:
        return "set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None and entry.field == "ispdb_url":
        return "off"
    if value is None and entry.field == "time_zone":
        return str(settings.zone)
    if value in (None, ()):
        return ("not set: " if entry.secret else "") + entry.default
    return ", ".join(written(part) for part in value) if isinstance(value, tuple) else str(value)


def written(part: object) -> str:
    """Return one of several values as it is written in a setting."""
    if isinstance(part, NameServer):
        return f"[{part.address}]:{part.port}" if ":" in part.address else f"{part.address}:{part.port}"
    return str(part)


def origin(entry: Setting, environ: Mapping[str, str]) -> str:
    """Return who decided."""
    if entry.name in environ:
        return "set"
    return f"from {entry.name}_FILE" if entry.secret and entry.name + "_FILE" in environ else "default"
