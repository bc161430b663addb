"""What `mailroom doctor` looks at. Looks only: nothing is made, mended or asked of the network."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import instance
from webapp import setting_values as values
from webapp.cli.office_checks import (
    authority_warnings,
    background_sentence,
    background_warnings,
    office_sentences,
)
from webapp.settings import Settings
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import IncomingServer, OutgoingServer
from webapp.storage.schema import SchemaState, schema_state
from webapp.storage.secrets import SecretBox, SecretUnreadable, place_of
from webapp.storage.users import has_admin
from webapp.time_zones import system_time_zone


class Verdict(StrEnum):
    """How bad a finding is; only `WRONG` makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report."""

    verdict: Verdict
    sentence: str


SCHEMAS = {
    SchemaState.EMPTY: Check(Verdict.OK, "the database is empty; the next start makes its tables"),
    SchemaState.OLDER: Check(Verdict.OK, "the database is of an older version; the next start upgrades it"),
    SchemaState.CURRENT: Check(Verdict.OK, "the database is up to date"),
    SchemaState.NEWER: Check(Verdict.WRONG, "the database is of a newer version of Mailroom, or of another program"),
}


def examine(settings: Settings) -> Iterator[Check]:
    """Look at everything settings alone cannot promise."""
    yield from folder_checks(settings)
    yield from exposure_checks(settings)
    mail_keys = settings.mail_keys or kept_keys(settings.instance / instance.MAIL_KEYS)
    if mail_keys is None:
        yield Check(Verdict.WRONG, f"{settings.instance / instance.MAIL_KEYS} cannot be read or holds no valid keys")
    yield from database_checks(settings, mail_keys)


def folder_checks(settings: Settings) -> Iterator[Check]:
    """Look at the rights of the instance folder and the keys in it."""
    folder = settings.instance
    if not private_files(folder):
        yield Check(Verdict.OK, f"{folder} is not filled yet; the first start does it, for its owner only")
        return
    open_to_others = [file for file in (folder, *private_files(folder)) if file.stat().st_mode & 0o077]
    for file in open_to_others:
        yield Check(Verdict.WRONG, f"{file} is open to other users of this machine: chmod go= {file}")
    if not open_to_others:
        yield Check(Verdict.OK, f"{folder} is for its owner only")


def private_files(folder: Path) -> list[Path]:
    """Return the files of the instance that nobody else may read."""
    names = (instance.SESSION_KEY, instance.MAIL_KEYS, instance.DATABASE, instance.QUEUE)
    return [folder / name for name in names if (folder / name).exists()]


def exposure_checks(settings: Settings) -> Iterator[Check]:
    """Look for settings that contradict each other, show more than was meant, or are missed."""
    if settings.trusted_proxies and not settings.public_url:
        yield Check(
            Verdict.WARNING, "MAILROOM_TRUSTED_PROXIES is set without MAILROOM_PUBLIC_URL: any host name is taken"
        )
    if settings.secure and not settings.trusted_proxies:
        yield Check(
            Verdict.WARNING,
            "MAILROOM_PUBLIC_URL is https, but no proxy is trusted: all sign-ins seem to come from the proxy's address",
        )
    if not settings.listen.loopback and not settings.secure:
        yield Check(Verdict.WARNING, f"{settings.listen} is reached without TLS: passwords cross the network readable")
    wide = [str(network) for network in settings.allowed_networks if network.prefixlen == 0]
    if wide:
        yield Check(Verdict.WARNING, f"MAILROOM_ALLOWED_NETWORKS: {', '.join(wide)} switches the guard off")
    if settings.time_zone is None and system_time_zone(os.environ) is None:
        yield Check(
            Verdict.WARNING,
            "the time zone of this machine has no name: moments are shown in UTC until MAILROOM_TIME_ZONE is set",
        )


def kept_keys(file: Path) -> tuple[str, ...] | None:
    """Return the keys of the instance, () before the first start, None if they are unusable."""
    if not file.exists():
        return ()
    try:
        return values.mail_keys(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def database_checks(settings: Settings, mail_keys: tuple[str, ...] | None) -> Iterator[Check]:
    """Look into the database: reachable, of our version, opened by our keys."""
    if not settings.database_url and not (settings.instance / instance.DATABASE).exists():
        yield Check(Verdict.OK, "there is no database yet; the first start makes it")
        return
    try:
        engine = make_engine(instance.database_url(settings))
        try:
            state = schema_state(engine)
            yield SCHEMAS[state]
            if state is SchemaState.CURRENT:
                yield from content_checks(engine, settings, mail_keys)
        finally:
            engine.dispose()
    # ArgumentError and a missing driver come from reading the address, the rest from connecting.
    except (SQLAlchemyError, ImportError) as error:
        yield Check(Verdict.WRONG, f"the database cannot be opened ({type(error).__name__})")


def content_checks(engine: Engine, settings: Settings, mail_keys: tuple[str, ...] | None) -> Iterator[Check]:
    """Look for an administrator, what the network page says, and whether the keys open the stored passwords."""
    with Session(engine) as session:
        yield from (Check(Verdict.OK, sentence) for sentence in office_sentences(session, settings))
        yield from (Check(Verdict.WARNING, sentence) for sentence in authority_warnings(session, utc_now()))
        if sentence := background_sentence(session, utc_now()):
            yield Check(Verdict.OK, sentence)
        yield from (Check(Verdict.WARNING, sentence) for sentence in background_warnings(session, utc_now()))
        if has_admin(session):
            yield Check(Verdict.OK, "there is an administrator")
        else:
            yield Check(Verdict.WARNING, "nobody administers yet: start `mailroom serve` and open the link it prints")
        servers: list[IncomingServer | OutgoingServer] = [
            *session.scalars(select(IncomingServer).where(IncomingServer.secret.is_not(None))),
            *session.scalars(select(OutgoingServer).where(OutgoingServer.secret.is_not(None))),
        ]
        locked = sum(1 for server in servers if not mail_keys or not opens(SecretBox(mail_keys), server))
        if locked:
            yield Check(Verdict.WRONG, f"the mail keys do not open {locked} of {len(servers)} stored passwords")
        elif servers:
            yield Check(Verdict.OK, f"the mail keys open all {len(servers)} stored passwords")


def opens(box: SecretBox, server: IncomingServer | OutgoingServer) -> bool:
    """Tell whether a stored password opens; it is looked at no further."""
    try:
        box.decrypt(server.secret or "", place_of(server.settings()))
    except SecretUnreadable:
        return False
    return True
