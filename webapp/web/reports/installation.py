"""What a report says of this Mailroom: versions, and what of the office's network matters. No names, no paths."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from webapp.net.versions import tls_library
from webapp.settings import Settings
from webapp.storage.authorities import list_authorities
from webapp.storage.models import Run
from webapp.storage.network_settings import network_settings
from webapp.storage.schema import database_facts
from webapp.version import own_version
from webapp.web.moments import time_zone
from webapp.web.reports.report import Line, Section

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Installation:
    """This Mailroom as far as whoever helps must know it."""

    mailroom: str
    python: str
    tls_library: str
    system: str
    database: str
    schema: str
    asks_online: bool
    inner_networks: bool
    authorities: int


def installation(session: Session, settings: Settings) -> Installation:
    """Return what this Mailroom is made of and how it may reach servers."""
    database, office = database_facts(session), network_settings(session)
    return Installation(
        mailroom=own_version(),
        python=platform.python_version(),
        tls_library=tls_library(),
        system=" ".join((platform.system(), platform.release(), platform.machine())),
        database=f"{DATABASES.get(database.kind, database.kind)} {database.version}",
        schema=database.schema or "–",
        asks_online=office.online_lookups and bool(office.ispdb_url or settings.ispdb_url),
        inner_networks=bool(office.allowed_networks or settings.allowed_networks),
        authorities=len(list_authorities(session)),
    )


def times(run: Run, took: str) -> Section:
    """Return when the run was, in the office's time."""
    moments = ((gettext("Began"), run.started_at or run.created_at), (gettext("Ended"), run.finished_at))
    lines = [Line(moment_words(at), name) for name, at in moments if at is not None]
    lines += [Line(took, gettext("Lasted")), Line(time_zone().key, gettext("Time zone"))]
    return Section(gettext("Times"), tuple(lines))


def moment_words(at: datetime) -> str:
    """Return a moment to the second, in the office's time zone."""
    return format_datetime(at, "medium")


def program(facts: Installation) -> Section:
    """Return versions, and what of the network may matter."""
    return Section("Mailroom", tuple(_program(facts)))


def _program(facts: Installation) -> Iterator[Line]:
    yield Line(facts.mailroom, "Mailroom")
    yield Line(f"{facts.python}, {facts.tls_library}", "Python")
    schema = gettext("schema %(name)s", name=facts.schema)
    yield Line(f"{facts.database}, {schema}", gettext("Database"))
    yield Line(facts.system, gettext("System"))
    yield Line(_yes(facts.asks_online), gettext("Asks a provider database online"))
    yield Line(_yes(facts.inner_networks), gettext("Some inner networks are allowed"))
    yield Line(str(facts.authorities), gettext("Certificate authorities of the office"))


def _yes(true: bool) -> str:
    return gettext("yes") if true else gettext("no")
