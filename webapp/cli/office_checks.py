"""What `mailroom doctor` tells about the office: what holds once environment and network page are joined, who works."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.settings import Settings
from webapp.storage.authorities import list_authorities
from webapp.storage.leases import LEADER, is_held
from webapp.storage.models import NetworkSettings, Traffic
from webapp.storage.network_settings import network_settings
from webapp.storage.traffic import due, overdue

OVERDUE_AFTER = timedelta(minutes=10)


def office_sentences(session: Session, settings: Settings) -> Iterator[str]:
    """Say which networks searches may reach, whom they ask online and which authorities they trust; and who decided."""
    office = network_settings(session)
    yield networks_sentence(settings, office)
    yield look_ups_sentence(settings, office)
    yield authorities_sentence(len(list_authorities(session)))


def networks_sentence(settings: Settings, office: NetworkSettings) -> str:
    """Name the allowed networks."""
    decided = {str(network): "MAILROOM_ALLOWED_NETWORKS" for network in settings.allowed_networks}
    decided = {**dict.fromkeys(office.allowed_networks, "network page"), **decided}
    if not decided:
        return "no inner network may be connected to"
    return "inner networks that may be connected to: " + ", ".join(f"{name} ({who})" for name, who in decided.items())


def look_ups_sentence(settings: Settings, office: NetworkSettings) -> str:
    """Name the provider database that is asked online."""
    if not office.online_lookups:
        return "no provider database is asked online (network page)"
    if office.ispdb_url:
        return f"provider database asked online: {office.ispdb_url} (network page)"
    if settings.ispdb_url:
        return f"provider database asked online: {settings.ispdb_url}"
    return "no provider database is asked online (MAILROOM_ISPDB_URL)"


def authorities_sentence(count: int) -> str:
    """Count the certificate authorities; the one command that talks to servers without the database says so."""
    if not count:
        return "certificate authorities of the office: none"
    return f"certificate authorities of the office: {count} (network page; `mailroom detect` does not read them)"


def authority_warnings(session: Session, now: datetime) -> Iterator[str]:
    """Name the authorities that vouch for nobody: they ended, or have not begun."""
    for row in list_authorities(session):
        if row.not_after < now:
            yield f"the certificate authority “{row.name}” (network page) expired on {row.not_after:%Y-%m-%d}"
        elif row.not_before > now:
            yield f"the certificate authority “{row.name}” (network page) is valid from {row.not_before:%Y-%m-%d} only"


def background_sentence(session: Session, now: datetime) -> str | None:
    """Say that letters are received and sent, None where nobody does that now."""
    if not is_held(session, LEADER, now):
        return None
    waiting = len(due(session, now))
    return f"letters are received and sent; {waiting} of the directions of accounts wait for their turn"


def background_warnings(session: Session, now: datetime) -> Iterator[str]:
    """Say that nobody receives and sends although somebody should, or that it does not get along."""
    rows = session.scalar(select(func.count()).select_from(Traffic)) or 0
    if rows and not is_held(session, LEADER, now):
        yield "nobody receives and sends letters now: `mailroom serve` does it unless MAILROOM_WORKER=apart"
    late = overdue(session, now - OVERDUE_AFTER)
    if late:
        yield f"{late} of {rows} directions of accounts are overdue by more than {OVERDUE_AFTER.seconds // 60} minutes"
