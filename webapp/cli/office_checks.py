"""What `mailroom doctor` tells about the network page: what holds once environment and page are joined."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.settings import Settings
from webapp.storage.authorities import list_authorities
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import network_settings


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
