"""What `mailroom doctor` tells about the network page: the settings that hold once environment and page are joined."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from webapp.settings import Settings
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import network_settings


def office_sentences(session: Session, settings: Settings) -> Iterator[str]:
    """Say which inner networks searches may reach, and which provider database they ask online; and who decided."""
    office = network_settings(session)
    yield networks_sentence(settings, office)
    yield look_ups_sentence(settings, office)


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
